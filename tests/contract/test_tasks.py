"""What is to be done and when: tasks and next steps, the caseload's filters, and the alarms that time alone brings about."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from deploy.local.stack import Stack
from services.referrals.cases.alarms import Alarms
from services.referrals.domain.acts import closed, reopened
from services.referrals.domain.corrections import struck_out
from services.referrals.domain.intervention import Done, Mark, recorded
from services.referrals.domain.officer import Officer
from services.referrals.domain.referral import Concern, Private, Referral
from services.referrals.domain.task import Task
from services.referrals.settings.practice import load_practices
from services.referrals.store import Store
from services.referrals.store.caseload import Wanted
from shared.bus import Bus
from shared.contracts.attendance import AskSchoolDays, SchoolDays
from shared.contracts.envelope import Cause
from shared.contracts.retention import Purge
from shared.disposal import Disposal
from shared.errors import WorldAway
from shared.identity import new_id
from tests.support import command
from tests.support.referrals import World, referrals_world
from tests.support.referrals_store import BEGUN, Clock, referrals_store
from tests.support.school import until
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
TODAY = datetime.now(UTC).date()
PRACTICES = load_practices()
LETTER: dict[str, Any] = {"kind": "letter", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "none", "outcome": "sent"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("tasks")) as made:
        yield made


async def a_case(world: World, school: str) -> str:
    child = new_id()
    await world.neighbours.concern(child, "persistent absence", 1, school=school)

    async def probe() -> dict[str, Any] | None:
        return next((one for one in await world.proposals(school) if one["child"] == child), None)

    case: str = (await until("a proposal", probe))["referral"]
    (await world.send("POST", f"/referrals/{case}/accept")).raise_for_status()
    return case


async def to_do(world: World, query: str = "", **claims: Any) -> list[tuple[str, str, str, bool]]:
    answer = await world.send("GET", f"/tasks{query}", **claims)
    assert answer.status_code == 200, answer.text
    return [(one["of"], one["case"], one["what"], one["overdue"]) for one in answer.json()["tasks"]]


async def test_next_steps_and_tasks_are_the_officers_until_they_are_done(world: World) -> None:
    await world.add_officer("officer-kit", "Kit Newly")
    case = await a_case(world, "400001")
    yesterday, tomorrow = (TODAY + timedelta(days=days) for days in (-1, 1))
    entry = (
        await world.send("POST", f"/cases/{case}/interventions", {**LETTER, "next_step": "ring the father", "due": yesterday.isoformat()})
    ).json()
    told = {"what": "ring the nurse", "due": tomorrow.isoformat(), "officer": "officer-kit"}
    task = await world.send("POST", f"/cases/{case}/tasks", told, {"Idempotency-Key": "t"}, role="head of service", sub="dana")
    assert task.status_code == 201, task.text
    again = await world.send("POST", f"/cases/{case}/tasks", told, {"Idempotency-Key": "t"}, role="head of service", sub="dana")
    assert (again.status_code, again.json()) == (200, task.json())
    nobody = await world.send("POST", f"/cases/{case}/tasks", {**told, "officer": "officer-nobody"})
    assert (nobody.status_code, "add the officer first" in nobody.json()["detail"]) == (422, True)
    await world.add_officer("officer-far", "Far Off", schools=("400009",))
    far = await world.send("POST", f"/cases/{case}/tasks", {**told, "officer": "officer-far"})
    assert (far.status_code, "iewo officer school officer-far 400001" in far.json()["detail"]) == (422, True)
    assert "officer add" not in far.text, "that would replace the schools"
    late = await world.send("POST", f"/cases/{case}/tasks", {**told, "due": yesterday.isoformat()})
    assert (late.status_code, "`due` is past" in late.json()["detail"]) == (422, True)
    step, work = ("next step", case, "ring the father", True), ("task", case, "ring the nurse", False)
    assert await to_do(world, "?school=400001") == [step]
    assert await to_do(world, "?school=400001", sub="officer-kit") == [work]
    assert await to_do(world, "?school=400001&everybody=true") == [step, work]
    assert await to_do(world, f"?school=400001&until={TODAY}", role="head of service") == [step]
    assert await to_do(world, "?school=400001", schools=("400002",)) == []
    [line] = (await world.send("GET", "/caseload?school=400001")).json()["cases"]
    assert (line["next_due"], line["overdue"], line["interventions"]) == (yesterday.isoformat(), True, 1)
    notices = (await world.send("GET", "/notices", sub="officer-kit")).json()["notices"]
    assert [(one["what"], one["link"]) for one in notices] == [("task for you", f"/v1/cases/{case}")]

    await world.send("POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-kit"})
    assert await to_do(world, "?school=400001", sub="officer-kit") == [step, work], "a next step goes with its case"
    assert await to_do(world, "?school=400001") == []
    elsewhere = await world.send("POST", f"/tasks/{entry['id']}/done", schools=("400002",))
    assert elsewhere.status_code == 404
    for id_ in (entry["id"], entry["id"], task.json()["id"]):
        assert (await world.send("POST", f"/tasks/{id_}/done")).status_code == 200
    assert await to_do(world, "?school=400001&everybody=true") == []
    [line] = (await world.send("GET", "/caseload?school=400001")).json()["cases"]
    assert (line["next_due"], line["overdue"]) == (None, False)
    assert (await world.send("POST", f"/tasks/{new_id()}/done")).status_code == 404


async def test_what_is_to_be_done_for_a_child_that_is_closed_to_somebody_is_not_theirs(world: World) -> None:
    case = await a_case(world, "400006")
    await world.send("POST", f"/cases/{case}/interventions", {**LETTER, "next_step": "x", "due": TODAY.isoformat()})
    assert len(await to_do(world, "?school=400006")) == 1
    head = {"role": "head of service", "sub": "dana"}
    (await world.send("PUT", f"/cases/{case}/closed-to/officer-sen", {"why": "a neighbour's child"}, None, **head)).raise_for_status()
    assert await to_do(world, "?school=400006") == []
    assert (await world.send("GET", "/caseload?school=400006")).json() == {"cases": [], "total": 0}
    assert len(await to_do(world, "?school=400006", role="head of service", sub="dana")) == 1


async def test_a_closed_case_has_nothing_to_be_done(world: World) -> None:
    case = await a_case(world, "400003")
    await world.send("POST", f"/cases/{case}/interventions", {**LETTER, "next_step": "x", "due": TODAY.isoformat()})
    assert len(await to_do(world, "?school=400003")) == 1
    closed = (await world.send("POST", f"/cases/{case}/close", {"reason": "attendance improved"})).json()
    acted = (await world.send("POST", f"/cases/{case}/acts", {"act": "close", "why": "attendance improved"})).json()
    assert [one["still_to_do"] for one in (closed, acted)] == [1, 1]
    assert await to_do(world, "?school=400003") == []


async def test_the_caseload_is_narrowed_and_comes_in_parts(world: World) -> None:
    cases = [await a_case(world, "400004") for _ in range(3)]
    await world.send(
        "POST", f"/cases/{cases[0]}/interventions", {**LETTER, "next_step": "x", "due": (TODAY - timedelta(days=2)).isoformat()}
    )
    await world.send("POST", f"/cases/{cases[1]}/acts", {"act": "start"})

    async def found(query: str) -> tuple[list[str], int]:
        answer = await world.send("GET", f"/caseload?school=400004{query}")
        assert answer.status_code == 200, answer.text
        return [one["case"] for one in answer.json()["cases"]], answer.json()["total"]

    assert await found("") == (cases, 3)
    assert await found("&limit=2") == (cases[:2], 3)
    assert await found("&limit=2&offset=2") == (cases[2:], 3)
    assert await found("&overdue=true") == (cases[:1], 1)
    assert await found("&state=in%20progress") == (cases[1:2], 1)
    assert await found("&state=in%20progress&state=accepted") == (cases, 3)
    assert await found("&rule=persistent%20absence") == (cases, 3)
    assert await found("&rule=sudden%20drop") == ([], 0)
    assert await found(f"&no_action_since={TODAY + timedelta(days=1)}") == (cases, 3)
    assert await found(f"&no_action_since={TODAY}") == ([], 0), "they were opened today"
    assert (await world.send("GET", "/caseload?state=closed")).json()["cases"] == []
    assert (await world.send("GET", "/caseload?mood=low")).status_code == 422


async def iewo(world: World, *arguments: str, sub: str = "officer-sen") -> command.Ran:
    """The command as an officer runs it."""
    told = {"IEWO_TOKEN": world.token(sub=sub), "COLUMNS": "250"}
    return await command.iewo(*arguments, "--url", world.services[0].url, told=told)


async def test_the_command_line_records_strikes_moves_and_lists_what_is_due(world: World, tmp_path: Path) -> None:
    case, other = await a_case(world, "400005"), await a_case(world, "400005")
    said = tmp_path / "said.txt"
    said.write_text("mornings are hard\n")
    visit = ["home visit", "--with", "mother", "--engagement", "partial", "--outcome", "agreed", "--notes", str(said), "--key", "k"]
    code, _, err = await iewo(world, "intervention", "add", case, *visit)
    assert (code, "a home visit says whether the child was seen" in err, err.count("\n")) == (1, True, 1)
    due = TODAY.isoformat()
    visit += ["--seen", "no reply", "--reason-for-absence", "transport", "--next", "ring", "--due", due, "--json"]
    code, out, err = await iewo(world, "intervention", "add", case, *visit)
    assert (code, err) == (0, "")
    entry = json.loads(out)
    assert (entry["notes"], entry["seen"], entry["reasons"]) == ("mornings are hard", "no reply", ["transport"])
    assert json.loads((await iewo(world, "intervention", "add", case, *visit))[1]) == entry, "the same under the same key"
    code, out, _ = await iewo(world, "tasks", "--until", due)
    assert (code, entry["id"] in out, "ring" in out) == (0, True, True)
    assert await iewo(world, "tasks", "done", entry["id"]) == (0, f"{entry['id']} is done\n", "")
    assert entry["id"] not in (await iewo(world, "tasks"))[1]
    code, out, err = await iewo(world, "tasks", "add", case, "ring the nurse", "--due", due, "--officer", "officer-sen")
    assert (code, err) == (0, "")
    assert [one["what"] for one in json.loads((await iewo(world, "tasks", "--json"))[1]) if one["case"] == case] == ["ring the nurse"]
    assert (await iewo(world, "intervention", "move", case, entry["id"], "--to", other, "--why", "the other sibling"))[0] == 0
    code, out, _ = await iewo(world, "intervention", "list", other)
    assert (code, "home visit" in out, "edition 2" in out) == (0, True, True)
    assert (await iewo(world, "intervention", "strike", other, entry["id"], "--why", "written twice"))[0] == 0
    code, out, _ = await iewo(world, "intervention", "list", other)
    assert "struck out: written twice" in out
    history = (await world.send("GET", f"/cases/{other}/history")).json()["history"]
    assert [(one["act"], one["why"]) for one in history][1:] == [
        ("move an entry here", "the other sibling"),
        ("strike out an entry", "written twice"),
    ]
    waiting = {"kind": "notice", "state": "waiting", "next": {"$gt": datetime(2020, 1, 1)}, "school": "400005"}  # noqa: DTZ001
    notices = await world.collection.find(waiting).to_list(None)
    assert {(one["who"], one["what"], one["link"]) for one in notices} == {
        ("head of service", "entry moved to another child", f"/v1/cases/{case}"),
        ("head of service", "entry moved to your case", f"/v1/cases/{other}"),
    }, "of a school that is nobody's"
    code, out, _ = await iewo(world, "intervention", "kinds")
    assert (code, "safe-and-well visit" in out, "transport" in out) == (0, True, True)


# with the test's own clock ---------------------------------------------------------------------------------------------


class Calendars:
    """Answers for the schools' calendars: every weekday but those of a holiday."""

    def __init__(self, *, holiday: Sequence[date] = ()) -> None:
        self.holiday = set(holiday)
        self.away = False

    async def ask(self, question: AskSchoolDays, _: type[SchoolDays]) -> SchoolDays:
        if self.away:
            raise WorldAway("attendance")
        days = [question.first + timedelta(days=ahead) for ahead in range((question.last - question.first).days + 1)]
        return SchoolDays(days=tuple(day for day in days if day.weekday() < 5 and day not in self.holiday))


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("alarms")) as stack:
        yield stack


