"""The store of `referrals` in the test's own process, on a real MongoDB, living on the day that the test says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.local.stack import Stack
from services.referrals.store import COHORT_KINDS, Store
from shared.academic_year import cohort
from shared.disposal import Disposal
from shared.keys import KeyFolder, KeyMint
from shared.mongo import close, connect
from shared.sealing import CohortSealer
from shared.settings import Settings
from shared.store import Documents
from tests.contract.test_register_store import Kept

BEGUN = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = BEGUN

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


class ByClock(Settings):
    """Settings of a service that lives by a clock of the test."""

    clock: Clock = Clock()

    def now(self) -> datetime:
        return self.clock()


@asynccontextmanager
async def referrals_store(stack: Stack, folder: Path, **said: Any) -> AsyncIterator[tuple[Store, Clock]]:
    """`said`: further settings."""
    mint = KeyMint(folder / "keys", ("referrals",))
    for year in range(2025, 2029):
        mint.mint(cohort(year))
    clock = Clock()
    settings = ByClock(
        nats_credentials=folder / "none.creds",
        mongo_url_file=stack.credentials / "mongo" / "referrals.url",
        key_folder=folder / "keys" / "referrals",
        jwks="nowhere",
        clock=clock,
        **said,
    )
    client = connect(settings.mongo_url())
    sealer = CohortSealer(KeyFolder(settings.key_folder, settings.key_hold_seconds))
    documents = Documents(client, "referrals", Kept(), clock)
    yield Store.of(documents, sealer, Disposal(documents, sealer, COHORT_KINDS), settings), clock
    await close(client)
