"""Who is away, has left or is out of date has no access, and everything is others' in one transaction; the daily look catches up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.referrals.domain import bar
from services.referrals.domain.acts import allocated
from services.referrals.domain.bar import Bars
from services.referrals.domain.clearance import extended
from services.referrals.domain.handover import Takers
from services.referrals.domain.notice import HEADS
from services.referrals.domain.officer import Allocation, Check, Officer, Subject, Training
from services.referrals.domain.referral import Referral
from services.referrals.domain.task import Task
from services.referrals.errors import NotPossible, StillChanging
from services.referrals.officers.admission import Admission
from services.referrals.officers.handing_over import HandingOver
from services.referrals.officers.taking import taker
from services.referrals.officers.watching_checks import WatchingChecks
from services.referrals.settings.policy import load_policies
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from tests.support.referrals_store import BEGUN, Clock, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
TODAY = BEGUN.date()
SUBJECTS: tuple[Subject, ...] = ("data protection", "information sharing", "safeguarding")


class Place:
    """A store with staff and cases, on a clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.handing = HandingOver(store, load_policies(), Admission(store, load_policies()))
        self.watching = WatchingChecks(store, self.handing.policies, self.handing)

    async def officer(self, id_: str, *schools: str, trained: date = TODAY, **said: Any) -> str:
        training = tuple(Training(subject=one, done=trained, by="head") for one in SUBJECTS)
        checks = (Check(level="enhanced with barred lists", seen=TODAY, by="head"),)
        allocations = tuple(Allocation(school=one, first=TODAY) for one in schools)
        made = Officer(id=id_, name=id_, email=f"{id_}@example.org", checks=checks, training=training, allocations=allocations, **said)
        await self.store.officers.put(made, lambda _: made, CAUSE)
        return id_

    async def case(self, officer: str | None, school: str) -> str:
        at, id_ = self.store.now(), new_id()
        case = Referral(
            id=id_, school=school, child=new_id(), year=2026, state="in progress", proposed_at=at, opened_at=at, order=1, officer=officer
        )
        await self.store.referrals.settle([case], [], CAUSE)
        return id_

    async def whose(self, *cases: str) -> list[str | None]:
        return [held.referral.officer for one in cases if (held := await self.store.referrals.get(one))]

    async def history(self, case: str) -> list[tuple[str, str, str | None, str | None]]:
        held = await self.store.referrals.get(case)
        return [(one.act, one.by, one.whom, one.words) for one in held.referral.private.history] if held else []

    async def schools(self, id_: str) -> tuple[str, ...]:
        found = await self.store.officers.get(id_)
        return found.schools if found else ()

    async def told(self, *who: str) -> list[tuple[str, str]]:
        return sorted((one.who, one.what) for one in await self.store.notices.of(who))

    async def schools_told(self, who: str, what: str) -> list[tuple[str | None, str | None]]:
        """With each school the path under which it is found."""
        return sorted((one.school, one.link) for one in await self.store.notices.of([who]) if one.what == what)

    async def heads(self) -> list[str]:
        """What every head of service is to be told."""
        return sorted(one["what"] for one in await self.store.notices._documents.find("notice", {"who": HEADS}))

    async def away(self, id_: str, to: str | None, why: Any = "away", note: str | None = None, **schools: str) -> Any:
        takers = Takers(to, {name.removeprefix("s"): who for name, who in schools.items()})
        return await self.handing.away(id_, why, takers, note, "head", CAUSE)


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("handing")) as stack:
        yield stack


@pytest.fixture
async def place(stack: Stack, tmp_path: Path) -> AsyncIterator[Place]:
    async with referrals_store(stack, tmp_path) as (store, clock):
        yield Place(store, clock)
        await store.notices._documents.delete_all({"_id": {"$gte": ""}}, ["officer", "referral", "notice", "intervention", "task", "bar"])


async def test_everything_passes_in_one_step_and_comes_back(place: Place) -> None:
    await place.officer("ann", "900001", "900002")
    await place.officer("bob", "900003")
    await place.officer("cleo")
    one, two, other = await place.case("ann", "900001"), await place.case("ann", "900002"), await place.case("bob", "900003")
    handed = await place.away("ann", "bob", note="court on Monday", s900002="cleo")
    assert handed.cases == {one: "bob", two: "cleo"}
    assert await place.whose(one, two, other) == ["bob", "cleo", "bob"]
    assert [await place.schools(id_) for id_ in ("ann", "bob", "cleo")] == [(), ("900001", "900003"), ("900002",)]
    assert await place.history(one) == [("hand over", "head", "bob", "court on Monday")]
    assert (await place.away("ann", "bob", note="again", s900002="cleo")).cases == {}, "sent again"
    assert len(await place.history(one)) == 1

    place.clock.forward(days=14)
    await place.handing.back("ann", "head", CAUSE)
    assert await place.whose(one, two, other) == ["ann", "ann", "bob"]
    assert [await place.schools(id_) for id_ in ("ann", "bob", "cleo")] == [("900001", "900002"), ("900003",), ()]
    assert [step[0] for step in await place.history(one)] == ["hand over", "hand back"]
    await place.handing.back("ann", "head", CAUSE)
    assert len(await place.history(one)) == 2


