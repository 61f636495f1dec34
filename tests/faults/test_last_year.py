"""Concerns whose window reaches back into last year, when both years' marks are written at the same time or by halves.

The writers are the service's own `Register`, on the stack's servers, held or cut off between two of its steps.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from deploy.local.running import Running
from services.attendance.domain.codes import BY_TEXT
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.judging import Bench, Earlier, open_rules
from services.attendance.domain.register_page import Row, writer
from services.attendance.store import KINDS
from services.attendance.store.register import OpenPage, Register, Rows
from shared.academic_year import slot
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.service import parts
from shared.settings import Settings
from tests.support.autumn import TODAY, YEAR, last_term, this_term

CHILD, URN = "0123456789abcdef01234567", "940001"
BEFORE, NOW = writer(1, 0), writer(1, 1)
CAUSE = Cause.beginning("test")


class Cut(Exception):
    """The process ended here."""


class Held(Register):
    """Waits, once it has read what last year says, until it is let go."""

    def __init__(self, *built: Any) -> None:
        super().__init__(*built)
        self.has_read, self.go = asyncio.Event(), asyncio.Event()

    async def of_children(self, urn: str, year: int, children: Iterable[str]) -> list[OpenPage]:
        found = await super().of_children(urn, year, children)
        if year == YEAR - 1:
            self.has_read.set()
            await self.go.wait()
        return found


class Halved(Register):
    """Ends before it looks at this year."""

    async def of_children(self, urn: str, year: int, children: Iterable[str]) -> list[OpenPage]:
        if year == YEAR:
            raise Cut
        return await super().of_children(urn, year, children)


@pytest.fixture(scope="module")
async def built(running: Running) -> AsyncIterator[tuple[Any, ...]]:
    """What a register of the service is built of."""
    await running["attendance"].stop()
    environment = running["attendance"].environment()
    known = {key.removeprefix("IEWO_").lower(): value for key, value in environment.items() if key.startswith("IEWO_")}
    made = parts("attendance", Settings(**{key: value for key, value in known.items() if key in Settings.model_fields}))  # type: ignore[arg-type]
    await made.bus.start()
    yield made.documents, made.sealer, Disposal(made.documents, made.sealer, KINDS), Bench(Thresholds())
    await made.bus.stop()
    made.client.close()
    await running["attendance"].start()
