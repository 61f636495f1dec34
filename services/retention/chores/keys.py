"""Keys stand ready before anybody needs them: minted at the start and every hour."""

import asyncio
from collections.abc import Callable
from datetime import date

from services.retention.domain.clock import dates_ahead
from shared.keys import KeyMint
from shared.logging import logger

EVERY_SECONDS = 3600
DRAFT_SECONDS = 60
"""A draft of a key as old as this is nobody's any more."""

INDEX, LEDGER, SCANS = "index", "ledger", "scans"
"""Keys of no cohort: for the keyed hashes of look-ups, of the purge ledger, and of scans of what was signed on paper."""


class Keys:
    """Several replicas at once mint one and the same key."""

    def __init__(self, mint: KeyMint, today: Callable[[], date]) -> None:
        self._mint = mint
        self._today = today

    async def ready(self) -> None:
        """The chore."""
        await asyncio.to_thread(self._mint.shred_drafts, DRAFT_SECONDS)
        await asyncio.to_thread(self.for_dates_after, self._today())

    def for_dates_after(self, day: date) -> None:
        for cohort in dates_ahead(day):
            if self._mint.mint(cohort):
                logger().info("minted", cohort=cohort)
        self._mint.mint_named(INDEX, ("attendance",))
        self._mint.mint_named(LEDGER, ("attendance", "retention"))
        self._mint.mint_named(SCANS, ("sharing",))
