"""A crash leaves a flag that is set or lifted, and not its line in the history of the child's cases: whoever says it again makes up for it,
once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.referrals.api.flags import note
from services.referrals.domain.flags import Flag, Word
from services.referrals.domain.referral import Referral
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from tests.support.referrals_store import BEGUN, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
SCHOOL, CHILD = "140001", "flagged"


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("flags")) as stack:
        yield stack


@pytest.fixture
async def store(stack: Stack, tmp_path: Path) -> AsyncIterator[Store]:
    async with referrals_store(stack, tmp_path) as (made, _):
        yield made


async def lines(store: Store, case: str) -> list[tuple[str, str]]:
    held = await store.referrals.get(case)
    assert held is not None
    return [(one.act, one.by) for one in held.referral.private.history]


async def test_what_a_crash_left_of_a_flag_is_noted_once_in_the_cases_that_were_open_then(store: Store) -> None:
    at, case, later = BEGUN + timedelta(days=1), new_id(), new_id()
    for id_, opened in ((case, BEGUN), (later, at + timedelta(days=1))):
        made = Referral(id=id_, school=SCHOOL, child=CHILD, year=2026, state="in progress", proposed_at=opened, opened_at=opened, order=1)
        made = made if id_ == case else made.model_copy(update={"path": "leave in term time"})
        await store.referrals.settle([made], [], CAUSE)
    word = Word(by="officer-a", at=at, why="told by the school")
    flag = await store.flags.add(Flag(id=new_id(), school=SCHOOL, child=CHILD, kind="safeguarding", set=word), (), CAUSE)
    for _ in range(2):
        await note(store, flag, "set a flag", flag.set)
    assert (await lines(store, case), await lines(store, later)) == ([("set a flag", "officer-a")], [])
    over = Word(by="officer-b", at=at + timedelta(hours=1), why="over")
    for said in (over, Word(by="officer-c", at=at + timedelta(hours=2), why="again")):
        lifted = await store.flags.lift(flag.id, said, CAUSE)
        assert lifted
        assert lifted.lifted
        await note(store, lifted, "lift a flag", lifted.lifted)
    assert await lines(store, case) == [("set a flag", "officer-a"), ("lift a flag", "officer-b")]
