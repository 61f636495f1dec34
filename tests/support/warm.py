"""Services of the tests begin as forks of a process that has imported what they import, one for each service and worker: a service starts
a hundred times in a run, and the imports are two thirds of what a start costs. Those processes are forks themselves, of one that has
imported what every service does. From its own fork on a service is `python -m services.NAME`, with the environment, the log and the
process group that deploy/local gives it. The same for the command `iewo`, see `tests.support.command`.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Final

from deploy.local.process import Process, die_with_parent
from deploy.local.services import Service
from shared.topology import SERVICES

ROOT: Final = Path(__file__).resolve().parents[2]
COMMAND: Final = "iewo"
COMMON: Final = (
    "shared.service",
    "pydantic.v1",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.lifespan.on",
    "anyio._backends._asyncio",
    "pymongo.asynchronous.auth_oidc",
    "pymongo.asynchronous.auth_aws",
)
"""What every service imports, the later ones not before it serves."""
LATER: Final = (
    "httpx",
    "nats",
    "joserfc.jwt",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "pydantic",
    "rich.console",
    "rich.table",
)
"""What commands import when they need it."""
LENGTH: Final = 16
"""Of a name, as an origin is told it, in bytes."""
GONE: Final = -1
"""What `poll` says of a process that has ended: how, only its parent knows."""


class Forked:
    """A process that another one has forked, held so that its number cannot come to mean another."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._held = os.pidfd_open(pid)

    def poll(self) -> int | None:
        return self._ended(0)

    def send_signal(self, sig: int, /) -> None:
        signal.pidfd_send_signal(self._held, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        if (ended := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired("a forked service", timeout or 0)
        return ended

    def _ended(self, seconds: float | None) -> int | None:
        return GONE if select.select([self._held], [], [], seconds)[0] else None

    def __del__(self) -> None:
        os.close(self._held)


class Origin:
    """The process that forks templates. It dies with us, and they with it."""

    def __init__(self, *modules: str) -> None:
        """`modules`: what it imports first."""
        self._socket, theirs = socket.socketpair()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("IEWO_")}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.warm", str(theirs.fileno()), *modules],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent(),  # noqa: PLW1509  (it makes two system calls, takes no lock)
                process_group=0,
            )

    def hand(self, name: str, theirs: socket.socket) -> None:
        """To a new template, its end of a pair of sockets."""
        socket.send_fds(self._socket, [name.encode().ljust(LENGTH)], [theirs.fileno()])

    def close(self) -> None:
        """After its templates."""
        self._socket.close()
        self._process.wait(60)


class Template:
    """The process that forks one service, or the command."""

    def __init__(self, name: str, origin: Origin) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            origin.hand(name, theirs)
        self._answers = self._socket.makefile("r")

    def fork(self, environment: dict[str, str], log: Path, *arguments: str) -> Forked:
        """`log`: the file of what a service says, the folder of what goes in and out of a command."""
        self._socket.sendall(json.dumps([environment, str(log), *arguments]).encode() + b"\n")
        return Forked(int(self._answers.readline()))

    def close(self) -> None:
        """It has ended when this returns."""
        self._socket.shutdown(socket.SHUT_WR)
        assert not self._answers.readline()
        self._answers.close()
        self._socket.close()


class Templates:
    """One for each service."""

    def __init__(self) -> None:
        self._origin: Origin | None = None
        self._by_name: dict[str, Template] = {}

    def spawn(self, service: Service) -> Process:
        """In the place of Service._spawn. All begin to import with the first that is asked for, beside each other."""
        if service.module != f"services.{service.name}":
            return super(Service, service)._spawn()
        if self._origin is None:
            self._origin = origin = Origin(*COMMON)
            self._by_name = {name: Template(name, origin) for name in SERVICES}
        return self._by_name[service.name].fork(service._environment(), service.log)

    def close(self) -> None:
        for template in self._by_name.values():
            template.close()
        if self._origin is not None:
            self._origin.close()


def main(descriptor: int, *modules: str) -> None:
    """The origin: forks once for each name that comes, until nobody is there who could send one."""
    for module in modules:
        import_module(module)
    die_with_us = die_with_parent()
    asks = socket.socket(fileno=descriptor)
    while True:
        name, descriptors, _, _ = socket.recv_fds(asks, LENGTH, 1)
        if not name:
            return _reap(0)
        if os.fork():
            os.close(descriptors[0])
            continue
        if die_with_us:
            die_with_us()
        asks.close()
        return _template(name.decode().strip(), descriptors[0])


def _template(name: str, descriptor: int) -> None:
    """Forks once for each line that comes."""
    for module in ("clients.iewo.main", *LATER) if name == COMMAND else (f"services.{name}.app",):
        import_module(module)
    gc.freeze()  # no fork looks through it, which would copy all of its memory
    die_with_us = die_with_parent()
    asks = socket.socket(fileno=descriptor)
    lines = asks.makefile("r")
    for line in lines:
        _reap()
        if pid := os.fork():
            asks.sendall(f"{pid}\n".encode())
            continue
        if die_with_us:
            die_with_us()
        lines.close()
        asks.close()
        return (_run if name == COMMAND else _become)(name, *json.loads(line))
    return _reap()


def _reap(options: int = os.WNOHANG) -> None:
    """Not before the next one is asked for: until then, whoever asked for the last can take hold of it, though it has ended."""
    try:
        while os.waitpid(-1, options)[0]:
            pass
    except ChildProcessError:
        return


def _become(name: str, environment: dict[str, str], log: str) -> None:
    """The service, in this process."""
    os.setpgid(0, 0)
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    runpy.run_module(f"services.{name}", run_name="__main__", alter_sys=True)


def _run(name: str, environment: dict[str, str], folder: str, *arguments: str) -> None:
    """The command, in this process and in the folder that the environment names; its exit code is left in a file."""
    place = Path(folder)
    for file, descriptor, flags in (("in", 0, os.O_RDONLY), ("out", 1, os.O_WRONLY | os.O_CREAT), ("err", 2, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(place / file, flags, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(environment["PWD"])
    sys.argv[1:] = arguments
    try:
        runpy.run_module(f"clients.{name}", run_name="__main__", alter_sys=True)
        ended = 0
    except SystemExit as error:
        ended = error.code if isinstance(error.code, int) else int(error.code is not None)
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        ended = 1
    (place / "ended").write_text(str(ended))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
