"""A service whose sealer does nothing, which shows that a search for what is sealed can fail: `python -m tests.support.unsealed NAME`."""

import sys
from hashlib import sha256
from importlib import import_module

from shared.sealing import Sealer
from shared.service import serve
from shared.settings import load


class PlainSealer:
    """Stores what it is given."""

    def seal(self, cohort: str, document: str, field: str, plain: bytes, *, again: bool = False) -> bytes:
        return plain

    def open(self, cohort: str, document: str, field: str, sealed: bytes) -> bytes:
        return sealed

    def hash(self, name: str, text: str) -> str:
        return sha256(f"{name}{text}".encode()).hexdigest()

    def gone(self, cohort: str) -> bool:
        return False

    def takes(self, cohort: str) -> bool:
        return True


if __name__ == "__main__":
    name = sys.argv[1]
    sealer: Sealer = PlainSealer()
    build = import_module(f"services.{name}.app").build
    serve(name, lambda settings: build(settings, sealer=sealer), load())
