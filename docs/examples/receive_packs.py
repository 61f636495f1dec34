"""Receives what waits for a Local Authority: each pack is verified and on the disk before the bus is told, so none is lost or doubled.

python receive_packs.py tls://bus.example.org:4222 803 803.creds 803.key packs.pub FOLDER      (packs.pub: our key, 64 hexadecimal digits)
"""

import json
import sys
from pathlib import Path

from clients.iewo.subscription import PacksError, Received, Subscription


def saved(received: Received) -> None:
    """Called once a pack is in its folder and acknowledged: from here on it is the LA's. A notice of a change has a folder too."""
    if (document := received.folder / "pack.json").exists():
        pack = json.loads(document.read_text(encoding="utf-8"))
        print(received.pack, pack["measure"], pack["school"]["name"])


def main(bus: str, code: str, credentials: str, key: str, sender: str, to: str) -> str | None:
    try:
        subscription = Subscription(bus, code, Path(credentials), Path(key), Path(sender).read_text().strip())
        subscription.receive(Path(to), saved)
    except (PacksError, OSError) as error:
        return str(error)  # what is saved is kept, what is not stays on the bus: run it again
    return None


sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 7 else __doc__)
