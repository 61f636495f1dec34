"""Concerns of many children in one pass, on a real MongoDB: what comes of them, and whose trouble what is when something goes wrong."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import count
from typing import Any, TypeVar, cast

import pytest
from pydantic import BaseModel

from services.referrals.proposals.taking_in import OfChild, TakingIn, heard_of
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted, ConcernsChanged, Eased, Raised
from shared.contracts.standing import AskStanding, Rule, Standing, Standings
from shared.errors import Transient, WorldAway
from shared.gathering import Gathering
from shared.sealing import NotOurs
from tests.support.referrals_store import BEGUN, referrals_store
from tests.support.servers import empty_stack

YEAR = 2026
PERSISTENT: Rule = "persistent absence"
SEVERE: Rule = "severe absence"
LATE: Rule = "late before the register closed"
SCHOOLS = (f"5{number:05}" for number in count())
"""One that no test has had."""

Turn = tuple[str, Rule, int]
"""A child, a rule and its order: odd ones raise, even ones ease."""
Answer = TypeVar("Answer", bound=BaseModel)


class Registers:
    """Answers in the place of `attendance`: a child has missed twenty sessions of a hundred. `first` is done before the next answer."""

    def __init__(self) -> None:
        self.asked: list[AskStanding] = []
        self.first: Callable[[AskStanding], Awaitable[None]] | None = None

    async def ask(self, question: AskStanding, _: type[Answer]) -> Standings:
        self.asked.append(question)
        if self.first:
            await self.first(question)
        figures: dict[str, Any] = {"possible": 100, "absent": 20, "unauthorised": 12, "late": 3, "rules": ()}
        return Standings(standings=tuple(Standing(child=child, **figures) for child in question.children))


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    async with (
        empty_stack(tmp_path_factory.mktemp("stack")) as stack,
        referrals_store(stack, tmp_path_factory.mktemp("store")) as (made, _),
    ):
        yield made


@pytest.fixture
def registers() -> Registers:
    return Registers()


@pytest.fixture
def replica(store: Store, registers: Registers) -> TakingIn:
    return TakingIn(cast("Bus", registers), store)


def told(school: str, *turns: Turn) -> ConcernsChanged:
    raised = tuple(Raised(child=child, rule=rule, order=order) for child, rule, order in turns if order % 2)
    eased = tuple(Eased(child=child, rule=rule, order=order) for child, rule, order in turns if not order % 2)
    wear: dict[str, Any] = {"id": f"{school}/{turns}", "at": BEGUN, "correlation_id": "feed", "causation_id": "feed"}
    return ConcernsChanged(school=school, year=YEAR, raised=raised, eased=eased, **wear)


def all_of(*events: ConcernsChanged) -> list[OfChild]:
    return [one for event in events for one in heard_of(event)]


def said(school: str, kept: str, joined: str, order: int) -> ChildrenJoined | ChildrenParted:
    model = ChildrenJoined if order % 2 else ChildrenParted
    return model(id="said", at=BEGUN, correlation_id="c", causation_id="c", school=school, kept=kept, joined=joined, order=order)


async def proposed(store: Store, school: str) -> dict[str, set[tuple[str, Rule]]]:
    """By child of the proposal, the records and rules that stand."""
    found = await store.referrals.in_states(["proposed"], [school])
    assert len({one.child for one in found}) == len(found), "one proposal a child"
    return {one.child: {(one.about(concern), concern.rule) for concern in one.standing} for one in found}


async def test_one_pass_asks_each_register_once_and_every_child_has_its_proposal(
    store: Store, registers: Registers, replica: TakingIn
) -> None:
    first, second = next(SCHOOLS), next(SCHOOLS)
    await replica(all_of(*(told(school, *((f"{school}c{n}", PERSISTENT, 1) for n in range(40))) for school in (first, second))))
    assert sorted(question.school for question in registers.asked) == [first, second]
    for school in (first, second):
        assert await proposed(store, school) == {f"{school}c{n}": {(f"{school}c{n}", PERSISTENT)} for n in range(40)}


async def test_two_rules_of_a_child_and_the_same_event_twice_in_one_pass(store: Store, replica: TakingIn) -> None:
    school = next(SCHOOLS)
    both, one = told(school, ("a", PERSISTENT, 1), ("a", LATE, 1)), told(school, ("b", SEVERE, 1))
    await replica(all_of(one, both, one, both))
    await replica(all_of(both))
    assert await proposed(store, school) == {"a": {("a", PERSISTENT), ("a", LATE)}, "b": {("b", SEVERE)}}


async def test_what_is_raised_and_eased_in_one_pass_has_lapsed_and_one_ground_for_another_keeps_the_proposal(
    store: Store, replica: TakingIn
) -> None:
    school = next(SCHOOLS)
    await replica(all_of(told(school, ("a", PERSISTENT, 1), ("b", PERSISTENT, 1)), told(school, ("a", PERSISTENT, 2))))
    (kept,) = await store.referrals.in_states(["proposed"], [school])
    await replica(all_of(told(school, ("b", PERSISTENT, 2), ("b", SEVERE, 1))))
    (still,) = await store.referrals.in_states(["proposed"], [school])
    assert (still.id, still.child, [one.rule for one in still.standing]) == (kept.id, "b", [SEVERE])
    (lapsed,) = await store.referrals.in_states(["lapsed"], [school])
    assert lapsed.child == "a"


async def test_a_proposal_that_ends_and_another_that_begins_in_one_pass(store: Store, replica: TakingIn) -> None:
    school = next(SCHOOLS)
    await replica(all_of(told(school, ("a", PERSISTENT, 1))))
    (before,) = await store.referrals.in_states(["proposed"], [school])
    await replica(all_of(told(school, ("a", PERSISTENT, 2)), told(school, ("a", SEVERE, 1))))
    assert await proposed(store, school) == {"a": {("a", SEVERE)}}
    (lapsed,) = await store.referrals.in_states(["lapsed"], [school])
    assert lapsed.id == before.id


@pytest.mark.parametrize("seed", range(4))
async def test_passes_of_two_replicas_in_any_order_give_what_one_by_one_gives(store: Store, registers: Registers, seed: int) -> None:
    chance = random.Random(seed)
    turns = [
        (f"c{n}", rule, order) for n in range(8) for rule in (PERSISTENT, SEVERE, LATE) for order in range(1, chance.randint(1, 4) + 1)
    ]
    at_once, one_by_one = next(SCHOOLS), next(SCHOOLS)
    for school in (at_once, one_by_one):
        await store.joins.note(said(school, "c0", "c1", 1))
    for turn in turns:
        await TakingIn(cast("Bus", registers), store)(all_of(told(one_by_one, turn)))
    deliveries = turns * 2
    chance.shuffle(deliveries)
    replicas = [Gathering(TakingIn(cast("Bus", registers), store), chance.randint(1, 30)) for _ in range(2)]
    await asyncio.gather(*(chance.choice(replicas).take(heard_of(told(at_once, *some))) for some in _split(deliveries, chance)))
    expected = await proposed(store, one_by_one)
    found = await proposed(store, at_once)
    pair = ("c0", "c1")  # either record's proposal may have been the first
    assert [found[child] for child in found if child in pair] == [expected[child] for child in expected if child in pair]
    assert {child: found[child] for child in found if child not in pair} == {one: expected[one] for one in expected if one not in pair}


def _split(turns: list[Turn], chance: random.Random) -> Iterable[list[Turn]]:
    """As pages' writes tell them: of a rule and child one turn in each."""
    some: dict[tuple[str, Rule], Turn] = {}
    for turn in turns:
        if turn[:2] in some or not chance.randrange(6):
            yield list(some.values())
            some = {}
        some[turn[:2]] = turn
    yield list(some.values())


