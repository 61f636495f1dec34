"""A crash leaves a hand-over that is written, and neither logged nor told: whoever asks or decides again makes up for it, once."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.referrals.cases import moving
from services.referrals.domain.notice import HEADS
from services.referrals.domain.referral import Referral
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from tests.support.referrals_store import BEGUN, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
OLD, NEW = "140001", "140002"


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("hand-overs")) as stack:
        yield stack


@pytest.fixture
async def store(stack: Stack, tmp_path: Path) -> AsyncIterator[Store]:
    async with referrals_store(stack, tmp_path) as (made, _):
        yield made


@contextmanager
def crashing(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Between the hand-over that is written and what follows from it."""

    async def crash(*_: Any) -> None:
        raise ConnectionError

    with patch.context() as within:
        within.setattr(moving, "_log", crash)
        yield


async def a_case(store: Store) -> Referral:
    case = Referral(id=new_id(), school=OLD, child=new_id(), year=2026, state="in progress", proposed_at=BEGUN, opened_at=BEGUN, order=1)
    await store.referrals.settle([case], [], CAUSE)
    return case


async def log(store: Store, case: Referral) -> list[tuple[str, str]]:
    held = await store.referrals.get(case.id)
    assert held is not None
    return [(one.act, one.by) for one in held.referral.private.history]


async def told(store: Store, who: str) -> list[str]:
    return [one["what"] async for one in store.tasks._documents.collection.find({"kind": "notice", "who": who})]


async def test_what_a_crash_left_of_a_hand_over_is_made_up_for_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await a_case(store)

    async def ask(by: str) -> str:
        return (await moving.ask(store, case.id, NEW, {case.child}, by, "ours now", CAUSE)).id

    async def decide(id_: str, by: str) -> None:
        await moving.decide(store, id_, granted=True, by=by, reason="the family agrees", cause=CAUSE)

    with crashing(monkeypatch), pytest.raises(ConnectionError):
        await ask("officer-new")
    assert (await log(store, case), await told(store, HEADS)) == ([], [])
    [id_] = {await ask(by) for by in ("officer-new", "officer-else")}
    asked = ("hand-over asked for", "officer-new")
    assert (await log(store, case), await told(store, HEADS)) == ([asked], ["hand-over asked for"])

    with crashing(monkeypatch), pytest.raises(ConnectionError):
        await decide(id_, "officer-old")
    assert (await log(store, case), await told(store, "officer-new")) == ([asked], [])
    for by in ("officer-old", "officer-else"):
        await decide(id_, by)
    granted = ("hand-over granted", "officer-old")
    assert (await log(store, case), await told(store, "officer-new")) == ([asked, granted], ["hand-over decided"])
