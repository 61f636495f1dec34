"""The owner of a visit warning is told, once for each review date, when it has passed."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.referrals.domain.flags import Word
from services.referrals.domain.visit_warning import VisitWarning
from services.referrals.families.before_visit import remind
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from tests.support.referrals_store import BEGUN, Clock, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("reviews")) as made:
        yield made


async def told(store: Store) -> list[tuple[str, str]]:
    return [(one["who"], one["what"]) for one in await store.notices.waiting()]


async def test_a_review_that_passes_is_told_once_and_again_after_the_next(stack: Stack, tmp_path: Path) -> None:
    async with referrals_store(stack, tmp_path) as (store, clock):
        word = Word(by="officer-sen", at=BEGUN, why="seen there")
        warning = VisitWarning(
            id="a" * 24, address="7 Refuge Lane", reason="dogs", owner="officer-sen", review=date(2026, 11, 25), words=(word,)
        )
        await store.warnings.add(warning, CAUSE)
        assert await after(store, clock, days=5) == [], "the day itself has not passed"
        for _ in range(3):
            assert await after(store, clock, days=1) == [("officer-sen", "visit warning to be reviewed")]
        review = date(2027, 11, 20)
        await store.warnings.change(warning.id, lambda one: one.model_copy(update={"review": review}), CAUSE)
        assert await after(store, clock, days=300) == [("officer-sen", "visit warning to be reviewed")]
        assert len(await after(store, clock, days=80)) == 2
        await store.warnings.change(warning.id, lambda one: one.model_copy(update={"ended": True}), CAUSE)
        assert await store.warnings.to_review(date(2028, 8, 1)) == []


async def after(store: Store, clock: Clock, *, days: int) -> list[tuple[str, str]]:
    clock.forward(days=days)
    await remind(store)
    return await told(store)