async def test_joined_records_in_one_pass_have_one_proposal(store: Store, replica: TakingIn) -> None:
    school = next(SCHOOLS)
    await store.joins.note(said(school, "kept", "other", 1))
    await replica(all_of(told(school, ("kept", PERSISTENT, 1), ("other", LATE, 1), ("alone", LATE, 1))))
    found = await proposed(store, school)
    (mine,) = [child for child in found if child != "alone"]
    assert found[mine] == {("kept", PERSISTENT), ("other", LATE)}
    assert found["alone"] == {("alone", LATE)}


async def test_records_that_are_joined_while_a_pass_is_at_work_have_one_proposal(
    store: Store, registers: Registers, replica: TakingIn
) -> None:
    """As the handler of the join does, which has found nothing to settle yet; and parted again in the middle of the next."""
    school = next(SCHOOLS)

    async def join(_: AskStanding) -> None:
        registers.first = None
        await store.joins.note(said(school, "kept", "other", 1))

    registers.first = join
    await replica(all_of(told(school, ("kept", PERSISTENT, 1), ("other", LATE, 1))))
    (standing,) = (await proposed(store, school)).values()
    assert standing == {("kept", PERSISTENT), ("other", LATE)}

    async def part(_: AskStanding) -> None:
        registers.first = None
        await store.joins.note(said(school, "kept", "other", 2))

    registers.first = part
    await replica(all_of(told(school, ("kept", SEVERE, 1), ("other", SEVERE, 1))))
    assert await proposed(store, school) == {
        "kept": {("kept", PERSISTENT), ("kept", SEVERE)},
        "other": {("other", LATE), ("other", SEVERE)},
    }


