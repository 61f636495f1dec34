"""The image's entry point: the first word of the command chooses what this container is.

Only what is chosen is imported: the health check runs every few seconds and has no use for a database driver.
"""

import asyncio
import os
import runpy
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable

SERVICES = ("attendance", "referrals", "sharing", "retention")
JOBS = ("prepare", "initiate", "provision")
USAGE = f"say what this container is to be: {', '.join((*SERVICES, *JOBS, 'healthy', 'iewo ...'))}"


def main(words: list[str]) -> int:
    """The exit status; a service's process does not return until it is stopped."""
    chosen = words[0] if words else ""
    # the first process of a container is deaf to what it has no handler for: to a stop, too, until the service has set its own
    signal.signal(signal.SIGTERM, _end)
    if chosen in SERVICES:
        runpy.run_module(f"services.{chosen}", run_name="__main__", alter_sys=True)
        return 0
    if chosen in JOBS:
        return _job(chosen, words[1:])
    if chosen == "healthy":
        return _healthy(f"http://127.0.0.1:{os.environ.get('IEWO_PORT', '8000')}/ready")
    if chosen == "iewo":
        return _command(words)
    print(USAGE, file=sys.stderr)
    return 2


def _end(*_: object) -> None:
    sys.exit(0)


def _job(name: str, more: list[str]) -> int:
    """`more`: of `provision` alone, `--renew SERVICE ...`."""
    renewed = more[1:] if name == "provision" and more[:1] == ["--renew"] else []
    if len(more) != (len(renewed) + 1 if renewed else 0):
        print(f"{name} takes nothing more" + (" but --renew SERVICE ..." if name == "provision" else ""), file=sys.stderr)
        return 2
    from deploy.container import jobs
    from shared.provision.errors import ProvisioningError

    try:
        lines = asyncio.run(getattr(jobs, name)(*renewed))
    except ProvisioningError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines or ["nothing to change"]))
    return 0


def _healthy(url: str) -> int:
    """0 when the service says that it is ready."""
    try:
        with urllib.request.urlopen(url, timeout=8):
            return 0
    except (urllib.error.URLError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1


def _command(words: list[str]) -> int:
    from clients.iewo.main import run

    sys.argv = words
    command: Callable[[], object] = run
    command()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
