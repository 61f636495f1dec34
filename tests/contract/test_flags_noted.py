"""A crash leaves a flag that is set or lifted, and not its line in the history of the child's cases: whoever says it again makes up for it,
once."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
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
SCHOOL, AT = "140001", BEGUN + timedelta(days=1)


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


async def flagged(store: Store, child: str, opened: datetime) -> tuple[str, Flag]:
    """A case that was opened then, and a flag that was set a day after the beginning."""
    case = Referral(id=new_id(), school=SCHOOL, child=child, year=2026, state="in progress", proposed_at=opened, opened_at=opened, order=1)
    await store.referrals.settle([case], [], CAUSE)
    word = Word(by="officer-a", at=AT, why="told by the school")
    return case.id, await store.flags.add(Flag(id=new_id(), school=SCHOOL, child=child, kind="safeguarding", set=word), (), CAUSE)


async def test_what_a_crash_left_of_a_flag_is_noted_once(store: Store) -> None:
    case, flag = await flagged(store, "flagged", BEGUN)
    for _ in range(2):
        await note(store, flag, "set a flag", flag.set)
    assert await lines(store, case) == [("set a flag", "officer-a")]
    for by in ("officer-b", "officer-c"):
        lifted = await store.flags.lift(flag.id, Word(by=by, at=AT + timedelta(hours=1), why="over"), CAUSE)
        assert lifted
        assert lifted.lifted
        await note(store, lifted, "lift a flag", lifted.lifted)
    assert await lines(store, case) == [("set a flag", "officer-a"), ("lift a flag", "officer-b")]


async def test_a_case_that_was_opened_since_has_no_line_of_it(store: Store) -> None:
    case, flag = await flagged(store, "flagged before", AT + timedelta(days=1))
    await note(store, flag, "set a flag", flag.set)
    assert await lines(store, case) == []
