"""The last word on who is let in: the record of an officer, besides the token. A token stays valid for hours; an absence, or a check that
ran out, ends access within seconds, whatever the token says."""

from typing import Final

from fastapi import HTTPException

from services.referrals.domain.clearance import refusal
from services.referrals.domain.officer import Officer
from services.referrals.policy import Policies
from services.referrals.store import Store
from shared.auth import Caller
from shared.recent import Recent

SECONDS: Final = 3.0
"""So long another replica may go by what it read before."""
HELD: Final = 1_000
NOT_ADDED: Final = "you are not known here: ask an operator or the head of service to add you (iewo officer add {id} --help)"


class Admission:
    """Asked of every request by `shared.auth.allow`. The refusal is the caller's own affair, so it is said, under 403."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store = store
        self._policies = policies
        self._said: Recent[str, str] = Recent(SECONDS, HELD)

    async def __call__(self, caller: Caller) -> None:
        if caller.role not in ("officer", "head of service", "business support"):
            return
        key = f"{caller.role}\0{caller.sub}"
        said = self._said.get(key)
        if said is None:
            self._said.keep(key, said := self._refusal(caller, await self._store.officers.get(caller.sub)) or "")
        if said:
            raise HTTPException(403, said)

    def forget(self) -> None:
        """After a change by this process."""
        self._said.clear()

    def _refusal(self, caller: Caller, officer: Officer | None) -> str | None:
        """An officer has to be known here; the others have to be let in only where a record says that they are not."""
        if officer is None:
            return NOT_ADDED.format(id=caller.sub) if caller.role == "officer" else None
        today = self._store.today()
        return refusal(officer.model_copy(update={"role": caller.role}), self._policies.on(today), today)
