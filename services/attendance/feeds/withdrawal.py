"""From the wish to take a feed back to a register that is as if it had never come."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.attendance.domain.register_page import writer
from services.attendance.store.feeds import Feeds
from services.attendance.store.joins import Joins
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls, RollTooOld
from services.attendance.store.withdrawals import Withdrawals
from shared.contracts.attendance_events import FeedState
from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Withdrawal:
    feeds: Feeds
    withdrawals: Withdrawals
    rolls: Rolls
    register: Register
    joins: Joins
    settings: Settings

    async def ask(self, feed: str, role: str, who: str, why: str) -> FeedState | None:
        """The feed as it is now; None when there is none. RollTooOld for a roll with too many above it."""
        document = await self.withdrawals.get(feed)
        if document is None:
            return None
        if not await self._can_be(document):
            raise RollTooOld
        await self.withdrawals.begin(document, role, who, why)
        return await self.feeds.get(feed)

    async def take_back(self, document: Document, cause: Cause) -> None:
        """Take out what a feed put in, as far as it did. Does no harm when repeated: a part may still be on its way.

        Nothing is taken out of a roll above which too many have come since that was asked for: it counts again, and says why.
        """
        urn, number = document["school"], document["number"]
        if not await self._can_be(document):
            await self.withdrawals.decline(document, str(RollTooOld()), cause)
            return
        for year in _years(document, "roll"):
            await self.rolls.withdraw(urn, year, _writers(document), cause)
            await self.register.judge_again(urn, self.settings.today(), cause)  # birth dates may be others now
        for year in _years(document, "marks"):
            await self.register.take_back(urn, year, number, self.settings.today(), cause)
        await self.joins.take_back(urn, number, self.settings.today(), cause)
        await self.withdrawals.finish(document, cause)

    async def _can_be(self, document: Document) -> bool:
        years, writers = _years(document, "roll"), _writers(document)
        return all([await self.rolls.may_withdraw(document["school"], year, writers) for year in years])


def _years(document: Document, kind: str) -> list[int]:
    return [year for of, year in document["contents"] if of == kind]


def _writers(document: Document) -> Sequence[int]:
    return [writer(document["number"], part) for part in range(document["parts"])]
