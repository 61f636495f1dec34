"""Where the parts of feeds are entered in the register or the roll: those that a ticket asks for, and those just accepted, at once.

A feed is stored with its ticket in its outbox. If this process enters it, the ticket is never published: noting that the feed is stored
takes it away. If the process dies first, or does not manage, the ticket goes the usual way: the sweeper publishes it, and any replica
follows it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import chain
from weakref import WeakValueDictionary

from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.said import Said, said_by
from services.attendance.feeds.withdrawal import Withdrawal
from services.attendance.store.feed_parts import Part, TakenBack
from services.attendance.store.feeds import Feeds, id_of
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from shared.contracts.envelope import Cause
from shared.errors import Disposed
from shared.logging import logger
from shared.settings import Settings

TICKETS = 16
"""Parts of feeds that a process has in hand: a part waits for the journal longer than for the processor."""
IN_HAND = 64
"""Parts of feeds just accepted that wait here at most, a megabyte each at most; the tickets of more are left to whoever has time."""


class Desk:
    """Enters parts. Idempotent: a part that was entered before changes nothing."""

    def __init__(self, feeds: Feeds, rolls: Rolls, register: Register, withdrawal: Withdrawal, settings: Settings) -> None:
        self._feeds = feeds
        self._rolls = rolls
        self._register = register
        self._withdrawal = withdrawal
        self._settings = settings
        self._gate = asyncio.Semaphore(TICKETS)
        self._in_hand: dict[asyncio.Task[None], int] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def takes(self, parts: Sequence[Part]) -> bool:
        """Take all parts of a feed that was accepted a moment ago, to be entered at once; False when there is too much in hand."""
        if sum(self._in_hand.values()) + len(parts) > IN_HAND:
            return False
        task = asyncio.create_task(self._enter_or_ask(parts))
        self._in_hand[task] = len(parts)
        task.add_done_callback(self._in_hand.pop)
        return True

    async def clear(self) -> None:
        """Finish what is in hand."""
        await asyncio.gather(*self._in_hand)

    async def _enter_or_ask(self, parts: Sequence[Part]) -> None:
        feed = parts[0].feed
        try:
            async with self._turn_of(parts[0].school), self._gate:
                await self._enter_marks(parts, Cause(correlation_id=id_of(feed), causation_id=feed["outbox"][0]["id"]))
        except Disposed:
            logger().info("disposed of before it was entered")
        except Exception as error:  # whatever it is: what becomes of a ticket that cannot be followed is decided in one place
            logger().warning("left to its ticket", exc_info=error)
            await self._feeds.ask(feed)

    def _turn_of(self, school: str) -> asyncio.Lock:
        """A school's feeds are entered one after the other: they are of the same pages, and whoever comes second would find them written
        and do all of it again. What other processes enter meanwhile is found by the versions."""
        return self._turns.setdefault(school, asyncio.Lock())

    async def enter(self, part: Part | TakenBack, cause: Cause) -> None:
        """Enter a part in the register or the roll and note that it is there, or take the whole feed out where that has been asked for."""
        if isinstance(part, TakenBack):
            await self._withdrawal.take_back(part.feed, cause)
        elif isinstance(part.said, MarksBatch):
            async with self._turn_of(part.school):
                await self._enter_marks([part], cause)
        else:
            await self._enter_roll(part, part.said, cause)

    async def _enter_marks(self, parts: Sequence[Part], cause: Cause) -> None:
        """Parts of one feed, each as its own writer: whoever enters them one by one makes the same register."""
        today = self._settings.today()
        for year in sorted({part.year for part in parts}):
            batches = {
                writer(part.number, part.part): part.said for part in parts if part.year == year and isinstance(part.said, MarksBatch)
            }
            said = await self._said(parts[0], year, batches, cause)
            await self._register.write(parts[0].school, year, said, today, cause)
        await self._done(parts, cause)

    async def _said(self, one: Part, year: int, batches: Mapping[int, MarksBatch], cause: Cause) -> dict[int, Said]:
        (first, *more) = batches.values()
        keys = list(dict.fromkeys(chain(first.keys, *(batch.keys for batch in more)))) if more else first.keys
        beside = {pupil: upn for batch in batches.values() for pupil, upn in batch.beside.items()}
        ids = await self._rolls.resolve(one.school, year, keys, self._settings.today(), cause, beside, one.number)
        return {by: said_by(batch, ids) for by, batch in batches.items()}

    async def _enter_roll(self, part: Part, rows: Sequence[RollRow], cause: Cause) -> None:
        today = self._settings.today()
        named = await self._rolls.tell(part.school, part.year, rows, writer(part.number, part.part), today, cause)
        # all of them, and not only those whose birth date is new: who entered it may have ended before looking
        await self._register.look_again(part.school, named, today, cause)
        if part.whole:
            await self._rolls.end_unnamed(part.school, part.year, *part.whole, part.part, cause)
        await self._done([part], cause)

    async def _done(self, parts: Sequence[Part], cause: Cause) -> None:
        if gone := await self._feeds.done(parts, cause):
            await self._withdrawal.take_back(gone.feed, cause)
