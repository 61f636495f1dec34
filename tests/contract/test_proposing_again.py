"""A school lets a rule propose no more, and then again: what people decided over what stands, stands, and what waited waits as it did."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.attendance_events import ConcernsChanged, Eased, Raised
from shared.contracts.standing import Rule
from shared.identity import new_id
from tests.contract.test_families import MOTHER, child, send
from tests.support.referrals import YEAR, World, referrals_world

URNS = (str(number) for number in itertools.count(109200))
RULE: Rule = "persistent absence"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("proposing")) as made:
        yield made


async def turn(world: World, urn: str, **turned: Any) -> None:
    known = {"id": new_id(), "at": datetime.now(UTC), "correlation_id": "f", "causation_id": "f"}
    event = ConcernsChanged(school=urn, year=YEAR, **turned, **known)
    told = event.model_dump_json().encode()
    await world.neighbours.bus.jetstream().publish(event.SUBJECT, told, headers={"Nats-Msg-Id": event.id})
    await world.quiet()


async def proposed(world: World, urn: str, name: str) -> dict[str, Any]:
    await turn(world, urn, raised=(Raised(child=name, rule=RULE, order=1),))
    [proposal] = await world.proposals(urn)
    return proposal


async def off_and_on(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    await turn(world, urn, lapsed=(Eased(child=name, rule=RULE, order=2),))
    assert await world.proposals(urn) == []
    await turn(world, urn, raised=(Raised(child=name, rule=RULE, order=3, met=1),))
    return await world.proposals(urn)


async def test_a_decline_stands(world: World) -> None:
    urn, name = next(URNS), "declinedtoggle"
    one = await proposed(world, urn, name)
    await send(world, "POST", f"/referrals/{one['referral']}/decline", {"reason": "school"})
    assert await off_and_on(world, urn, name) == []
    await turn(world, urn, eased=(Eased(child=name, rule=RULE, order=4),), raised=())
    await turn(world, urn, raised=(Raised(child=name, rule=RULE, order=5),))
    [again] = await world.proposals(urn)
    assert again["referral"] != one["referral"], "met anew"


async def test_a_closed_case_stays_closed(world: World) -> None:
    urn, name = next(URNS), child(world, "closedtoggle", MOTHER)
    one = await proposed(world, urn, name)
    case = (await send(world, "POST", f"/referrals/{one['referral']}/accept"))["case"]
    await send(world, "POST", f"/cases/{case}/close", {"reason": "done"})
    assert await off_and_on(world, urn, name) == []


async def test_what_was_left_for_now_is_left_until_its_day(world: World) -> None:
    urn, name = next(URNS), "lefttoggle"
    one = await proposed(world, urn, name)
    until = (datetime.now(UTC).date() + timedelta(10)).isoformat()
    await send(world, "POST", f"/referrals/{one['referral']}/leave", {"until": until, "why": "asked for a letter"})
    [before] = await world.proposals(urn)
    [again] = await off_and_on(world, urn, name)
    assert again == before, "since when and until when, and under the same id"
    assert again["left_until"] == until
