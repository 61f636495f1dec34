"""From an enforcement request to a pack on its way: ask, decide, assemble, print, close to the LA's key, write."""

import asyncio
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from services.sharing.domain import gathered, pack, policy
from services.sharing.domain.assemble import CodeNotExplained, assemble
from services.sharing.domain.document import PackNotPrinted, pdf
from services.sharing.domain.evidence import EvidenceOfAttendance
from services.sharing.errors import NotOnRoll, PackNotMade, PackTooLarge
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from services.sharing.store.disclosing import Asked
from services.sharing.store.packs import Files
from shared import consignment
from shared.bus import Bus
from shared.consignment import Consignment
from shared.contracts.attendance import (
    AskPeople,
    AskRegister,
    AskSchool,
    AskWithheld,
    ChildRegister,
    People,
    Person,
    SchoolFacts,
    Withheld,
)
from shared.contracts.envelope import Cause
from shared.contracts.referrals import AskRequest, EnforcementRequest
from shared.errors import Conflict
from shared.identity import new_id
from shared.logging import logger
from shared.mongo import Document
from shared.settings import Settings
from shared.store import Outgoing

LARGEST = 7 * 1024 * 1024
"""Bytes of a message: the bus takes 8 MB, and the document that carries it in its outbox 16."""


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Built in the composition root. `table` is what may be told to whom."""

    bus: Bus
    store: Store
    settings: Settings
    table: tuple[policy.Allowance, ...] = policy.TABLE

    async def take_up(self, request: str, cause: Cause) -> None:
        """One pack, or one refusal, for each request, however often and by how many it is taken up.

        While the LA has no key the pack waits: services/sharing/waiting.py takes it up again.
        """
        if await self.store.disclosing.answered(request):
            return
        try:
            await self._answer(request, cause)
        except Conflict:
            if not await self.store.disclosing.answered(request):
                raise

    async def _answer(self, id_: str, cause: Cause) -> None:
        request = await self.bus.ask(AskRequest(request=id_), EnforcementRequest)
        school = await self.bus.ask(AskSchool(school=request.school), SchoolFacts)
        asked = Asked(request.request, request.case, request.school, request.child, school.authority)
        decision = policy.decide("local authority", policy.PACK, request.measure, self.table)
        row = _row(request, decision)
        if not decision.allowed:
            await self.store.disclosing.refuse(asked, row, cause)
            logger().warning("disclosure refused", authority=asked.authority, school=asked.school)
            return
        waiting = await self.store.disclosing.wait(new_id(), asked, cause)
        authority = await self.store.authorities.get(asked.authority)
        if authority is None or authority.public_key is None:
            logger().info("pack waits", authority=asked.authority, school=asked.school)
            return
        await self._send(waiting, asked, request, school, authority, authority.public_key, row, cause)

    async def _send(
        self,
        waiting: Document,
        asked: Asked,
        request: EnforcementRequest,
        school: SchoolFacts,
        authority: Authority,
        key: str,
        row: dict[str, Any],
        cause: Cause,
    ) -> None:
        id_ = waiting["_id"].partition(":")[2]
        made = await self._made(id_, request, school, authority)
        files = Files(made.as_json(), await _printed(made))
        message = consignment.close(Consignment(id_, authority.code, {"pack.json": files.document, "pack.pdf": files.pdf}), key)
        if len(message) > LARGEST:
            raise PackTooLarge
        parcel = Outgoing(f"pack/{id_}/1", "PACKS", f"packs.{authority.code}", message, note="sequence")
        await self.store.disclosing.send(waiting, asked, files, row, parcel, cause)
        logger().info("pack sent", id=id_, authority=authority.code, school=asked.school, state="draft" if made.is_draft else "signed")

    async def _made(self, id_: str, request: EnforcementRequest, school: SchoolFacts, authority: Authority) -> pack.Pack:
        child = request.child
        people = await self.bus.ask(AskPeople(school=school.school, children=(child,)), People)
        person = next((person for person in people.people if person.child == child), None)
        if person is None:
            raise NotOnRoll("child")
        withheld = await self.bus.ask(AskWithheld(school=school.school, child=child), Withheld)
        if not withheld.confidential and any(carer.address_confidential for carer in person.carers):
            raise NotOnRoll("the roll changed between two questions")
        person, withheld = gathered.protected(person, withheld, request.hidden)
        question = AskRegister(school=school.school, child=child, first=request.first, last=request.last)
        register = await self.bus.ask(question, ChildRegister)
        try:
            return self._assembled(id_, request, school, authority, gathered.attendance(person, register, withheld), person)
        except CodeNotExplained:
            raise PackNotMade("a code without its meaning") from None
        except ValidationError as error:
            raise PackNotMade(f"what was answered does not fit: {_fields(error)}") from None

    def _assembled(
        self,
        id_: str,
        request: EnforcementRequest,
        school: SchoolFacts,
        authority: Authority,
        evidence: EvidenceOfAttendance,
        person: Person,
    ) -> pack.Pack:
        return assemble(
            gathered.request(request),
            evidence,
            gathered.chronology(request, person),
            pack.School(name=school.name, urn=school.school),
            pack.Authority(code=authority.code, name=authority.name),
            pack_id=id_,
            created=self.settings.today(),
            company=self.settings.company,
            threshold=school.penalty_threshold,
        )


async def _printed(made: pack.Pack) -> bytes:
    """Printing takes processor time, so it leaves the event loop to others."""
    try:
        return await asyncio.to_thread(pdf, made)
    except PackNotPrinted:
        raise PackNotMade("not printable") from None


def _fields(error: ValidationError) -> str:
    """Where it does not fit and how, without a word of what stands there."""
    return "; ".join(sorted({f"{error.title} {'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors()}))


def _row(request: EnforcementRequest, decision: policy.Decision) -> dict[str, Any]:
    """What the disclosure log keeps: who asked, what, why, and what allows it."""
    return {
        "requested_by": request.requested_by,
        "request": request.request,
        "case": request.case,
        "agency": "local authority",
        "purpose": request.measure,
        "categories": list(policy.PACK),
        "bases": decision.bases,
        "refused": list(decision.refused),
        "policy": decision.version,
    }
