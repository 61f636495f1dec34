"""What two people do in one case at once: nothing is written into a case that was closed meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.referrals.cases.recording import Recording
from services.referrals.domain import acts
from services.referrals.domain.intervention import Done
from services.referrals.domain.referral import Referral
from services.referrals.domain.task import Task
from services.referrals.errors import NotPossible
from services.referrals.settings.practice import load_practices
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from tests.support.referrals_store import BEGUN, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
TODAY = BEGUN.date()
DONE = Done(kind="letter", day=TODAY, with_whom="father", engagement="none", outcome="sent")


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("races")) as stack:
        yield stack


@pytest.fixture
async def store(stack: Stack, tmp_path: Path) -> AsyncIterator[Store]:
    async with referrals_store(stack, tmp_path) as (made, _):
        yield made
        await made.tasks._documents.collection.delete_many({"_id": {"$gte": ""}})


@pytest.fixture
def recording(store: Store) -> Recording:
    return Recording(store, load_practices())


async def a_case(store: Store) -> Referral:
    case = Referral(
        id=new_id(), school="700001", child=new_id(), year=2026, state="in progress", proposed_at=BEGUN, opened_at=BEGUN, order=1
    )
    await store.referrals.settle([case], [], CAUSE)
    return case


async def close(store: Store, case: Referral) -> None:
    await store.referrals.change(case.id, lambda before: (acts.closed(before, "dana", store.now(), "done"), ()), CAUSE)


async def test_a_case_that_was_closed_after_it_was_read_takes_no_entry(store: Store, recording: Recording) -> None:
    here, there = await a_case(store), await a_case(store)
    entry, _ = await recording.record(here, DONE, "officer-a", None)
    await close(store, there)
    for doing in (
        recording.record(there, DONE, "officer-a", None),
        recording.record(there, DONE, "officer-a", "key"),
        recording.visit([there], [DONE], "officer-a", "visit"),
        recording.move(here, entry.id, there, "another child", "officer-a"),
    ):
        with pytest.raises(NotPossible, match="it is closed"):
            await doing
    assert await store.interventions.of_case(there.id) == []
    assert [one.id for one in await store.interventions.of_case(here.id)] == [entry.id]


async def test_a_case_that_was_closed_after_it_was_read_takes_no_task(store: Store) -> None:
    case = await a_case(store)
    await close(store, case)
    task = Task(id=new_id(), case=case.id, officer="officer-a", what="ring", due=TODAY, by="dana", at=BEGUN)
    with pytest.raises(NotPossible, match="it is closed"):
        await store.tasks.add(task, case, CAUSE)
    assert await store.tasks.get(task.id) is None


async def test_thirty_entries_in_one_case_at_once_are_all_recorded(store: Store, recording: Recording) -> None:
    case = await a_case(store)
    made = await asyncio.gather(*(recording.record(case, DONE, "officer-a", None) for _ in range(30)))
    assert len({entry.id for entry, _ in made}) == len(await store.interventions.of_case(case.id)) == 30


async def test_a_strike_and_a_move_at_once_come_to_one_of_them(store: Store, recording: Recording) -> None:
    here, there = await a_case(store), await a_case(store)
    for _ in range(5):
        entry, _ = await recording.record(here, DONE, "officer-a", None)
        done = await asyncio.gather(
            recording.strike(here, entry.id, "twice", "officer-a"),
            recording.strike(here, entry.id, "twice", "officer-b"),
            recording.move(here, entry.id, there, "another child", "officer-c"),
            return_exceptions=True,
        )
        assert {type(one).__name__ for one in done} <= {"Intervention", "NoSuchEntry", "NotPossible"}, done
        kept = await store.interventions.get(entry.id)
        assert kept is not None
        assert (kept.case, kept.counts) in ((here.id, False), (there.id, True))
