"""What retention does when an HTTP request arrives."""

import json
from datetime import date
from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from services.retention.chores.certify import hashes
from services.retention.domain.clock import is_due, is_within_reach
from services.retention.domain.sweep import Progress, Sweep, begin
from services.retention.errors import SweepTooEarly, SweepTooFar
from services.retention.store import Store
from shared import merkle
from shared.answers import also, problems
from shared.auth import Caller, allow, caller
from shared.certificates import Certificate, canonical, fingerprint
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.keys import KeyMint, KeyMissing
from shared.mongo import Document
from shared.patterns import ID
from shared.sealing import Sealer
from shared.settings import Settings

Sweeping = Annotated[Caller, Depends(allow("operator", "data protection officer"))]
Holding = Annotated[Caller, Depends(allow("data protection officer", "head of service"))]
Anyone = Annotated[Caller, Depends(caller)]
Child = Annotated[str, InPath(pattern=ID, description="The child's id.")]
Number = Annotated[int, InPath(ge=1, description="The certificate's number.")]


class SweepOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: date = Field(description="Everything due on this day or before is disposed of.", examples=["2028-09-01"])


class SweepCohort(BaseModel):
    cohort: str
    step: str
    counts: dict[str, int]
    certificate: int | None


class SweepState(BaseModel):
    sweep: str
    on: date
    state: str = Field(description="`running`, `done`, or `alarm: ...` while something is waited for beyond its time.")
    rehearsal: bool = Field(
        description="The real day is yet to come, or the services live on another: only on a stack for trying things out."
    )
    cohorts: list[SweepCohort]
    certificates: list[int]
    alarms: list[str]


class HoldOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000)
    until: date | None = Field(None, description="The last day of the hold; without it, until released.")


class HoldState(BaseModel):
    child: str
    reason: str
    until: date | None
    by: str


class PublicKey(BaseModel):
    """Ed25519. Compare the fingerprint, the SHA-256 of the raw key, by another way before relying on it."""

    public_key: str
    fingerprint: str


class Proof(BaseModel):
    """What shows that a child's disposal is among those that a certificate stands for (see shared/merkle.py)."""

    child: str
    outcome: str
    salt: str
    steps: list[tuple[Literal["left", "right"], str]]
    merkle_root: str


