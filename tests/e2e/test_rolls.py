"""Rolls as schools push them: enrolments, whole rolls, what is kept of them, and a school's successor."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import pytest

from deploy.local.running import QUICK, Running
from shared.agreement import AGREEABLE
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import CaseClosed, CaseOpened
from shared.identity import new_id
from tests.bus.connections import unrestricted
from tests.support.autumn import CLOCK, TODAY, this_term
from tests.support.events import events, turns
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, until, upn
from tests.support.servers import running_on_empty

NUMBERS = count()


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


@pytest.fixture
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, f"92{next(NUMBERS):04}").open()
    yield opened
    await opened.close()


def reasons(receipt: dict[str, Any]) -> list[str]:
    return [refused["reason"] for refused in receipt["refused"]]


async def test_marks_outside_a_childs_enrolment_are_refused_and_taken_once_the_roll_says_otherwise(school: School) -> None:
    days = this_term(4)
    dates = {"entry date": "", "leaving date": ""}
    await school.put_in(roll_csv((1, 2), dates, {1: {"entry date": days[1], "leaving date": days[2]}}))
    marks = marks_csv([(upn(number), day, "AM", "/") for number in (1, 2) for day in days])
    receipt = await school.put_in(marks)
    assert reasons(receipt) == ["before the child's entry", "after the child's leaving"]
    assert receipt["accepted"] == 6
    await school.put_in(roll_csv((1,), dates))
    again = await school.put_in(marks)
    assert again["feed"] != receipt["feed"], "what was refused may be taken another day"
    assert again["accepted"] == 8


async def left(school: School) -> dict[str, str]:
    """The last day on roll of those who have left, by UPN."""
    return {one: child["left"] for one, child in (await school.children()).items() if child["left"]}


async def decide(school: School, feed: str, said: str, body: dict[str, Any] | None = None, **claims: Any) -> httpx.Response:
    url = f"{school.running['attendance'].url}/v1/feeds/{feed}/{said}"
    async with httpx.AsyncClient() as client:
        return await client.post(url, json=body, headers=school.headers(**claims))


async def test_a_whole_roll_ends_the_enrolment_of_whom_it_does_not_name_until_a_later_roll_does(school: School) -> None:
    await school.put_in(roll_csv(range(1, 41)))
    receipt = await school.put_in(roll_csv(range(1, 40)), whole=True)
    assert (receipt["whole"], receipt["ends"], receipt["enrolled"]) == (True, 1, 40)
    assert await left(school) == {upn(40): TODAY.isoformat()}
    await school.put_in(roll_csv([40]))
    assert await left(school) == {}


async def test_a_whole_roll_that_takes_another_back_is_a_new_feed(school: School) -> None:
    everybody, one_less = roll_csv(range(1, 41)), roll_csv(range(1, 40))
    numbers = [(await school.put_in(data, whole=True))["number"] for data in (everybody, one_less, everybody)]
    assert numbers == sorted(set(numbers))
    assert await left(school) == {}
    assert (await school.push(everybody, whole=True)).status_code == 200


async def test_a_whole_roll_that_ends_more_than_a_twentieth_waits_for_a_yes(school: School) -> None:
    await school.put_in(roll_csv(range(1, 41)))
    pushed = await school.push(roll_csv(range(1, 38)), whole=True)
    receipt = pushed.json()
    assert (pushed.status_code, receipt["state"], receipt["ends"], receipt["enrolled"]) == (202, "waiting for a yes", 3, 40)
    feed = receipt["feed"]
    await school.put_in(roll_csv([40, 41]))
    assert await left(school) == {}
    stranger = School(school.running, "910099")
    assert (await decide(stranger, feed, "confirm", {"ends": 40})).status_code == 404
    assert (await decide(school, feed, "confirm", {"ends": 3}, role="officer")).status_code == 403
    more = await decide(school, feed, "confirm", {"ends": 1})
    assert (more.status_code, "2 of 41" in more.json()["detail"]) == (409, True)
    assert (await school.get(f"/v1/feeds/{feed}")).json()["receipt"]["enrolled"] == 41
    said = await decide(school, feed, "confirm", {"ends": 2}, sub="school office")
    assert said.status_code == 200, said.text
    assert (await school.stored(feed))["receipt"]["decision"] | {"at": ""} == {
        "said": "yes",
        "by": "school office",
        "role": "school",
        "at": "",
    }
    assert await left(school) == {upn(number): TODAY.isoformat() for number in (38, 39)}, "40 and 41 were named by a later roll"
    assert (await decide(school, feed, "decline")).status_code == 409


async def test_a_declined_roll_counts_for_nothing_and_may_be_pushed_again(school: School) -> None:
    await school.put_in(roll_csv(range(1, 41)))
    short = roll_csv([*range(1, 21), 50])
    first = (await school.push(short, whole=True)).json()
    said = await decide(school, first["feed"], "decline", role="head of service", sub="head", schools=())
    assert (said.status_code, said.json()["state"], said.json()["receipt"]["decision"]["said"]) == (200, "declined", "no")
    assert upn(50) not in await school.children()
    again = (await school.push(short, whole=True)).json()
    assert again["feed"] != first["feed"]
    assert again["state"] == "waiting for a yes"


async def test_a_whole_roll_with_a_refused_row_is_taken_as_part(school: School) -> None:
    await school.put_in(roll_csv(range(1, 41)))
    receipt = await school.put_in(roll_csv(range(1, 41), of={40: {"year group": "none"}}), whole=True)
    assert (receipt["refused_rows"], receipt["whole"], receipt["ends"]) == (1, False, None)
    assert "taken as part" in receipt["warnings"][-1]["reason"]
    assert await left(school) == {}


async def test_marks_are_neither_whole_nor_part(school: School) -> None:
    answer = await school.push(marks_csv([(upn(1), TODAY, "AM", "/")]), whole=True)
    assert (answer.status_code, answer.json()["detail"]) == (422, "The file is refused: only a roll is whole or part.")


async def say(running: Running, model: type[CaseOpened] | type[CaseClosed], case: str, school: str, child: str) -> None:
    """As `referrals` would, and once more."""
    event = Draft(model, case=case, school=school, child=child).write(f"case:{case}:1", 0, datetime.now(UTC), Cause.beginning(new_id()))
    async with unrestricted(running.stack) as connection:
        for _ in range(2):
            await connection.client.jetstream().publish(model.SUBJECT, event.model_dump_json().encode(), stream="EVENTS")


MORE = {"address": "2 Cockle Lane", "parent 1 name": "Alex Example", "parent 1 address confidential": "yes", "health needs": ""}


async def test_what_the_agreement_does_not_list_is_dropped_but_for_children_with_an_open_case(running: Running) -> None:
    school = await School(running, f"92{next(NUMBERS):04}").open(agreement=[])
    file = roll_csv((1, 2), MORE)
    receipt = await school.put_in(file)
    assert receipt["dropped"] == [
        {"field": "address", "rows": 2},
        {"field": "parent address confidential", "rows": 2},
        {"field": "parent name", "rows": 2},
    ]
    known = await school.children()
    assert {child["address"] for child in known.values()} == {None}
    assert not any(child["carers"] for child in known.values())
    child, case = known[upn(1)]["child"], new_id()

    async def asked(**claims: Any) -> list[dict[str, Any]]:
        answer = await school.get(f"/v1/schools/{school.urn}/asked", **claims)
        assert answer.status_code == 200
        said: list[dict[str, Any]] = answer.json()
        return said

    await say(running, CaseOpened, case, school.urn, child)
    (item,) = await until("the school is asked", asked)
    assert (item["child"], item["upn"], set(item["fields"])) == (child, upn(1), set(AGREEABLE))
    assert [one["upn"] for one in await asked(role="officer")] == [None]

    again = await school.put_in(file)
    assert (again["feed"] != receipt["feed"], again["dropped"][0]) == (True, {"field": "address", "rows": 1})
    known = await school.children()
    assert [known[upn(number)]["address"] for number in (1, 2)] == ["2 Cockle Lane", None]
    assert known[upn(1)]["carers"][0]["address_confidential"]
    assert "address" not in (await asked())[0]["fields"]
    assert "health needs" not in (await asked())[0]["fields"], "that there is nothing is an answer"
    assert "parent phone" in (await asked())[0]["fields"]

    await say(running, CaseClosed, case, school.urn, child)

    async def nobody() -> bool:
        return not await asked()

    await until("nobody is asked for", nobody)
    await say(running, CaseOpened, case, school.urn, child)
    assert (await school.put_in(roll_csv((1, 3), MORE)))["dropped"][0] == {"field": "address", "rows": 2}
    await school.close()


async def test_what_a_roll_changes_is_one_event_a_child_of_kinds_alone(running: Running, school: School) -> None:
    async def changes() -> dict[str, list[list[str]]]:
        told = await events(running.stack, "events.attendance.roll-changed")
        found: dict[str, list[list[str]]] = {}
        for event in told:
            if event["school"] == school.urn:
                found.setdefault(event["child"], []).append(event["changes"])
        return found

    await school.put_in(roll_csv((1, 2, 3), {"address": "1 Quay"}))
    assert await changes() == {}
    moved = {1: {"surname": "Carveth", "address": "9 Strand"}}
    await school.put_in(roll_csv((1, 2, 4), {"address": "1 Quay"}, moved))
    known = {one: child["child"] for one, child in (await school.children()).items()}
    wanted = {known[upn(1)]: [["name", "address"]], known[upn(4)]: [["entered"]]}

    async def told() -> bool:
        return await changes() == wanted

    await until("the changes are told", told)
    receipt = (await school.push(roll_csv((1, 2, 4), of=moved), whole=True)).json()
    (await decide(school, receipt["feed"], "confirm", {"ends": 1})).raise_for_status()
    wanted[known[upn(3)]] = [["left"]]
    await until("who has left is told", told)


async def test_a_child_on_two_rolls_is_known_to_be_and_no_school_is_named(running: Running, school: School) -> None:
    other = await School(running, f"92{next(NUMBERS):04}").open()

    async def both() -> set[str]:
        children = await school.children()
        assert other.urn not in str(children)
        return {one for one, child in children.items() if child["also_elsewhere"]}

    await school.put_in(roll_csv((60, 61)))
    await other.put_in(marks_csv([(upn(60), TODAY, "AM", "D")]))
    assert await both() == set(), "marks alone are no roll"
    await other.put_in(roll_csv((60, 62), {"leaving date": ""}))
    assert await both() == {upn(60)}
    await other.put_in(roll_csv((60,), {"leaving date": this_term(2)[0]}))
    assert await both() == set()
    await other.close()


async def test_a_successor_school_continues_the_register_from_its_first_day(running: Running) -> None:
    old, new = [School(running, f"92{next(NUMBERS):04}") for _ in range(2)]
    days = this_term(24)
    first = days[20]
    await old.open("987")
    before = [(upn(number), day, session, "I") for number in (70, 71) for day in days[:20] for session in ("AM", "PM")]
    await old.put_in(marks_csv(before))
    await old.put_in(marks_csv([(upn(70), days[1], "AM", "M")]))
    assert (await put(new, {"succeeds": "929999", "succeeds_from": str(first)})).status_code == 422
    await new.open("987", succeeds=old.urn, succeeds_from=str(first))
    after = [(upn(70), day, session, "/") for day in days[20:] for session in ("AM", "PM")]
    await new.put_in(marks_csv(after))

    receipt = await new.put_in(marks_csv([(upn(70), days[19], "AM", "/"), after[0]]))
    assert reasons(receipt) == ["before the school's first day: push it under its predecessor's URN"]
    receipt = await old.put_in(marks_csv([(upn(70), first, "AM", "/"), before[0]]))
    assert reasons(receipt) == ["after the school's last day: push it under its successor's URN"]

    figures = await new.statistics(days[0], days[-1])
    assert (figures["enrolments"], figures["possible_sessions"], figures["overall_absence"]) == (2, 88, 80)
    assert (await old.statistics(days[0], days[-1]))["possible_sessions"] == 80
    of_all = await new.get(f"/v1/authorities/987/statistics?from={days[0]}&to={days[-1]}", role="head of service", schools=())
    assert of_all.json()["possible_sessions"] == 88, "no mark is counted twice"

    child = (await old.children())[upn(70)]["child"]
    answer = await new.get(f"/v1/schools/{new.urn}/children/{child}/register?from={days[0]}&to={days[-1]}")
    assert answer.status_code == 200, answer.text
    register = answer.json()
    assert [session["code"] for session in register["sessions"]] == ["I", "I", "M", *["I"] * 37, *["/", "\\"] * 4]
    assert {session["feed"] for session in register["sessions"]} == {-1, -2, 1}
    assert set(register["submitted"]) == {"-1", "-2", "1"}
    answer = await new.get(f"/v1/schools/{new.urn}/children/{child}/history?from={days[0]}&to={days[-1]}")
    (amended,) = answer.raise_for_status().json()
    assert (amended["before"], amended["after"], amended["feed"]) == ("I", "M", -2)
    assert amended["accepted_at"], "when the predecessor's feed was accepted"
    assert (await old.get(f"/v1/schools/{new.urn}/children")).status_code == 404, "a token opens its own school's records"

    async def raised() -> bool:
        told = [turn for turn in await turns(running.stack) if turn.raised]
        return any((turn.school, turn.child, turn.rule) == (new.urn, child, "persistent absence") for turn in told)

    await until("persistent absence over both registers is raised at the successor", raised)
    await old.close()
    await new.close()


async def test_a_row_of_schools_is_read_through_and_never_a_circle(running: Running) -> None:
    first, second, third, days = *(School(running, f"92{next(NUMBERS):04}") for _ in range(3)), this_term(24)
    await first.open("988")
    await second.open("988", succeeds=first.urn, succeeds_from=str(days[8]))
    await third.open("988", succeeds=second.urn, succeeds_from=str(days[16]))
    refused = await put(first, {"succeeds": third.urn, "succeeds_from": str(days[20]), "authority": "988"})
    assert refused.status_code == 422
    assert "continues it" in refused.text
    refused = await put(second, {"succeeds": second.urn, "succeeds_from": str(days[8]), "authority": "988"})
    assert "cannot succeed itself" in refused.text

    async def push(school: School, span: slice, code: str) -> None:
        await school.put_in(marks_csv([(upn(72), day, session, code) for day in days[span] for session in ("AM", "PM")]))

    await push(third, slice(16, None), "/")
    await push(second, slice(8, 16), "I")
    await push(first, slice(0, 8), "M")  # last, so that it is this feed that has the last school's child judged
    figures = await third.statistics(days[0], days[-1])
    assert (figures["enrolments"], figures["possible_sessions"], figures["overall_absence"]) == (1, 48, 32)
    of_all = await third.get(f"/v1/authorities/988/statistics?from={days[0]}&to={days[-1]}", role="head of service", schools=())
    assert of_all.json()["possible_sessions"] == 48, "no mark is counted twice"
    child = (await third.children())[upn(72)]["child"]
    answer = await third.get(f"/v1/schools/{third.urn}/children/{child}/register?from={days[0]}&to={days[-1]}")
    register = answer.raise_for_status().json()
    assert [session["code"] for session in register["sessions"]] == [*["M"] * 16, *["I"] * 16, *["/", "\\"] * 8]
    assert set(register["submitted"]) == {"-1000000001", "-1", "1"} == {str(session["feed"]) for session in register["sessions"]}

    async def raised() -> bool:
        told = [turn for turn in await turns(running.stack) if turn.raised]
        return any((turn.school, turn.child, turn.rule) == (third.urn, child, "severe absence") for turn in told)

    await until("severe absence over all three registers is raised at the last", raised)
    for school in (first, second, third):
        await school.close()


async def put(school: School, more: dict[str, Any]) -> httpx.Response:
    body = {"name": "Larkrise Academy", "authority": "987", "phase": "Primary", **more}
    async with httpx.AsyncClient() as client:
        url = f"{school.running['attendance'].url}/v1/schools/{school.urn}"
        return await client.put(url, json=body, headers=school.headers(role="operator", sub="operator"))