@pytest.fixture
async def rooms(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Store, Clock]]:
    async with referrals_store(stack, tmp_path_factory.mktemp("store")) as made:
        for letter in "mrc":
            one = Officer(id=f"officer-{letter}", name=letter, email=f"{letter}@example.org", schools=(), allocations=())
            await made[0].officers.put(one, lambda found: found, CAUSE)
        yield made
        await made[0].tasks._documents.collection.delete_many({"_id": {"$gte": ""}})


def opened(school: str, at: datetime, officer: str | None = None, **more: Any) -> Referral:
    concern = Concern(rule="persistent absence", year=2026, order=1, since=at)
    return Referral(
        id=new_id(),
        school=school,
        child=new_id(),
        year=2026,
        state="in progress",
        proposed_at=at,
        opened_at=at,
        order=1,
        officer=officer,
        concerns=(concern,),
        private=Private(),
        **more,
    )


async def write(store: Store, case: Referral, at: datetime, due: date | None = None) -> None:
    done = Done(kind="letter", day=at.date(), with_whom="father", engagement="none", outcome="sent", next_step="ring", due=due)
    entry = recorded(done, PRACTICES.on(at.date()), id_=new_id(), case=case.id, officer="officer-a", at=at)
    await store.interventions.add(entry, case, [], CAUSE)


