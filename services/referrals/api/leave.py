"""Leave of absence of families: recorded by the school or an officer, listed, corrected."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.referrals.api.access import Key, Reader, closed, covers
from services.referrals.api.known import Urn
from services.referrals.domain.flags import Word
from services.referrals.domain.leave import LONGEST, Decision, Leave, State, Told, corrected
from services.referrals.domain.leave_requests import case_id
from services.referrals.errors import NoSuchChild, NoSuchLeave
from services.referrals.leave import leave_record as flow
from services.referrals.names.naming import Named, Naming, name_in
from services.referrals.store import Store
from shared.answers import also, problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import ID, PLACE

LeaveId = Annotated[str, InPath(pattern=ID, description="As the list shows it.")]
Child = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,64}$")]
Place = Annotated[str, Field(pattern=PLACE)]
Day = date | None
People = Mapping[str, Named] | None


class Said(BaseModel):
    """What is said of a leave."""

    model_config = ConfigDict(extra="forbid")

    first: date
    last: date
    decision: Decision
    asked_on: Day = Field(None, description="When the school was asked; goes with every decision but `not asked for`.")
    granted: list[date] = Field([], max_length=LONGEST, description="With `granted in part`: the days that were granted.")
    decided_on: Day = None
    told_on: Day = Field(None, description="When the parent was told of the decision and that a notice may follow.")

    def told(self) -> Told:
        try:
            return Told(**self.model_dump(include=set(Told.model_fields) - {"granted"}), granted=tuple(sorted(set(self.granted))))
        except ValidationError as error:
            raise HTTPException(422, "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())) from None


class LeaveBody(Said):
    children: list[Child] = Field(min_length=1, max_length=20, description="The children of the family who were away, by id.")
    parents: list[Place] = Field(
        min_length=1,
        max_length=60,
        examples=[["6f1e2d3c4b5a69788796a5b4.1"]],
        description="Against whom a measure is to be asked for: for each child at least one, by place on the roll.",
    )
    asked_by: list[Place] = Field([], max_length=20, description="Who asked, by place on the roll: one place for each child at most.")
    told_to: list[Place] = Field(
        [],
        max_length=60,
        description="Which of `parents` were told on `told_on`: for each child at least one, or none where it is not known.",
    )


class CorrectionBody(Said):
    parents: list[Place] | None = Field(None, min_length=1, max_length=60, description="Left out: as they are.")
    told_to: list[Place] | None = Field(None, max_length=60, description="Which of the parents were told; left out: as it is.")
    why: str = Field(min_length=1, max_length=2000, description="In words: it is kept with your name.")


class PartView(BaseModel):
    child: str
    child_name: str | None = Field(description="As the roll has it; null: no roll can be asked just now.")
    parents: list[str]
    asked_by: str | None
    told_to: list[str] = Field(description="Who was told on `told_on`, of `parents`; empty: it is not on record.")
    state: State
    case: str = Field(description="The case that carries the requests, once there are any.")


class LeaveView(BaseModel):
    leave: str
    school: str
    first: date
    last: date
    decision: Decision
    asked_on: date | None
    granted: list[date]
    decided_on: date | None
    told_on: date | None
    recorded_by: str
    recorded_at: datetime
    corrected: int = Field(description="How often it was corrected.")
    children: list[PartView]


class Leaves(BaseModel):
    school: str
    leaves: list[LeaveView] = Field(description="Those that were recorded last come first.")


def router(bus: Bus, naming: Naming, store: Store) -> APIRouter:
    routes = APIRouter(prefix="/schools/{urn}/leave", tags=["leave"], responses=problems(404, 409))

    @routes.post(
        "", status_code=201, responses=also(200, LeaveView, "The same key again: recorded before"), summary="Record a leave of absence"
    )
    async def record(urn: Urn, body: LeaveBody, caller: Reader, response: Response, idempotency_key: Key = None) -> LeaveView:
        """What a family asked for, or took without asking, and what was decided. It asks for nothing yet: see `/leave/requests`."""
        await covers(urn, caller, store)
        if not (await closed(caller, store)).isdisjoint(body.children):
            raise NoSuchChild
        said = Word(by=caller.sub, at=store.now(), why="recorded")
        parts, new = await flow.record(
            bus, store, urn, body.children, body.parents, body.asked_by, body.told(), said, idempotency_key, body.told_to
        )
        if not new:
            response.status_code = 200
        return leave_view(parts, await naming.of((one.school, one.child) for one in parts))

    @routes.get("", summary="Leave of absence on record")
    async def listed(
        urn: Urn, caller: Reader, state: Annotated[State | None, Query(description="By default all of this and last year.")] = None
    ) -> Leaves:
        await covers(urn, caller, store)
        states: Sequence[State] = [state] if state else ["recorded", "requested"]
        found = await store.leaves.of_school(urn, states, await closed(caller, store))
        return Leaves(school=urn, leaves=views(found, await naming.of((one.school, one.child) for one in found)))

    @routes.get("/{leave}", summary="One leave of absence")
    async def get_leave(urn: Urn, leave: LeaveId, caller: Reader) -> LeaveView:
        parts = await own(urn, leave, caller, store)
        return leave_view(parts, await naming.of((one.school, one.child) for one in parts))

    @routes.put("/{leave}", summary="Correct a leave of absence")
    async def correct(urn: Urn, leave: LeaveId, body: CorrectionBody, caller: Reader) -> LeaveView:
        """What stood before is kept. Once a request rests on it its days stay. Sent again, it changes nothing."""
        parts = await own(urn, leave, caller, store)
        if body.parents is not None:
            await flow.check_on_roll(bus, urn, [one.child for one in parts], body.parents)
        named = {one.child: await flow.named_now(bus, store, urn, one.child) for one in parts} if body.parents is not None else {}
        told, said = body.told(), Word(by=caller.sub, at=store.now(), why=body.why)
        seen = {one.child for one in parts}

        def step(one: Leave) -> Leave:
            return corrected(one, told, body.parents, said, named.get(one.child, {}), body.told_to) if one.child in seen else one

        changed = await store.leaves.change(leave, step, Cause.beginning(new_id()))
        shown = [one for one in changed if one.child in seen]
        return leave_view(shown, await naming.of((one.school, one.child) for one in shown))

    return routes


async def own(urn: str, leave: str, caller: Caller, store: Store) -> list[Leave]:
    """The parts of the children whom the caller may see; NoSuchLeave where there is none, or it is another school's."""
    await covers(urn, caller, store)
    barred = await closed(caller, store)
    found = [one for one in await store.leaves.of(leave) if one.school == urn and one.child not in barred]
    if not found:
        raise NoSuchLeave
    return found


def views(parts: Iterable[Leave], people: People) -> list[LeaveView]:
    together: dict[str, list[Leave]] = {}
    for part in parts:
        together.setdefault(part.leave, []).append(part)
    return [leave_view(some, people) for some in together.values()]


def leave_view(parts: Sequence[Leave], people: People) -> LeaveView:
    """Of one leave, by its parts."""
    one = parts[0]
    return LeaveView(
        **one.model_dump(include={"leave", "school", *Told.model_fields} - {"granted"}),
        granted=list(one.granted),
        recorded_by=one.said.by,
        recorded_at=one.said.at,
        corrected=len(one.earlier),
        children=[
            PartView(
                child=part.child,
                child_name=name_in(people, part.child),
                parents=list(part.parents),
                asked_by=part.asked_by,
                told_to=list(part.told_to),
                state=part.state,
                case=case_id(part),
            )
            for part in sorted(parts, key=lambda part: part.child)
        ],
    )
