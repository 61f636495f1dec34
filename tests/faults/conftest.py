"""One stack of real servers and processes, which the modules share that need no settings of their own."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK
from tests.support.events import kept
from tests.support.school import School

NUMBERS = count()


@pytest.fixture(scope="package")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Like every other stack of the tests, on an autumn day."""
    stack = Running(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}, notablescan=True)
    async with stack:
        yield stack


@pytest.fixture(autouse=True)
async def all_up(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A test that failed leaves nothing stopped for the next one."""
    yield
    if "running" in request.fixturenames:
        stack: Running = request.getfixturevalue("running")
        await asyncio.gather(stack.stack.nats.start(), stack.stack.mongo.start())
        await asyncio.gather(*(service.start() for service in stack.services.values()))


@pytest.fixture
async def school(running: Running) -> AsyncIterator[School]:
    """A school of the test's own."""
    opened = await School(running, f"95{next(NUMBERS):04}").open()
    yield opened
    await opened.close()


@pytest.fixture
async def no_letters(running: Running) -> AsyncIterator[None]:
    """Afterwards there is no dead letter that was not there before."""
    before = len(await kept(running.stack, "DEADLETTERS"))
    yield
    letters = (await kept(running.stack, "DEADLETTERS"))[before:]
    assert [letter.headers for letter in letters] == []
