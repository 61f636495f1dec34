"""Where the parts of feeds are entered in the register or the roll: those that a ticket asks for, and those just accepted, at once.

A feed is stored with its ticket in its outbox. If this process enters it, the ticket is never published: noting that the feed is stored
takes it away. If the process dies first, or does not manage, the ticket goes the usual way: the sweeper publishes it, and any replica
follows it.
"""

import asyncio

from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.register_page import writer
from services.attendance.domain.said import Said, said_by
from services.attendance.store.feeds import Feeds, Part, TakenBack, id_of
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.withdrawal import Withdrawal
from shared.contracts.envelope import Cause
from shared.errors import Disposed
from shared.logging import logger
from shared.settings import Settings

TICKETS = 16
"""Parts of feeds that a process has in hand: a part waits for the journal longer than for the processor."""
IN_HAND = 64
"""Feeds just accepted that wait here at most, a megabyte each at most; the tickets of more are left to whoever has time."""


class Desk:
    """Enters parts. Idempotent: a part that was entered before changes nothing."""

    def __init__(self, feeds: Feeds, rolls: Rolls, register: Register, withdrawal: Withdrawal, settings: Settings) -> None:
        self._feeds = feeds
        self._rolls = rolls
        self._register = register
        self._withdrawal = withdrawal
        self._settings = settings
        self._gate = asyncio.Semaphore(TICKETS)
        self._in_hand: set[asyncio.Task[None]] = set()

    def takes(self, part: Part) -> bool:
        """Take a part that was accepted a moment ago, to be entered at once; False when there is too much in hand."""
        if len(self._in_hand) >= IN_HAND:
            return False
        task = asyncio.create_task(self._enter_or_ask(part))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return True

    async def clear(self) -> None:
        """Finish what is in hand."""
        await asyncio.gather(*self._in_hand)

    async def _enter_or_ask(self, part: Part) -> None:
        try:
            async with self._gate:
                ticket = part.feed["outbox"][0]
                await self.enter(part, Cause(correlation_id=id_of(part.feed), causation_id=ticket["id"]))
        except Disposed:
            logger().info("disposed of before it was entered")
        except Exception as error:  # whatever it is: what becomes of a ticket that cannot be followed is decided in one place
            logger().warning("left to its ticket", exc_info=error)
            await self._feeds.ask(part.feed)

    async def enter(self, part: Part | TakenBack, cause: Cause) -> None:
        """Enter a part in the register or the roll and note that it is there, or take the whole feed out where that has been asked for."""
        if isinstance(part, Part):
            await self._enter(part, cause)
        gone = part if isinstance(part, TakenBack) else await self._feeds.done(part, cause)
        if gone:
            await self._withdrawal.take_back(gone.feed, cause)

    async def _enter(self, part: Part, cause: Cause) -> None:
        today = self._settings.today()
        by = writer(part.number, part.part)
        if isinstance(part.said, MarksBatch):
            said = await self._said(part, part.said, cause)
            await self._register.write(part.school, part.year, by, said, today, cause)
            return
        named = await self._rolls.tell(part.school, part.year, part.said, by, today, cause)
        # all of them, and not only those whose birth date is new: who entered it may have ended before looking
        await self._register.look_again(part.school, named, today, cause)
        if part.whole:
            await self._rolls.end_unnamed(part.school, part.year, *part.whole, part.part, cause)

    async def _said(self, part: Part, batch: MarksBatch, cause: Cause) -> Said:
        ids = await self._rolls.resolve(part.school, part.year, batch.keys, self._settings.today(), cause, batch.beside, part.number)
        return said_by(batch, ids)
