"""The last word on staff in every service but `referrals`, which keeps their records: whether a record speaks against letting somebody in.
While `referrals` does not answer a head of service is let in, and nobody else: the services are to be of use to somebody.

A token stays valid for hours. Somebody who goes away, leaves, or whose check runs out is out everywhere within seconds.
"""

from typing import Final, get_args

from fastapi import HTTPException

from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.referrals import Admitted, AskAdmission, StaffRole
from shared.errors import Transient, WorldAway
from shared.recent import Recent

STAFF: Final = {role: role for role in get_args(StaffRole)}
SECONDS: Final = 5.0
"""So long an answer is good without asking."""
HELD: Final = 1_000


class AskedAdmission:
    """Asked by `shared.auth.allow`. WorldAway (503) when `referrals` does not say: no answer is not a yes, but to a head of service."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._said: Recent[tuple[StaffRole, str], str] = Recent(SECONDS, HELD)

    async def __call__(self, caller: Caller) -> None:
        if (role := STAFF.get(caller.role)) is None:
            return
        key = (role, caller.sub)
        said = self._said.get(key)
        if said is None:
            self._said.keep(key, said := await self._refusal(role, caller.sub))
        if said:
            raise HTTPException(403, said)

    async def _refusal(self, role: StaffRole, person: str) -> str:
        """Empty for who is let in."""
        try:
            answer = await self._bus.ask(AskAdmission(person=person, role=role), Admitted)
        except (WorldAway, Transient):
            if role != "head of service":
                raise
            return ""
        return answer.refusal or ""
