"""`make demo`: the whole job on embedded servers, told as it happens; leaves out/demo/."""

import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.demo.story import Tale
from deploy.demo.telling import Telling
from deploy.local.process import ServerError
from shared.provision.errors import ProvisioningError

OUT = Path("out/demo")
CHECK = f"iewo certificate verify {OUT}/certificate.json --key {OUT}/certificates.pub"


async def tell() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    begun = time.monotonic()
    telling = Telling()
    with tempfile.TemporaryDirectory(prefix="iewo-demo-") as folder:
        async with Tale(Path(folder), OUT, telling) as tale:
            await tale.all()
    telling.figure("seconds", round(time.monotonic() - begun, 1))
    (OUT / "summary.json").write_text(json.dumps(telling.figures, indent=2) + "\n")
    telling.line(
        f"\nThe whole job took {telling.figures['seconds']} s. Left in {OUT}/: summary.json, sweep.json, the certificate and its key, "
        f"and under packs/ each pack."
    )
    telling.command("Check the certificate:", CHECK)


async def tell_unless_stopped() -> int:
    """The exit code: 0, or that of the first signal, after everything was stopped and removed. A further one does not hurry it."""
    telling = asyncio.create_task(tell())
    signals: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        if not signals:
            telling.cancel()
        signals.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        await telling
    except asyncio.CancelledError:
        print("stopped", file=sys.stderr)
        return 128 + signals[0]
    return 0


def main() -> int:
    try:
        return asyncio.run(tell_unless_stopped())
    except (ServerError, ProvisioningError, AssertionError) as error:
        print(f"the demo failed: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
