"""What a school meets: `attendance` as a process, with `retention`, which mints its keys, on real servers."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK
from tests.support.school import School

NUMBERS = count()


@pytest.fixture(scope="package")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """On an autumn day."""
    stack = Running(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}, notablescan=True)
    for name in ("referrals", "sharing"):
        del stack.services[name]
    async with stack:
        yield stack


@pytest.fixture
async def school(running: Running) -> AsyncIterator[School]:
    """A school of the test's own."""
    opened = await School(running, f"96{next(NUMBERS):04}").open()
    yield opened
    await opened.close()
