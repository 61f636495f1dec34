"""Every message delivered twice, and two children of one page with the same concern in one feed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.local.running import Running
from shared.contracts.attendance import StoreFeed
from tests.bus.connections import unrestricted
from tests.support.autumn import last_term, this_term
from tests.support.events import everything_twice, kept, publish_again, quiet
from tests.support.marks import children, sheet
from tests.support.plain import PlainRegister
from tests.support.school import School, marks_csv
from tests.support.whole import CONCERNS, assert_concerns, assert_register, proposals

pytestmark = pytest.mark.usefixtures("no_letters")


@pytest.fixture
async def school(running: Running, request: pytest.FixtureRequest) -> AsyncIterator[School]:
    opened = await School(running, f"{920000 + len(request.node.name)}").open()
    yield opened
    await opened.close()


async def test_two_children_of_one_page_with_the_same_concern_are_two_concerns_and_two_proposals(school: School) -> None:
    rows = [(upn, day, session, "O") for upn in children(2) for day in this_term(15) for session in ("AM", "PM")]
    receipt = await school.put_in(marks_csv(rows))
    await assert_concerns(school, PlainRegister.of({receipt["number"]: rows}))
    events = [event.told for event in await kept(school.running.stack, "EVENTS") if event.subject == CONCERNS[0]]
    severe = [event for event in events if event["school"] == school.urn and event["rule"] == "severe absence"]
    assert len({event["id"] for event in severe}) == len({event["child"] for event in severe}) == len(severe) == 2
    assert len(await proposals(school)) == 2
