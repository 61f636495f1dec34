"""What every tier shares: which servers the tests run on, and stacks of real processes."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from deploy.local.running import QUICK, Running
from deploy.local.servers import mongod_binary, nats_binary
from deploy.local.services import Service
from tests.support import servers
from tests.support.servers import running_on_empty
from tests.support.warm import Templates

gc.disable()  # until all tests are collected
settings.register_profile("any machine", deadline=None)  # a busy machine is no defect
settings.load_profile("any machine")

# The same services start a hundred times: let them keep what they compile, whatever the shell around says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# httpx looks for this module several times in every request, and where it is not installed goes through every folder each time.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
# And it reads a hundred and fifty certificates for every client that is made, in twenty milliseconds: nobody here speaks TLS.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent / "data")


def pytest_report_header() -> list[str]:
    """Which NATS and MongoDB the tests run on."""
    return [f"servers: {_version([str(nats_binary()), '--version'])}; mongod {_version([str(mongod_binary()), '--version'])}"]


def _version(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def pytest_collection_finish() -> None:
    """What three thousand tests are made of stays: no collection of garbage goes through it again."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Services begin with their imports done."""
    templates = Templates()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Service, "_spawn", lambda service: templates.spawn(service))  # noqa: PLW0108  (a bound method would not be given the service)
        yield
    templates.close()
    servers.close()


@pytest.fixture(scope="module", autouse=True)
def no_stopped_database_stays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The suite starts nearly a hundred: a disk that fills fails tests of other things."""
    yield
    made = tmp_path_factory.getbasetemp()
    for data in {found.resolve() for depth in ("*", "*/*") for found in made.glob(f"{depth}/mongo/data")}:
        if not _runs(data / "mongod.lock"):
            shutil.rmtree(data)


def _runs(lock: Path) -> bool:
    """Whether the process that a mongod's lock file names is there; one that stopped cleanly leaves the file empty."""
    number = lock.read_text().strip() if lock.is_file() else ""
    return bool(number) and Path("/proc", number).exists()


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Servers and all four services as processes, for one module. A query without an index is refused by this mongod."""
    async with running_on_empty(tmp_path_factory.mktemp("stack"), QUICK) as stack:
        yield stack