async def test_who_covers_for_somebody_and_goes_away_passes_that_on_too(place: Place) -> None:
    await place.officer("ann", "900001")
    for id_ in ("bob", "cleo"):
        await place.officer(id_)
    case = await place.case("ann", "900001")
    await place.away("ann", "bob")
    await place.away("bob", "cleo")
    assert await place.whose(case) == ["cleo"]
    assert [await place.schools(id_) for id_ in ("bob", "cleo")] == [(), ("900001",)]
    await place.handing.back("bob", "head", CAUSE)
    assert await place.whose(case) == ["cleo"], "it is Ann's, for whom Cleo covers now"
    await place.handing.back("ann", "head", CAUSE)
    assert await place.whose(case) == ["ann"]
    assert [await place.schools(id_) for id_ in ("ann", "bob", "cleo")] == [("900001",), (), ()]


async def test_what_somebody_who_left_had_stays_with_the_others(place: Place) -> None:
    await place.officer("ann", "900001")
    await place.officer("bob")
    case = await place.case("ann", "900001")
    await place.away("ann", "bob")
    await place.away("ann", "bob", "left")
    assert (await place.schools("bob"), await place.whose(case)) == (("900001",), ["bob"])
    await place.handing.back("ann", "head", CAUSE)
    assert (await place.schools("ann"), await place.schools("bob"), await place.whose(case)) == ((), ("900001",), ["bob"])


async def test_tasks_and_next_steps_change_hands_with_it(place: Place) -> None:
    await place.officer("ann", "900001")
    await place.officer("bob")
    case = await place.case("ann", "900001")
    held = await place.store.referrals.get(case)
    assert held is not None
    task = Task(id=new_id(), case=case, officer="ann", what="ring the school", due=TODAY, by="dana", at=BEGUN)
    assert await place.store.tasks.add(task, held.referral, CAUSE)
    assert (await place.away("ann", "bob")).steps == 1
    assert [(one.officer, one.what) for one in await place.store.tasks.to_do(None, "bob")] == [("bob", "ring the school")]
    assert (kept := await place.store.tasks.get(task.id)) is not None
    assert kept.officer == "bob"
    await place.handing.back("ann", "head", CAUSE)
    assert [one.officer for one in await place.store.tasks.to_do(None)] == ["ann"]


async def test_whoever_takes_over_is_told_each_school_with_the_hand_over_and_again_when_it_goes_back(place: Place) -> None:
    await place.officer("ann", "900001", "900002")
    await place.officer("bob")
    await place.officer("cleo")
    [one], _ = [await place.case("ann", "900001")], [await place.case("ann", "900002") for _ in range(2)]
    for _ in range(2):
        await place.away("ann", "bob", s900002="cleo")
        assert await place.schools_told("bob", "cases passed to you") == [("900001", f"/v1/cases/{one}")]
        assert await place.schools_told("cleo", "cases passed to you") == [("900002", "/v1/caseload?school=900002")]
    for _ in range(2):
        await place.handing.back("ann", "head", CAUSE)
        assert await place.schools_told("bob", "cases handed back") == [("900001", f"/v1/cases/{one}")]
        assert await place.schools_told("cleo", "cases handed back") == [("900002", "/v1/caseload?school=900002")]


async def test_what_is_to_be_done_in_a_case_that_is_nobodys_comes_back_with_the_school(place: Place) -> None:
    await place.officer("ann", "900001")
    await place.officer("bob", "900002")
    given = []
    for school, whose, by in (("900001", None, "ann"), ("900001", "cleo", "ann"), ("900002", None, "bob")):
        held = await place.store.referrals.get(case := await place.case(whose, school))
        assert held is not None
        given.append(Task(id=new_id(), case=case, officer=by, what="ring the school", due=TODAY, by="dana", at=BEGUN))
        assert await place.store.tasks.add(given[-1], held.referral, CAUSE)

    async def whose_tasks() -> list[str]:
        return [kept.officer for one in given if (kept := await place.store.tasks.get(one.id))]

    assert (await place.away("ann", "bob")).steps == 2
    assert await whose_tasks() == ["bob", "bob", "bob"]
    place.clock.forward(days=3)
    assert (await place.handing.back("ann", "head", CAUSE)).steps == 2
    assert await whose_tasks() == ["ann", "ann", "bob"]