async def test_what_another_replica_writes_in_the_middle_is_read_again_and_nothing_is_lost(
    store: Store, registers: Registers, replica: TakingIn
) -> None:
    school = next(SCHOOLS)

    async def another(_: AskStanding) -> None:
        registers.first = None
        await TakingIn(cast("Bus", registers), store)(all_of(told(school, ("a", LATE, 1))))

    registers.first = another
    await replica(all_of(told(school, ("a", PERSISTENT, 1), ("b", PERSISTENT, 1))))
    assert await proposed(store, school) == {"a": {("a", PERSISTENT), ("a", LATE)}, "b": {("b", PERSISTENT)}}
    assert [question.children for question in registers.asked] == [("a", "b"), ("a",)], "what was asked is not asked again"


async def test_a_child_whose_proposal_does_not_open_fails_alone_and_is_taken_in_when_it_is_mended(
    store: Store, registers: Registers, replica: TakingIn
) -> None:
    school = next(SCHOOLS)
    await replica(all_of(told(school, ("bad", PERSISTENT, 1))))
    (referral,) = await store.referrals.in_states(["proposed"], [school])
    whole = await _exchange_sealed(store, referral.id, lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]))
    gathering = Gathering(replica, 256)
    events = [told(school, *((f"good{page}.{n}", PERSISTENT, 1) for n in range(5))) for page in range(4)]
    with_bad = told(school, ("before", LATE, 1), ("bad", LATE, 1), ("after", LATE, 1))
    outcomes = await asyncio.gather(
        *(gathering.take(heard_of(one)) for one in (*events[:2], with_bad, *events[2:])), return_exceptions=True
    )
    assert [type(one) for one in outcomes] == [type(None), type(None), NotOurs, type(None), type(None)]
    await _exchange_sealed(store, referral.id, lambda _: whole)
    found = await proposed(store, school)
    assert set(found) == {"bad", "before", "after", *(f"good{page}.{n}" for page in range(4) for n in range(5))}
    await gathering.take(heard_of(with_bad))
    assert (await proposed(store, school))["bad"] == {("bad", PERSISTENT), ("bad", LATE)}


async def _exchange_sealed(store: Store, referral: str, change: Callable[[bytes], bytes]) -> bytes:
    held = store.referrals._documents.collection
    query = {"_id": f"referral:{referral}", "kind": "referral"}
    before = bytes((await held.find_one(query))["sealed"])
    await held.update_one(query, {"$set": {"sealed": change(before)}})
    return before


@pytest.mark.parametrize("away", [True, False])
async def test_without_an_answer_nothing_of_it_is_taken_in_and_all_of_it_when_it_comes_again(
    store: Store, registers: Registers, replica: TakingIn, away: bool
) -> None:
    """`attendance` away is everybody's trouble; that it cannot answer for one school is that school's."""
    here, there = next(SCHOOLS), next(SCHOOLS)

    async def fail(question: AskStanding) -> None:
        if question.school == there:
            raise WorldAway("attendance") if away else Transient("attendance")

    registers.first = fail
    gathering = Gathering(replica, 256)
    events = [told(school, (f"{school}a", PERSISTENT, 1), (f"{school}b", LATE, 1)) for school in (here, there)]
    outcomes = await asyncio.gather(*(gathering.take(heard_of(one)) for one in events), return_exceptions=True)
    assert [type(one) for one in outcomes] == [WorldAway if away else type(None), WorldAway if away else Transient]
    assert len(await proposed(store, here)) == (0 if away else 2)
    assert await proposed(store, there) == {}
    registers.first = None
    await asyncio.gather(*(gathering.take(heard_of(one)) for one in events))
    for school in (here, there):
        assert await proposed(store, school) == {f"{school}a": {(f"{school}a", PERSISTENT)}, f"{school}b": {(f"{school}b", LATE)}}
