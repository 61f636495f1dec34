"""Services of the tests begin as forks of a process that has imported what they import, one for each service and worker: a service starts
a hundred times in a run, and the imports are two thirds of what a start costs. From the fork on it is `python -m services.NAME`, with the
environment, the log and the process group that deploy/local gives it.
"""

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from deploy.local.servers import Process, die_with_parent
from deploy.local.services import Service
from shared.topology import SERVICES

ROOT: Final = Path(__file__).resolve().parents[2]
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


class Template:
    """The process that forks one service. It dies with us, and its forks with it."""

    def __init__(self, name: str) -> None:
        self._socket, theirs = socket.socketpair()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("IEWO_")}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.warm", name, str(theirs.fileno())],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent(),  # noqa: PLW1509  (it makes two system calls, takes no lock)
                process_group=0,
            )
        self._answers = self._socket.makefile("r")

    def fork(self, environment: dict[str, str], log: Path) -> Forked:
        self._socket.sendall(json.dumps([environment, str(log)]).encode() + b"\n")
        return Forked(int(self._answers.readline()))

    def close(self) -> None:
        self._answers.close()
        self._socket.close()
        self._process.wait(60)


class Templates:
    """One for each service."""

    def __init__(self) -> None:
        self._by_name: dict[str, Template] = {}

    def spawn(self, service: Service) -> Process:
        """In the place of Service._spawn. All begin to import with the first that is asked for, beside each other."""
        if service.module != f"services.{service.name}":
            return super(Service, service)._spawn()
        if not self._by_name:
            self._by_name = {name: Template(name) for name in SERVICES}
        return self._by_name[service.name].fork(service._environment(), service.log)

    def close(self) -> None:
        for template in self._by_name.values():
            template.close()


def main(name: str, descriptor: int) -> None:
    """The template: forks once for each line that comes, until nobody is there who could send one."""
    import_module(f"services.{name}.app")
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
        return _become(name, *json.loads(line))
    return _reap()


def _reap() -> None:
    """Not before the next one is asked for: until then, whoever asked for the last can take hold of it, though it has ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
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


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