async def test_a_case_is_never_handed_to_a_person_to_whom_it_is_closed(place: Place) -> None:
    await place.officer("ann", "900001", trained=_a_year_before(TODAY + timedelta(days=1)), cover="bob")
    await place.officer("bob")
    ours, free = await place.case("ann", "900001"), await place.case("ann", "900001")
    held = await place.store.referrals.get(ours)
    assert held is not None

    def close(bars: Bars) -> Bars:
        return bar.closed_to(bars, "bob", "dana", BEGUN, "his own child")

    await place.store.closed_to.change("900001", held.referral.child, close, CAUSE)
    with pytest.raises(NotPossible, match=ours):
        await place.away("ann", "bob")
    assert await place.whose(ours, free) == ["ann", "ann"]
    place.clock.forward(days=1)
    await place.watching.watch()
    await place.watching.watch()
    assert await place.whose(ours, free) == ["ann", "bob"]
    assert await place.heads() == ["access ended", "cover needed"]


async def test_nothing_is_left_alone_and_nobody_takes_over_who_cannot(place: Place) -> None:
    await place.officer("ann", "900001")
    await place.officer("late", trained=TODAY - timedelta(days=400))
    await place.officer("desk", role="business support")
    for to, says in (
        (None, "nobody takes over 900001"),
        ("ann", "cannot take over"),
        ("late", "out of date"),
        ("desk", "no cases"),
        ("x", "not known"),
    ):
        with pytest.raises(NotPossible, match=says):
            await place.away("ann", to)
    assert await place.schools("ann") == ("900001",), "and nothing has changed"


