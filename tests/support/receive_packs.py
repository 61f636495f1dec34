"""An LA's run of `receive` as a process that a test may kill: prints each pack that it has saved."""

import asyncio
import resource
import sys
from pathlib import Path

from clients.iewo.packs import PacksError, receive
from clients.iewo.taking import Received


def told(received: Received) -> None:
    print(received.pack, "new" if received.new else "known", flush=True)


def main(url: str, credentials: str, key: str, account: str, code: str, to: str, redelivery: str, largest: str = "") -> None:
    if largest:  # a file system that takes no more
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
    try:
        seconds = float(redelivery)
        asyncio.run(receive(url, Path(credentials), Path(key), account, code, Path(to), on_pack=told, redelivery_seconds=seconds))
    except PacksError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