async def told(store: Store, *who: str) -> list[tuple[str, str | None]]:
    return sorted((one.what, one.link) for one in await store.notices.of(who))


async def test_silence_in_a_case_is_an_alarm_in_school_days_and_told_once(rooms: tuple[Store, Clock]) -> None:
    store, clock = rooms
    holiday = [date(2026, 12, 21) + timedelta(days=ahead) for ahead in range(14)]
    calendars = Calendars(holiday=holiday)
    named = Officer(id="officer-n", name="n", email="n@example.org", schools=("500002",), allocations=())
    await store.officers.put(named, lambda one: one, CAUSE)
    mine, nobodys = opened("500001", BEGUN, "officer-m"), opened("500002", BEGUN)
    await store.referrals.settle([mine, nobodys], [], CAUSE)

    async def look() -> list[tuple[str, str | None]]:
        # a process of its own each time: what was told is not known from memory
        await Alarms(cast(Bus, calendars), store, PRACTICES).look()
        return await told(store, "officer-m")

    clock.forward(days=14)  # Friday to Friday: nine school days lie between
    assert await look() == []
    clock.forward(days=3)
    alarm = ("case without action", f"/v1/cases/{mine.id}")
    assert await look() == await look() == [alarm]
    await write(store, mine, clock())
    clock.forward(days=14)
    assert await look() == [alarm], "the holiday has no school days"
    clock.forward(days=15)
    assert await look() == [alarm, alarm], "ten school days after the entry, told anew"
    assert (await told(store, "officer-m"))[0] == alarm
    assert [what for what, _ in await told(store, "officer-n")] == [], "of an allocation that has ended"
    heads = await store.notices.waiting()
    assert {one["who"] for one in heads if one["link"] == f"/v1/cases/{nobodys.id}"} == {"head of service"}


