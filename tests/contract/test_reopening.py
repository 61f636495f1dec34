"""A case is reopened at the same moment as something else happens, on a real MongoDB: by another, or while it is disposed of."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import cast

import pytest

from deploy.local.stack import Stack
from services.referrals.cases.recording import Recording
from services.referrals.domain import acts
from services.referrals.domain.intervention import Done
from services.referrals.domain.referral import Referral
from services.referrals.errors import NotPossible
from services.referrals.proposals.reopening import reopen
from services.referrals.settings.practice import load_practices
from services.referrals.store import Store
from services.referrals.store.held import Held
from shared.academic_year import cohort
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.keys import KeyMint
from tests.support.referrals_store import Clock, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
NO_BUS = cast(Bus, None)
"""Nobody is joined, so nothing is asked."""


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture
async def rooms(stack: Stack, tmp_path: Path) -> AsyncIterator[tuple[Store, Clock]]:
    """A key that is closed is seen at once."""
    async with referrals_store(stack, tmp_path, key_hold_seconds=1e-9) as made:
        yield made


@pytest.fixture
def store(rooms: tuple[Store, Clock]) -> Store:
    return rooms[0]


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


async def closed_with_an_entry(store: Store, **more: str) -> Referral:
    proposal = Referral(id=new_id(), school="100001", child=new_id(), year=2026, state="proposed", proposed_at=store.now(), **more)
    case = acts.accepted(proposal, "o1", store.now())
    await store.referrals.settle([case], [], CAUSE)
    done = Done(kind="letter", day=store.today(), with_whom="father", engagement="none", outcome="sent")
    await Recording(store, load_practices()).record(case, done, "o1", None)
    return await store.referrals.change(case.id, lambda before: (acts.closed(before, "o1", store.now(), "attendance improved"), ()), CAUSE)


async def test_what_is_noted_on_a_closed_case_a_year_later_keeps_it_no_longer_than_its_entries(rooms: tuple[Store, Clock]) -> None:
    """An LA's word that comes after 1 September: the case would be left alone, for a year, without what it is about."""
    store, clock = rooms
    case = await closed_with_an_entry(store)
    clock.forward(days=320)
    noted = await store.referrals.change(case.id, lambda before: (before.noted("notice issued", "an LA", store.now()), ()), CAUSE)
    held = await store.referrals.get(case.id)
    assert held is not None
    assert held.referral == noted
    entry = (await store.interventions.of_case(case.id))[0]
    kept = await store.interventions.kept(entry.id)
    assert kept is not None
    assert (held.document["cohort"], held.document["own"], kept.document["cohort"]) == (cohort(2026),) * 3


@pytest.mark.parametrize("path", ["casework", "leave in term time"])
async def test_a_case_whose_disposal_has_begun_is_not_reopened_without_its_entries(
    rooms: tuple[Store, Clock], tmp_path: Path, path: str
) -> None:
    """What is written years later goes under a later date, and so would the case: alone, since its purge may be ordered by now."""
    store, clock = rooms
    case = await closed_with_an_entry(store, **({"leave": new_id()} if path == "leave in term time" else {}))
    clock.forward(days=652)
    mint = KeyMint(tmp_path / "keys", ("referrals",))
    mint.close(cohort(2026))
    with pytest.raises(NotPossible, match="disposal of its records has begun"):
        await reopen(NO_BUS, store, case.id, "o1", "it fell again", CAUSE)
    mint.reopen(cohort(2026))
    assert (await reopen(NO_BUS, store, case.id, "o1", "it fell again", CAUSE)).order == 3
