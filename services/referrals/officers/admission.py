"""The last word on who is let in: the record of an officer, besides the token. A token stays valid for hours; an absence, or a check that
ran out, ends access within seconds, whatever the token says."""

from typing import Final

from fastapi import HTTPException

from services.referrals.domain.clearance import refusal
from services.referrals.domain.officer import Officer, StaffRole
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.auth import Caller
from shared.contracts.referrals import Admitted, AskAdmission
from shared.recent import Recent

SECONDS: Final = 3.0
"""So long another replica may go by what it read before."""
HELD: Final = 1_000
NOT_ADDED: Final = "you are not known here: ask an operator or the head of service to add you (iewo officer add {id} --help)"


class Admission:
    """Asked of every request by `shared.auth.allow`. An officer has to be known here; the others are let in unless a record speaks against
    it. The refusal is the caller's own affair, so it is said, under 403."""

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
            officer = await self._store.officers.get(caller.sub)
            if officer is None:
                said = NOT_ADDED.format(id=caller.sub) if caller.role == "officer" else ""
            else:
                said = self._refusal(officer, caller.role) or ""
            self._said.keep(key, said)
        if said:
            raise HTTPException(403, said)

    async def answer(self, question: AskAdmission) -> Admitted:
        """For the other services, where the token of somebody who has no record here may well be good."""
        officer = await self._store.officers.get(question.person)
        return Admitted(refusal=self._refusal(officer, question.role) if officer else None)

    def forget(self) -> None:
        """After a change by this process."""
        self._said.clear()

    def _refusal(self, officer: Officer, role: StaffRole) -> str | None:
        """By what the token's role needs."""
        today = self._store.today()
        return refusal(officer.model_copy(update={"role": role}), self._policies.on(today), today)
