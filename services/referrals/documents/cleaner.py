"""A process of its own for one attached file: bytes in on the standard input, a line that says what they are and the cleaned bytes out.

Parsers of other people's files are where memory and time go without end, so they run here, under limits of the operating system, without
keys, database or network address; whoever started it keeps little of a large file in memory. One that dies took nothing with it.
"""

import json
import sys

from services.referrals.domain.clean import LARGEST, Unfit, clean
from shared.confined import confine

MEMORY = 800 * 1024 * 1024
"""Bytes of address space: a PDF of 20 MB takes some 200 MB."""
SECONDS = 30
"""Of processor time."""


def main() -> None:
    confine(SECONDS, MEMORY)
    data = sys.stdin.buffer.read(LARGEST + 1)
    try:
        found = clean(data)
    except Unfit as refused:
        _tell({"refused": str(refused)})
        return
    _tell({"type": found.type, "size": len(found.data)})
    sys.stdout.buffer.write(found.data)
    sys.stdout.buffer.flush()


def _tell(answer: dict[str, str | int]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
