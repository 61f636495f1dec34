"""LA runs of `receive` that end at a given line of the code: killed there, or told by the disk that it is full.

A server of runs, because a fork is quick where a new process is not: each line of its input is a run in a child of its own, answered by a
line. `lines`: a whole run, answered by the places that it came through, `<file>:<line>:<how often by then>`. `kill PLACE`: a run that
SIGKILL ends before that line. `full PLACE`: a run in which that line raises ENOSPC. `powerless`: a run that may write only where its user
may, though that be root.
"""

import asyncio
import ctypes
import errno
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pypdf  # noqa: F401  (imported here once, instead of in each child)

from clients.iewo import pack_folder, packs, subscription, taking
from clients.iewo.packs import PacksError
from clients.iewo.subscription import Subscription
from shared.pack import change, manifest, verify  # noqa: F401  (as above)
from tests.support.signed_pack import KEY

FILES: Final = {str(module.__file__): Path(str(module.__file__)).stem for module in (packs, pack_folder, subscription, taking)}
PUBLIC: Final = KEY.public_key().public_bytes_raw().hex()
TIMES: Final = 2
"""How often a place of a loop counts as another one."""


class Tracer:
    """Follows a run through the files, and does at `place` what it is there for."""

    def __init__(self, act: str, place: str) -> None:
        self.act, self.place = act, place
        self.seen: Counter[str] = Counter()
        self.came: list[str] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if (file := FILES.get(frame.f_code.co_filename)) is None:
            return None
        if event == "line":
            self._at(f"{file}:{frame.f_lineno}")
        return self

    def _at(self, line: str) -> None:
        self.seen[line] += 1
        place = f"{line}:{self.seen[line]}"
        if self.seen[line] <= TIMES:
            self.came.append(place)
        if place == self.place and self.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if place == self.place:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _run(words: list[str], act: str, place: str) -> None:
    """In the child."""
    url, credentials, key, _, code, to, redelivery = words
    subscribed = Subscription(url, code, Path(credentials), Path(key), PUBLIC)
    tracer = Tracer(act, place)
    sys.settrace(tracer)
    try:
        asyncio.run(subscribed.receiving(Path(to), lambda _: None, redelivery_seconds=float(redelivery)))
    except PacksError as error:
        print(error, flush=True)
    else:
        print(" ".join(tracer.came) if act == "lines" else "done", flush=True)
    finally:
        sys.settrace(None)


def _without_powers() -> None:
    """Gives away all capabilities of this process (capset(2), version 3 of its header: two words of each set)."""
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def main(words: list[str]) -> None:
    for line in sys.stdin:
        act, _, place = line.strip().partition(" ")
        if (child := os.fork()) == 0:
            try:
                if act == "powerless":
                    _without_powers()
                _run(words, act, place)
            except BaseException as error:
                print(f"failed: {error!r}", flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print(f"killed by {os.WTERMSIG(status)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