def router(store: Store, sealer: Sealer, mint: KeyMint, key: Ed25519PrivateKey, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")
    _sweeps(routes, store, mint, settings)
    _holds(routes, store, sealer, mint)
    _certificates(routes, store, key)
    return routes


def _sweeps(routes: APIRouter, store: Store, mint: KeyMint, settings: Settings) -> None:
    @routes.post("/sweeps", status_code=202, responses=problems(409), summary="Dispose of everything that is due")
    async def start(order: SweepOrder, _: Sweeping) -> SweepState:
        """One sweep at a time: asked again for the same day while it runs, it is the same sweep."""
        ahead = order.on > settings.today()
        if ahead and not settings.development:
            raise SweepTooEarly
        minted = mint.cohorts()
        if ahead and not is_within_reach(order.on, minted):
            raise SweepTooFar
        due = {cohort: new_id() for cohort in minted if is_due(cohort, order.on) and mint.state(cohort) != "destroyed"}
        sweep = begin(new_id(), order.on, due, settings.now(), rehearsal=settings.rehearses(order.on))
        try:
            await store.sweeps.keep(sweep)
        except Conflict:
            running = await store.sweeps.running()
            if running is None or running.on != order.on:
                raise HTTPException(409, "another sweep is running: wait until it is done") from None
            sweep = running
        return _state(sweep)

    @routes.get("/sweeps/{sweep}", responses=problems(404), summary="How far a sweep has come")
    async def state(sweep: str, _: Sweeping) -> SweepState:
        found = await store.sweeps.get(sweep)
        if found is None:
            raise HTTPException(404, "there is no such sweep")
        return _state(found)


def _state(sweep: Sweep) -> SweepState:
    running = f"alarm: {sweep.alarm}" if sweep.alarm else "running"
    return SweepState(
        sweep=sweep.id,
        on=sweep.on,
        state="done" if sweep.done else running,
        rehearsal=sweep.rehearsal,
        cohorts=[_cohort(progress) for progress in sweep.cohorts],
        certificates=[progress.certificate for progress in sweep.cohorts if progress.certificate],
        alarms=list(sweep.alarms),
    )


def _cohort(progress: Progress) -> SweepCohort:
    return SweepCohort(cohort=progress.cohort, step=progress.step, counts=dict(progress.counts), certificate=progress.certificate)


def _holds(routes: APIRouter, store: Store, sealer: Sealer, mint: KeyMint) -> None:
    @routes.put("/holds/{child}", responses=problems(404, 409), summary="Keep a child's records from disposal")
    async def hold(child: Child, order: HoldOrder, caller: Holding) -> HoldState:
        """Put again, it replaces the reason and the last day."""
        cohorts = await store.views.cohorts_of(child)
        if not cohorts:
            raise HTTPException(404, "nothing is held of such a child")
        running = await store.sweeps.running()
        if running and any(running.is_disposing(cohort) for cohort in cohorts):
            raise HTTPException(409, "the disposal of some of this child's records has begun: hold what is left when it is done")
        # the hold falls with the last of the child's records, or when that key takes nothing more, with the next
        cohort = next((one for one in mint.cohorts() if one >= cohorts[-1] and mint.state(one) == "open"), None)
        if cohort is None:
            raise KeyMissing(cohorts[-1])
        found = await store.clocks.hold_document(child) or {"_id": f"hold:{child}", "kind": "hold", "children": [child], "version": 0}
        said = json.dumps({"reason": order.reason, "by": caller.sub}).encode()
        document = {
            **found,
            "cohort": cohort,
            "until": order.until.isoformat() if order.until else None,
            "sealed": sealer.seal(cohort, found["_id"], "sealed", said),
        }
        await store.clocks.keep_hold(document, Cause.beginning(new_id()))
        return _hold(document, sealer)

    @routes.get("/holds", summary="Children whose records are kept from disposal")
    async def holds(_: Holding) -> list[HoldState]:
        return [_hold(document, sealer) for document in await store.clocks.hold_documents()]

    @routes.delete("/holds/{child}", status_code=204, responses=problems(404), summary="Release a child's records")
    async def release(child: Child, _: Holding) -> None:
        if not await store.clocks.release(child):
            raise HTTPException(404, "there is no hold on such a child")


def _hold(document: Document, sealer: Sealer) -> HoldState:
    said: dict[str, Any] = json.loads(sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
    return HoldState(child=document["_id"].removeprefix("hold:"), until=document["until"], **said)


def _certificates(routes: APIRouter, store: Store, key: Ed25519PrivateKey) -> None:
    public = key.public_key().public_bytes_raw().hex()

    @routes.get("/certificates", summary="Every certificate of disposal, the first first")
    async def certificates(_: Anyone) -> list[Certificate]:
        """Free of personal data and of ids: whoever has a token may read them."""
        return await store.ledger.certificates()

    @routes.get("/certificates/key", summary="The public key that certificates are signed with")
    async def public_key(_: Anyone) -> PublicKey:
        return PublicKey(public_key=public, fingerprint=fingerprint(public))

    @routes.get(
        "/certificates/{number}",
        response_class=Response,
        responses={**also(200, Certificate, "Its canonical bytes, as they were signed"), **problems(404)},
        summary="A certificate of disposal, in its canonical form",
    )
    async def certificate(number: Number, _: Anyone) -> Response:
        """The very bytes that the next certificate names; `iewo certificate verify` checks them offline."""
        found = await store.ledger.certificate(number)
        if found is None:
            raise HTTPException(404, "there is no such certificate")
        return Response(canonical(found), media_type="application/json")

    @routes.get(
        "/certificates/{number}/proofs/{child}", responses=problems(404), summary="That a certificate stands for a child's disposal"
    )
    async def proof(number: Number, child: Child, _: Holding) -> Proof:
        found = await store.ledger.certificate(number)
        leaves = await store.ledger.leaves(found.purge) if found else []
        place = next((place for place, leaf in enumerate(leaves) if leaf.child == child), None)
        if found is None or place is None:
            raise HTTPException(404, "there is no such certificate, or the child is not among those disposed of")
        leaf, steps = leaves[place], merkle.prove(hashes(leaves), place)
        return Proof(
            child=child,
            outcome=leaf.outcome,
            salt=leaf.salt.hex(),
            steps=[(step.side, step.hash) for step in steps],
            merkle_root=found.merkle_root,
        )
