"""Every message delivered twice, and two children of one page with the same concern in one feed."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest

from deploy.local.running import OFFICER
from shared.contracts.attendance_events import StoreFeed
from shared.contracts.envelope import Cause, Draft
from tests.bus.connections import unrestricted
from tests.support.autumn import TODAY, last_term, this_term
from tests.support.casework import DATES, roll
from tests.support.events import CONCERNS, events, everything_twice, kept, publish_again, quiet, turns
from tests.support.marks import children, sheet
from tests.support.plain import PlainRegister
from tests.support.school import School, marks_csv, until
from tests.support.whole import assert_concerns, assert_register, proposals, proposed


@pytest.mark.usefixtures("no_letters")
async def test_two_children_of_one_page_with_the_same_concern_are_two_concerns_and_two_proposals(school: School) -> None:
    rows = [(upn, day, session, "O") for upn in children(2) for day in this_term(15) for session in ("AM", "PM")]
    receipt = await school.put_in(marks_csv(rows))
    await assert_concerns(school, PlainRegister.of({receipt["number"]: rows}))
    severe = [turn for turn in await turns(school.running.stack) if turn.school == school.urn and turn.rule == "severe absence"]
    assert len({turn.child for turn in severe}) == len(severe) == 2
    assert len(await proposals(school)) == 2


@pytest.mark.usefixtures("no_letters")
async def test_every_message_delivered_twice_the_moment_it_comes_changes_nothing(school: School) -> None:
    upns = children(40, 701)  # whose disposal dates no other test of this stack has moved: the move is one of the messages
    first, second = sheet(upns, [*last_term(10), *this_term(12)]), sheet(upns, this_term(4), seed=2)
    async with everything_twice(school.running.stack) as echoed:
        await school.put_in(roll(upns))  # by its ticket: marks go without
        numbers = [(await school.put_in(marks_csv(rows)))["number"] for rows in (first, second)]
        await _work_a_case(school)

        async def came(kind: str) -> bool:
            return kind in echoed

        for kind in ("feeds.ticket", CONCERNS, "events.referrals.case-opened", DATES):
            await until(f"{kind} was delivered twice", partial(came, kind))
        await quiet(school.running)
    await _assert_whole(school, PlainRegister.of(dict(zip(numbers, (first, second), strict=True))))


@pytest.mark.usefixtures("no_letters")
async def test_every_message_of_the_streams_delivered_again_later_changes_nothing(school: School) -> None:
    upns = children(40)
    sheets = [sheet(upns, this_term(14)), sheet(upns, this_term(4), seed=2)]
    receipts = [await school.put_in(marks_csv(rows)) for rows in sheets]
    await _work_a_case(school)
    await quiet(school.running)
    await _publish_everything_again(school, receipts)
    await quiet(school.running)
    await _assert_whole(school, PlainRegister.of({receipt["number"]: rows for receipt, rows in zip(receipts, sheets, strict=True)}))


async def _work_a_case(school: School) -> None:
    """A case with a home visit: events of referrals and of retention."""
    (referral, *_) = await proposed(school, 1)
    officer = school.headers(role="officer", sub=OFFICER, schools=(school.urn,))
    visit = {
        "kind": "home visit",
        "date": TODAY.isoformat(),
        "with_whom": "mother",
        "engagement": "good",
        "seen": "yes",
        "outcome": "agreed",
    }
    async with httpx.AsyncClient(base_url=school.running["referrals"].url, headers=officer, timeout=30) as client:
        (await client.post(f"/v1/referrals/{referral['referral']}/accept")).raise_for_status()
        (await client.post(f"/v1/cases/{referral['referral']}/interventions", json=visit)).raise_for_status()


async def _publish_everything_again(school: School, receipts: Sequence[dict[str, Any]]) -> None:
    """FEEDS is a work queue, which keeps nothing that was done: its tickets are written anew."""
    stack = school.running.stack
    messages = [(m.subject, m.body) for stream in ("EVENTS", "COMMANDS") for m in await kept(stack, stream) if "id" in m.told]
    cause = Cause.beginning("again")
    for receipt in receipts:
        ticket = Draft(StoreFeed, school=school.urn, feed=receipt["feed"], part=0).write(receipt["feed"], 0, datetime.now(UTC), cause)
        messages.append((StoreFeed.SUBJECT, ticket.model_dump_json().encode()))
    async with unrestricted(stack) as connection:
        await asyncio.gather(*(publish_again(connection.client, subject, body) for subject, body in messages))


async def _assert_whole(school: School, register: PlainRegister) -> None:
    """As `assert_concerns`, with one child of concern whose proposal has become the one case, with its one visit."""
    await assert_register(school, register)
    cases = (await school.get("/v1/caseload", "referrals", role="officer", sub=OFFICER)).json()["cases"]
    assert [case["interventions"] for case in cases] == [1]
    await assert_concerns(school, register, cases=frozenset(case["child"] for case in cases))
    moved = await events(school.running.stack, DATES)
    assert len({event["id"] for event in moved if event["child"] == cases[0]["child"]}) == 1
