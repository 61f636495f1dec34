"""Two who reopen a case at the same moment, on a real MongoDB: it is the same case and reopened once."""

from collections.abc import AsyncIterator, Iterable
from typing import cast

import pytest

from deploy.local.stack import Stack
from services.referrals.domain import acts
from services.referrals.domain.referral import Referral
from services.referrals.proposals.reopening import reopen
from services.referrals.store import Store
from services.referrals.store.held import Held
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from tests.support.referrals_store import referrals_store

CAUSE = Cause.beginning("test")
NO_BUS = cast(Bus, None)
"""Nobody is joined, so nothing is asked."""


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    async with Stack(tmp_path_factory.mktemp("stack")) as stack, referrals_store(stack, tmp_path_factory.mktemp("keys")) as (made, _):
        yield made


async def test_somebody_else_reopens_it_between_reading_and_looking_for_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = Referral(id=new_id(), school="100001", child="c", year=2026, state="proposed", proposed_at=store.now())
    case = acts.closed(acts.accepted(proposal, "o1", store.now()), "o1", store.now(), "attendance improved")
    await store.referrals.settle([case], [], CAUSE)
    look, first = store.referrals.live, [True]

    async def live(school: str, records: Iterable[str]) -> list[Held]:
        if first and first.pop():
            await reopen(NO_BUS, store, case.id, "o2", "it fell again", CAUSE)
        return await look(school, records)

    monkeypatch.setattr(store.referrals, "live", live)
    after = await reopen(NO_BUS, store, case.id, "o1", "it fell again", CAUSE)
    assert (after.id, after.state, after.order) == (case.id, "in progress", 3)
    assert [(entry.act, entry.by) for entry in after.private.history] == [("accept", "o1"), ("close", "o1"), ("reopen", "o2")]
