"""Judging every school's register once a day, whether or not a feed comes: marks that were planned for the day count from it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services.attendance.domain.calendar.silence import ENGLAND
from services.attendance.store.register import Register
from services.attendance.store.schools import Schools
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.logging import logger

QUIET_HOUR: Final = 2
"""In England; from then on, so that a service that was down catches up when it is back."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Built in the composition root."""

    register: Register
    schools: Schools
    now: Callable[[], datetime]
    today: Callable[[], date]

    async def judge(self) -> int:
        """Judge the schools that nobody has judged today; how many there were.

        A school is noted afterwards, so one that failed, or in which a process ended, is judged again. Replicas go through them in
        orders of their own and leave out what another has done meanwhile; a school that two judge at once turns once.
        """
        if self.now().astimezone(ENGLAND).hour < QUIET_HOUR:
            return 0
        today, judged = self.today(), 0
        queue = await self.schools.not_judged(today)
        random.shuffle(queue)
        for urn in queue:
            if not await self.schools.not_judged(today, urn):
                continue
            try:
                await self.register.judge_again(urn, today, Cause.beginning(new_id()))
            except Exception as error:  # the others' turn comes now, this one's with the next run
                logger().warning("not judged today", school=urn, exc_info=error)
                continue
            await self.schools.note_judged(urn, today)
            judged += 1
        return judged
