"""Enforcement requests for leave in term time, of a school at once."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Reader, closed, covers
from services.referrals.api.known import Urn
from services.referrals.domain.leave import State
from services.referrals.domain.leave_requests import Asker
from services.referrals.errors import NoSuchLeave
from services.referrals.leave.leave_requests import LeaveRequests, wanted
from services.referrals.names.naming import Naming, name_in
from services.referrals.store import Store
from shared.answers import problems
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.contracts.referrals import Measure
from shared.identity import new_id
from shared.patterns import ID

MOST = 500


class RequestsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    leaves: list[Annotated[str, Field(pattern=ID)]] | None = Field(
        None, max_length=MOST, description="Those that are meant; by default all that are on record and not requested yet."
    )
    measure: Measure = "penalty notice"


class RequestView(BaseModel):
    """One child and one parent."""

    leave: str
    child: str
    child_name: str | None = Field(description="As the roll has it; null: no roll can be asked just now.")
    parent: str
    outcome: Literal["made", "made before", "not made"]
    case: str | None
    request: str | None
    sessions: int = Field(description="Of G in the days that were not granted, as the register has them now.")
    why: str | None = Field(
        description="Of one that was not made: what is lacking and what to do; of one made before, which request stands."
    )
    below: str | None = Field(
        description="Of one whose pack takes a reason, since it is below the authority's threshold for a penalty notice."
    )


class Requests(BaseModel):
    school: str
    made: int
    made_before: int
    not_made: int
    below: int = Field(description="Of those that were made or made before, below the threshold for a penalty notice.")
    left: int = Field(description="Leave that waits for the next call: one call takes so much at most.")
    requests: list[RequestView]


def router(bus: Bus, naming: Naming, store: Store) -> APIRouter:
    routes = APIRouter(tags=["leave"], responses=problems(404, 409))
    making = LeaveRequests(bus, store)

    @routes.post("/schools/{urn}/leave/requests", summary="Request enforcement for leave in term time, for a list at once")
    async def request(urn: Urn, body: RequestsBody, caller: Reader) -> Requests:
        """Of each leave a request for each child and parent, where the register shows sessions of G in the days that were not granted.
        Each child and leave gets a case of its own, which nobody works. Sent again, nothing is made twice."""
        await covers(urn, caller, store)
        states: tuple[State, ...] = ("recorded",) if body.leaves is None else ("recorded", "requested")
        found = wanted(await store.leaves.of_school(urn, states, await closed(caller, store)), body.leaves)
        if missing := set(body.leaves or ()) - {one.leave for one in found}:
            raise NoSuchLeave(", ".join(sorted(missing)))
        now, left = found[:MOST], found[MOST:]
        outcomes = await making.request(urn, now, body.measure, Asker(caller.sub, caller.role == "school"), Cause.beginning(new_id()))
        made = [one.outcome for one in outcomes]
        people = await naming.of({(urn, one.child) for one in outcomes})
        return Requests(
            school=urn,
            made=made.count("made"),
            made_before=made.count("made before"),
            not_made=made.count("not made"),
            below=sum(one.below is not None for one in outcomes),
            left=len(left),
            requests=[RequestView(**one._asdict(), child_name=name_in(people, one.child)) for one in outcomes],
        )

    return routes
