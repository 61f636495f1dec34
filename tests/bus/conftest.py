"""One provisioned pair of real servers for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import Stack


@pytest.fixture(scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with Stack(tmp_path_factory.mktemp("servers"), notablescan=True) as stack:
        yield stack
