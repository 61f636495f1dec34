"""`make demo`: the whole job on embedded servers, told as it happens; leaves out/demo/."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from deploy.demo.story import Tale
from deploy.demo.telling import Telling
from deploy.local.servers import ServerError
from shared.provision.errors import ProvisioningError

OUT = Path("out/demo")


async def tell() -> int:
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
        f"\nThe whole job took {telling.figures['seconds']} s. Left in {OUT}/: summary.json, the certificate, and under packs/ each pack."
    )
    return 0


def main() -> int:
    try:
        return asyncio.run(tell())
    except (ServerError, ProvisioningError, AssertionError) as error:
        print(f"the demo failed: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
