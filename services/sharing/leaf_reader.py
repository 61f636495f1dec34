"""A process of its own for the pages of one exhibit: its type as the argument, its bytes on the standard input; out come its leaves,
a line of JSON and then their PDF."""

import json
import logging
import sys

from services.sharing.domain.paper.leaves import leaves
from shared.confined import confine

SECONDS = 10
"""Of processor time."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: a photograph is unpacked whole."""


def main() -> None:
    confine(SECONDS, MEMORY)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says what it stumbles on, in words of the file
    made = leaves(sys.stdin.buffer.read(), sys.argv[1])
    said = json.dumps({**made._asdict(), "content": ""})
    sys.stdout.buffer.write(said.encode() + b"\n" + made.content)


if __name__ == "__main__":
    main()
