"""Holds over HTTP: children whose records are kept from disposal."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from services.retention.store import Store
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.keys import KeyMint, KeyMissing
from shared.mongo import Document
from shared.patterns import ID
from shared.sealing import Sealer

Holding = Annotated[Caller, Depends(allow("data protection officer", "head of service"))]
Child = Annotated[str, InPath(pattern=ID, description="The child's id.")]


class HoldOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000)
    until: date | None = Field(None, description="The last day of the hold; without it, until released.")


class HoldState(BaseModel):
    child: str
    reason: str
    until: date | None
    by: str


def router(store: Store, sealer: Sealer, mint: KeyMint) -> APIRouter:
    routes = APIRouter(prefix="/v1")

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

    return routes


def _hold(document: Document, sealer: Sealer) -> HoldState:
    said: dict[str, Any] = json.loads(sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
    return HoldState(child=document["_id"].removeprefix("hold:"), until=document["until"], **said)
