"""`make up`: the whole stack in the foreground, data kept in `.local/`, a clean stop on Ctrl-C or SIGTERM."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from deploy.local.process import ServerError
from deploy.local.running import QUICK, Running
from shared.provision.errors import ProvisioningError

WARNING = """\
NOT FOR REAL CHILDREN. This stack is for trying things out: its keys, tokens and servers all lie in one folder on this machine,
its mongod is past its support, and what is due on a date to come may be disposed of, for good. Use invented people only."""


async def up(folder: Path) -> None:
    running = Running(folder, QUICK)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    print("starting nats-server, mongod and four services ...", flush=True)
    starting = asyncio.create_task(running.start())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        await starting
        for line in running.changes:
            print(f"  {line}")
        for name, service in running.services.items():
            print(f"  {name:<11} {service.url}")
        print(f"  nats        {running.stack.nats_url}\n  mongod      {running.stack.mongo.address}")
        print(f"ready: {running.endpoints_file} says where everything is; Ctrl-C stops it", flush=True)
        watching = asyncio.create_task(_first_death(running))
        await asyncio.wait({waiting, watching}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            print(f"{watching.result()} has stopped by itself: stopping the rest", file=sys.stderr, flush=True)
        watching.cancel()
    else:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
    print("stopping ...", flush=True)
    await running.stop()
    print("stopped", flush=True)


async def _first_death(running: Running) -> str:
    processes = [running.stack.nats, running.stack.mongo, *running.services.values()]
    while True:
        for process in processes:
            if not process.running:
                return f"{process.name} (see {process.log})"
        await asyncio.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make up", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="where data, keys and credentials are kept (default: .local)")
    options = parser.parse_args()
    print(WARNING, flush=True)
    try:
        asyncio.run(up(options.folder))
    except (ServerError, ProvisioningError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
