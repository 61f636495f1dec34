"""A process of its own for one exhibit: its bytes in on the standard input, out what it says, as JSON (`Read`)."""

import json
import logging
import sys

from services.sharing.domain.exhibit_pages import read
from shared.confined import confine

SECONDS = 10
"""Of processor time: 300 pages of text take some three."""
MEMORY = 600 * 1024 * 1024
"""Bytes of address space."""


def main() -> None:
    confine(SECONDS, MEMORY)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says what it stumbles on, in words of the file
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
