"""Whole rolls: what one would end, and that one which would end many enrolments waits for a person's yes."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.attendance.domain.check_feed import Checked, roll_of
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.whole_rolls import AsWhole, Ending, last_day
from services.attendance.store.feeds import Feeds
from services.attendance.store.held import Held, HeldFeed
from services.attendance.store.rolls import Rolls
from shared.auth import Caller
from shared.contracts.attendance_events import FeedState
from shared.contracts.envelope import Cause
from shared.errors import Permanent
from shared.identity import new_id
from shared.settings import Settings

AS_PART: Final = ("row", "rows were refused, so the roll is taken as part: it ends no enrolment")


class NotWaiting(Permanent):
    """The feed does not wait for a yes."""


class EndsMore(Permanent):
    """The roll has changed meanwhile."""


@dataclass(frozen=True, slots=True)
class WholeRolls:
    rolls: Rolls
    held: Held
    settings: Settings

    async def take(self, urn: str, year: int, checked: Checked) -> tuple[Ending | None, AsWhole | None]:
        """What a roll that was pushed as whole ends, and how it is entered. None where rows were refused: nobody knows whom they name."""
        if (roll := roll_of(checked)) is None:
            raise FileRefused("only a roll is whole or part")
        if checked.account.refused.rows:
            line = min(tally.first_line for tally in checked.account.refused.tallies())
            checked.account.warnings.add_once(line, *AS_PART)
            return None, None
        day = last_day(year, self.settings.today())
        ending = await self.count(urn, year, day, {key for row in roll.rows for key in row.keys})
        return ending, AsWhole(day, ending.must_wait)

    async def count(self, urn: str, year: int, day: date, keys: Set[str], number: int | None = None) -> Ending:
        """What a whole roll that names these children would end, rolls included that are accepted and not yet entered.

        `number`: the feed's, where it has one: whom a later roll names stays.
        """
        enrolled = await self.rolls.enrolled(urn, year, day)
        later = frozenset[str]() if number is None else await self.rolls.named_after(urn, year, number)
        here = {enrolled[key] for key in keys if key in enrolled}
        others = {key for key in await self.held.untold(urn, year, number) if key not in enrolled}
        ends = len(set(enrolled.values()) - here - later) + len(others - keys)
        return Ending(ends, len(set(enrolled.values())) + len(others))


@dataclass(frozen=True, slots=True)
class Confirming:
    feeds: Feeds
    wholes: WholeRolls
    held: Held
    settings: Settings

    async def confirm(self, feed: str, ends: int, by: Caller) -> FeedState:
        """Let it in, if it ends no more enrolments than the person was told of. EndsMore otherwise, and the feed says how many now."""
        cause = Cause.beginning(new_id())
        waiting = await self._waiting(feed)
        now = await self.ending(waiting)
        if now.ends > ends:
            await self.held.say_again(waiting, waiting.receipt | now._asdict(), cause)
            raise EndsMore(f"it would now end {now.ends} of {now.enrolled} enrolments; confirm that number, or decline")
        await self.held.let_in(waiting, waiting.receipt | now._asdict() | self._decision("yes", by), cause)
        return await self._state(feed)

    async def decline(self, feed: str, by: Caller) -> FeedState:
        waiting = await self._waiting(feed)
        await self.held.decline(waiting, waiting.receipt | self._decision("no", by), Cause.beginning(new_id()))
        return await self._state(feed)

    async def would_end(self, feed: str) -> Ending:
        """Counted now. NotWaiting where it does not wait for a yes."""
        return await self.ending(await self._waiting(feed))

    async def ending(self, waiting: HeldFeed) -> Ending:
        urn: str = waiting.document["school"]
        return await self.wholes.count(urn, waiting.year, waiting.day, waiting.keys, waiting.document["number"])

    async def _waiting(self, feed: str) -> HeldFeed:
        waiting = await self.held.get(feed)
        if waiting is None:
            raise NotWaiting
        return waiting

    async def _state(self, feed: str) -> FeedState:
        state = await self.feeds.get(feed)
        assert state is not None
        return state

    def _decision(self, said: str, by: Caller) -> dict[str, Any]:
        return {"decision": {"said": said, "by": by.sub, "role": by.role, "at": self.settings.now().isoformat()}}