async def test_a_case_that_is_reopened_is_quiet_from_that_day_on(rooms: tuple[Store, Clock]) -> None:
    store, clock = rooms
    case = opened("500006", BEGUN, "officer-r")
    await store.referrals.settle([case], [], CAUSE)
    await write(store, case, clock())
    await store.referrals.change(case.id, lambda one: (closed(one, "dana", clock(), "done"), ()), CAUSE)
    clock.forward(days=60)
    await store.referrals.change(case.id, lambda one: (reopened(one, "dana", clock(), "again"), ()), CAUSE)
    clock.forward(days=1)
    for _ in range(2):
        await Alarms(cast(Bus, Calendars()), store, PRACTICES).look()
        assert await told(store, "officer-r") == []
        task = Task(id=new_id(), case=case.id, officer="officer-s", what="x", due=date(2027, 12, 1), by="dana", at=clock())
        assert await store.tasks.add(task, case, CAUSE), "what else is written in it changes nothing"
    clock.forward(days=20)
    await Alarms(cast(Bus, Calendars()), store, PRACTICES).look()
    assert await told(store, "officer-r") == [("case without action", f"/v1/cases/{case.id}")]


async def test_a_calendar_that_is_away_is_asked_again_the_same_day(rooms: tuple[Store, Clock]) -> None:
    store, clock = rooms
    case = opened("500003", BEGUN, "officer-c")
    await store.referrals.settle([case], [], CAUSE)
    clock.forward(days=30)
    calendars = Calendars()
    calendars.away = True
    alarms = Alarms(cast(Bus, calendars), store, PRACTICES)
    await alarms.look()
    assert await told(store, "officer-c") == []
    calendars.away = False
    await alarms.look()
    assert await told(store, "officer-c") == [("case without action", f"/v1/cases/{case.id}")]


