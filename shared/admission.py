"""The last word on officers and business support in every service but `referrals`, which keeps their records: whether a record speaks
against letting somebody in. A head of service is not asked about: the services are to be of use to somebody while `referrals` is away.

A token stays valid for hours. Somebody who goes away, leaves, or whose check runs out is out everywhere within seconds.
"""

from typing import Final

from fastapi import HTTPException

from shared.auth import Caller, Role
from shared.bus import Bus
from shared.contracts.referrals import Admitted, AskAdmission
from shared.recent import Recent

SECONDS: Final = 5.0
"""So long an answer is good without asking."""
HELD: Final = 1_000


class AskedAdmission:
    """Asked by `shared.auth.allow`. WorldAway (503) when `referrals` does not say: no answer is not a yes."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._said: Recent[tuple[Role, str], str] = Recent(SECONDS, HELD)

    async def __call__(self, caller: Caller) -> None:
        role = caller.role
        if role != "officer" and role != "business support":  # noqa: PLR1714  (what is left is narrowed so)
            return
        key = (role, caller.sub)
        said = self._said.get(key)
        if said is None:
            answer = await self._bus.ask(AskAdmission(person=caller.sub, role=role), Admitted)
            self._said.keep(key, said := answer.refusal or "")
        if said:
            raise HTTPException(403, said)
