"""A server as a child process on loopback, with its data in a folder.

It keeps its port in `<folder>/port`, so that it can be stopped, killed and started again under its clients.
Whatever happens to this process, its servers do not outlive it.
"""

import asyncio
import contextlib
import ctypes
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

from shared.provision.files import private_folder

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0
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