async def test_what_is_due_and_overdue_is_told_on_its_days(rooms: tuple[Store, Clock]) -> None:
    store, clock = rooms
    case = opened("500004", BEGUN, "officer-d")
    await store.referrals.settle([case], [], CAUSE)
    await write(store, case, clock(), due=BEGUN.date() + timedelta(days=3))
    task = Task(id=new_id(), case=case.id, officer="officer-e", what="x", due=BEGUN.date() + timedelta(days=4), by="dana", at=BEGUN)
    assert await store.tasks.add(task, case, CAUSE)
    seen = []
    for _ in range(6):
        await Alarms(cast(Bus, Calendars()), store, PRACTICES).look()
        seen.append([what for what, _ in await told(store, "officer-d", "officer-e")])
        clock.forward(days=1)
    due, late = "next step due", "next step overdue"
    assert seen == [[], [], [], [due], [due, due, late], [due, due, late, late]]


async def test_tasks_and_struck_words_fall_with_their_cohorts(stack: Stack, rooms: tuple[Store, Clock]) -> None:
    store, clock = rooms
    case = opened("500005", BEGUN)
    await store.referrals.settle([case], [], CAUSE)
    task = Task(id=new_id(), case=case.id, officer="officer-g", what="x", due=BEGUN.date(), by="dana", at=BEGUN)
    await store.tasks.add(task, case, CAUSE)
    await write(store, case, clock())
    [entry] = await store.interventions.of_case(case.id)
    kept = await store.interventions.kept(entry.id)
    assert kept is not None
    after = struck_out(kept.entry, Mark(by="o", at=clock(), reason="twice"))
    await store.interventions.strike(kept, after, case, [], CAUSE, lambda one: one)
    documents = store.tasks._documents
    disposal: Disposal = store.tasks._disposal

    async def left() -> set[str]:
        kinds = ("referral", "intervention", "struck", "task", "clock", "concern")
        return {one["kind"] for one in await documents.find_all({"school": "500005", "cohort": {"$exists": True}}, kinds)}

    assert await left() == {"referral", "intervention", "struck", "task"}
    wear: dict[str, Any] = {"at": clock(), "correlation_id": "c", "causation_id": "c", "children": (case.child,)}
    await disposal.purge(Purge(id="1", purge="p1", cohort="2027-08-31", school="500005", **wear))
    assert await left() == {"referral", "intervention", "task"}, "the words went with the next disposal, the fact is kept"
    assert await store.interventions.words(entry.id) is None
    await disposal.purge(Purge(id="2", purge="p2", cohort="2028-08-31", school="500005", **wear))
    assert await left() == set()


async def test_the_caseload_is_narrowed_by_its_filters(rooms: tuple[Store, Clock]) -> None:
    store, clock = rooms
    cases = [opened(f"6000{n % 90:02}", BEGUN - timedelta(days=n % 200, seconds=n), f"officer-{n % 12}") for n in range(2000)]
    for first in range(0, 2000, 100):  # a transaction has five seconds, however busy the machine
        await store.referrals.settle(cases[first : first + 100], [], CAUSE)
    for n in range(0, 40):
        await write(store, cases[n], clock(), due=BEGUN.date() - timedelta(days=n))
    schools = [f"6000{n:02}" for n in range(90)]
    for wanted, total in (
        (Wanted(schools=schools), 2000),
        (Wanted(schools=schools, officer="officer-3"), 167),
        (Wanted(schools=schools[:8]), 184),
        (Wanted(schools=schools, due_before=BEGUN.date()), 39),
        (Wanted(schools=schools, quiet_since=BEGUN.date()), 1951),
        (Wanted(schools=schools, rule="persistent absence"), 2000),
    ):
        lines, found = await store.caseload.find(wanted, 100)
        assert (found, len(lines)) == (total, min(100, total))