async def test_all_or_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks at the last of the documents: no officer, no case has changed."""
    await place.officer("ann", "900001")
    await place.officer("bob")
    cases = [await place.case("ann", "900001") for _ in range(5)]
    documents = place.store.handovers._documents
    write, count = documents.write, 0

    async def breaks(*args: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == 6:
            raise ConnectionError
        return await write(*args, **named)

    monkeypatch.setattr(documents, "write", breaks)
    with pytest.raises(ConnectionError):
        await place.away("ann", "bob")
    monkeypatch.undo()
    assert set(await place.whose(*cases)) == {"ann"}
    assert await place.schools("ann") == ("900001",)


async def test_who_writes_a_case_meanwhile_and_two_who_hand_over_at_once_do_no_harm(place: Place) -> None:
    await place.officer("ann", "900001")
    await place.officer("bob")
    cases = [await place.case("ann", "900001") for _ in range(6)]

    async def works(case: str) -> None:
        for number in range(3):

            def step(before: Referral, number: int = number) -> Any:
                return before.noted("a call", "ann", place.store.now(), words=str(number)), ()

            await place.store.referrals.change(case, step, CAUSE)

    async def hands_over() -> None:
        for _ in range(20):
            try:
                await place.away("ann", "bob")
                return
            except (StillChanging, Conflict):
                continue
        raise AssertionError("never settled")

    await asyncio.gather(*map(works, cases), hands_over(), hands_over())
    assert set(await place.whose(*cases)) == {"bob"}
    for case in cases:
        acts = [act for act, *_ in await place.history(case)]
        assert sorted(acts) == ["a call", "a call", "a call", "hand over"]


async def test_told_sixty_thirty_and_seven_days_before_once_each_and_over_on_the_day(place: Place) -> None:
    due = TODAY + timedelta(days=90)
    await place.officer("ann", "900001", trained=_a_year_before(due), cover="bob")
    await place.officer("bob", trained=TODAY)
    await place.officer("dana", role="head of service")
    case = await place.case("ann", "900001")
    counts = []
    for _ in range(91):
        await place.watching.watch()
        await place.watching.watch()
        counts.append(len(await place.told("ann")))
        place.clock.forward(days=1)
    assert counts[29:31] == [0, 3]
    assert counts[59:61] == [3, 6]
    assert counts[82:84] == [6, 9]
    assert counts[89:] == [9, 10]
    assert await place.whose(case) == ["bob"]
    assert await place.history(case) == [("hand over", "the service", "bob", None)]
    assert await place.told("bob") == [("bob", "cases passed to you")]
    assert ("ann", "access ended") in await place.told("ann")
    assert len(await place.heads()) == 10


async def test_after_days_of_downtime_it_comes_to_the_same(place: Place) -> None:
    due = TODAY + timedelta(days=90)
    await place.officer("ann", "900001", trained=_a_year_before(due), cover="bob")
    await place.officer("bob")
    case = await place.case("ann", "900001")
    place.clock.forward(days=86)
    await place.watching.watch()
    assert await place.told("ann") == [("ann", "checks due")] * 3, "the nearest of the days alone"
    place.clock.forward(days=30)
    assert any(await asyncio.gather(place.watching.watch(), place.watching.watch()))
    assert await place.whose(case) == ["bob"]
    assert len(await place.history(case)) == 1


async def test_the_head_of_service_puts_a_date_off_and_a_renewal_brings_everything_back(place: Place) -> None:
    due = TODAY + timedelta(days=10)
    await place.officer("ann", "900001", trained=_a_year_before(due), cover="bob")
    await place.officer("bob")
    case = await place.case("ann", "900001")
    policy = load_policies().on(TODAY)

    def put_off(one: Officer) -> Officer:
        for subject in SUBJECTS:
            one = extended(one, subject, "training booked", "head", place.store.now(), policy)
        return one

    await place.store.officers.change("ann", put_off, CAUSE)
    place.clock.forward(days=23)
    assert await place.watching.watch() == 0
    place.clock.forward(days=1)
    assert await place.watching.watch() == 1
    assert await place.whose(case) == ["bob"]
    with pytest.raises(NotPossible, match="out of date"):
        await place.handing.back("ann", "head", CAUSE)
    new = tuple(Training(subject=one, done=place.store.today(), by="head") for one in SUBJECTS)
    await place.store.officers.change("ann", lambda one: one.model_copy(update={"training": (*one.training, *new)}), CAUSE)
    await place.handing.back("ann", "head", CAUSE)
    assert (await place.whose(case), await place.schools("ann"), await place.schools("bob")) == (["ann"], ("900001",), ())


async def test_who_leaves_while_a_case_is_allocated_does_not_get_it(place: Place) -> None:
    for id_ in ("ann", "bob"):
        await place.officer(id_, "900001")
    case = await place.case("bob", "900001")
    asked = 0

    async def takes() -> list[Any]:
        nonlocal asked
        asked += 1
        read = [await taker("ann", "900001", place.store, place.handing.policies)]
        await place.away("ann", "bob", "left")
        return read

    with pytest.raises(NotPossible, match="has left"):
        await place.store.referrals.change(case, lambda one: (allocated(one, "ann", "head", BEGUN, None), ()), CAUSE, takes)
    assert (await place.whose(case), asked) == (["bob"], 2), "looked at again, since her record was written meanwhile"


async def test_what_came_to_somebody_who_was_gone_passes_on_with_the_next_look(place: Place) -> None:
    await place.officer("ann", "900001", "900002")
    await place.officer("bob")
    await place.officer("cleo", cover="bob")
    await place.away("ann", "bob")
    await place.away("cleo", "bob", "left")
    ours, theirs, nobodys = await place.case("ann", "900001"), await place.case("cleo", "900009"), await place.case("ann", "900008")
    held = await place.store.referrals.get(ours)
    assert held is not None
    task = Task(id=new_id(), case=ours, officer="ann", what="ring the school", due=TODAY, by="dana", at=BEGUN)
    assert await place.store.tasks.add(task, held.referral, CAUSE)
    for _ in range(2):
        await place.watching.watch()
        assert await place.whose(ours, theirs, nobodys) == ["bob", "bob", "ann"]
        assert [one.officer for one in await place.store.tasks.to_do(None)] == ["bob"]
        assert await place.schools_told("bob", "cases passed to you") == [
            ("900001", "/v1/caseload?school=900001"),
            ("900001", f"/v1/cases/{ours}"),
            ("900002", "/v1/caseload?school=900002"),
            ("900009", f"/v1/cases/{theirs}"),
        ]
        [needed] = await place.store.notices._documents.find("notice", {"who": HEADS})
        assert (needed["what"], needed["school"], needed["link"]) == ("cover needed", "900008", f"/v1/cases/{nobodys}")
    await place.handing.back("ann", "head", CAUSE)
    assert await place.whose(ours, theirs) == ["ann", "bob"], "what came while she was away is hers; what came to who left is not"


async def test_without_a_cover_access_ends_all_the_same_and_the_head_of_service_is_told(place: Place) -> None:
    await place.officer("ann", "900001", trained=_a_year_before(TODAY))
    await place.officer("bob")
    case = await place.case("ann", "900001")
    await place.watching.watch()
    await place.watching.watch()
    assert await place.whose(case) == ["ann"]
    assert await place.heads() == ["access ended", "cover needed"]
    await place.store.officers.change("ann", lambda one: one.model_copy(update={"cover": "bob"}), CAUSE)
    await place.watching.watch()
    assert (await place.whose(case), await place.schools("bob")) == (["bob"], ("900001",))


def _a_year_before(due: date) -> date:
    return due.replace(year=due.year - 1)
