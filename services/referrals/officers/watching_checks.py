"""What is done every day about checks and training: who is told of a date to come, and whose cases pass on because one has come; and
what is left with anybody who is gone.

It looks at what stands, not at what it did before, and each notice has a key of its own: run twice, or after days of silence, it comes to
the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.referrals.domain.clearance import out_of_date, to_tell
from services.referrals.domain.handover import Takers
from services.referrals.domain.notice import HEADS
from services.referrals.domain.officer import Officer
from services.referrals.errors import NotPossible
from services.referrals.officers.handing_over import HandingOver
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.logging import logger

SYSTEM: Final = "the service"
"""By whom a history says that it was done."""


@dataclass(frozen=True, slots=True)
class WatchingChecks:
    """Built in the composition root."""

    store: Store
    policies: Policies
    handing: HandingOver

    async def watch(self) -> int:
        """How many officers' access ended today."""
        over = 0
        for officer in await self.store.officers.all():
            try:
                over += await self._look_at(officer)
            except Exception as error:  # the others' turn comes now, this one's with the next run
                logger().warning("checks not looked at", id=officer.id, exc_info=error)
        return over

    async def _look_at(self, officer: Officer) -> bool:
        today = self.store.today()
        policy = self.policies.on(today)
        for due, days in to_tell(officer, policy, today):
            key = f"{officer.id} {due.item} {due.until} {days}"
            await self.store.notices.tell([officer.id, HEADS], "checks due", None, f"/v1/officers/{officer.id}", once=key)
        if officer.away and officer.away.why != "out of date":
            await self._pass_what_is_left(officer)
            return False
        if not out_of_date(officer, policy, today):
            return False
        # also of one whose access ended before: a cover may have been named since, and nobody told
        cover, cause = await self._cover(officer), Cause.beginning(new_id())
        try:
            handed = await self.handing.away(officer.id, "out of date", Takers(cover, {}), None, SYSTEM, cause)
        except NotPossible:  # who was to cover is away, or out of date too
            cover = None
            handed = await self.handing.away(officer.id, "out of date", Takers(None, {}), None, SYSTEM, cause)
        await self.handing.tell(handed.officer, Takers(cover, {}))
        await self._cover_needed(officer, handed.closed)
        if officer.away is None:
            logger().info("access ended", id=officer.id, count=len(handed.cases))
        return officer.away is None

    async def _pass_what_is_left(self, officer: Officer) -> None:
        """A case or task may have come to somebody just as that one went."""
        handed = await self.handing.pass_what_is_left(officer.id, Cause.beginning(new_id()))
        await self._cover_needed(officer, {**handed.closed, **handed.alone})

    async def _cover_needed(self, officer: Officer, cases: Mapping[str, str]) -> None:
        """`cases`: each with its school."""
        for case, school in sorted(cases.items()):
            await self.store.notices.tell(HEADS, "cover needed", school, f"/v1/cases/{case}", once=f"{officer.id} {case}")

    async def _cover(self, officer: Officer) -> str | None:
        cover = await self.store.officers.get(officer.cover) if officer.cover else None
        return cover.id if cover else None
