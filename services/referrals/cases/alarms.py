"""What time alone brings about in open cases: nothing was done for too long, a next step or task is due or overdue.

Looked at once a day. Each alarm has a key (the case and its latest action, or what is due and its day), so that replicas, restarts and
days of downtime tell it once.
"""

import asyncio
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final

from services.referrals.cases.closed import closed_to
from services.referrals.cases.whose import whose
from services.referrals.domain.kinds import Practices
from services.referrals.domain.notice import What
from services.referrals.domain.quiet import alarms_by_now
from services.referrals.domain.referral import Referral
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance import AskSchoolDays, SchoolDays
from shared.errors import Transient, WorldAway
from shared.logging import logger

BEFORE_LAST_DAY: Final = (14, 5)
"""Days before the last day of a pack on which that is told. Our own."""


class Alarms:
    """Built in the composition root."""

    def __init__(self, bus: Bus, store: Store, practices: Practices) -> None:
        self._bus = bus
        self._store = store
        self._practices = practices
        self._looked_on: date | None = None

    async def look(self) -> None:
        """The chore: whatever of today's is not told yet."""
        today = self._store.today()
        if self._looked_on == today:
            return
        await self.tell_due(today)
        await self.tell_last_days(today)
        if await self.tell_quiet(today):
            self._looked_on = today

    async def tell_due(self, today: date) -> None:
        for one in await self._store.tasks.to_do(None, until=today.isoformat()):
            if one.child in await closed_to(one.officer, self._store):
                continue
            what: What = "next step due" if one.due == today else "next step overdue"
            link, once = f"/v1/cases/{one.case}", f"{what} {one.id} {one.due}"
            await self._store.notices.tell(one.officer, what, one.school, link, once=once, act_by=one.due if one.due >= today else None)

    async def tell_last_days(self, today: date) -> None:
        """Of packs in preparation: some days before the last day on which something can be done with them, and closer to it again."""
        for case in await self._store.caseload.near_their_end(today + timedelta(days=max(BEFORE_LAST_DAY))):
            last = date.fromisoformat(str(case.act_by))
            stage = min(days for days in BEFORE_LAST_DAY if (last - today).days <= days)
            once = f"last day {case.id} {last} {stage}"
            people = await whose(self._store, case)
            link = f"/v1/cases/{case.id}"
            await self._store.notices.tell(people, "last day for a pack near", case.school, link, once=once, act_by=last)

    async def tell_quiet(self, today: date) -> bool:
        """Open cases in which nothing was done for too long; False while a school's calendar cannot be asked for."""
        limit = self._practices.on(today).no_action_school_days
        # so many school days are as many days at least
        quiet = await self._store.caseload.quiet(datetime.combine(today - timedelta(days=limit), datetime.min.time()))
        by_school: defaultdict[str, list[tuple[Referral, date]]] = defaultdict(list)
        for case, acted in quiet:
            by_school[case.school].append((case, acted))
        answers = await asyncio.gather(*(self._school(urn, cases, limit, today) for urn, cases in by_school.items()))
        return all(answers)

    async def _school(self, urn: str, cases: list[tuple[Referral, date]], limit: int, today: date) -> bool:
        try:
            question = AskSchoolDays(school=urn, first=min(acted for _, acted in cases), last=today)
            days = (await self._bus.ask(question, SchoolDays)).days
        except (WorldAway, Transient) as error:
            logger().warning("no calendar to count by", school=urn, exc_info=error)
            return False
        for case, acted in cases:
            if times := alarms_by_now(acted, days, limit, today):
                once = f"quiet {case.id} {acted} {times}"
                await self._store.notices.tell(
                    await whose(self._store, case), "case without action", urn, f"/v1/cases/{case.id}", once=once
                )
        return True
