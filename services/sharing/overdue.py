"""Packs that do not get through: those that a Local Authority (LA) has not fetched in its profile's days (an alarm, and again when as many
have passed), those that are signed, or sent, and do not go, and those with a change that nobody has answered by its day."""

from dataclasses import dataclass, field
from datetime import timedelta

from prometheus_client import Gauge

from services.sharing.domain.profile import Profiles
from services.sharing.domain.waiting import HELD_UP
from services.sharing.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.logging import logger
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Overdue:
    """Built in the composition root. Several replicas at once do no harm. An LA that receives by hand says `received` instead."""

    store: Store
    profiles: Profiles
    settings: Settings
    waiting: Gauge
    held_up: Gauge
    unanswered: Gauge
    _told: set[str] = field(default_factory=set)
    """Held up, and said so in the log."""

    async def look(self) -> None:
        """A chore."""
        total = 0
        for authority in await self.store.authorities.all():
            days = self.profiles.of(authority.code, self.settings.today()).delivery.not_fetched_days
            packs = await self.store.packs.unfetched(authority.code, timedelta(days=days))
            total += len(packs)
            for pack in packs:
                if passed := await self.store.packs.alarm(pack, days, Cause.beginning(new_id())):
                    logger().warning("pack not fetched", id=pack, authority=authority.code, count=passed)
        self.waiting.set(total)
        await self._look_at_signed()
        await self._look_at_changed()

    async def _look_at_signed(self) -> None:
        found = await self.store.packs.held_up(HELD_UP)
        for pack in found.keys() - self._told:
            logger().warning("pack does not go", id=pack, authority=found[pack])
        self._told.clear()
        self._told.update(found)
        self.held_up.set(len(found))

    async def _look_at_changed(self) -> None:
        today = self.settings.today()
        packs = await self.store.unanswered.overdue(today)
        for pack in packs:
            if times := await self.store.unanswered.alarm(pack, today, Cause.beginning(new_id())):
                logger().warning("change of a pack not answered", id=pack, count=times)
        self.unanswered.set(len(packs))
