"""`iewo` as a person runs it, to its end: arguments, environment and standard input in, exit code and what it printed out.

It is forked from a process that has imported what it imports: the tests run it two hundred times, and imports are most of what it costs.
What a start costs, and what a signal does, is looked at in processes that begin from nothing.
"""

import asyncio
import atexit
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.support.warm import COMMAND, Forked, Origin, Template

SECONDS = 120


class Ran(NamedTuple):
    code: int
    out: str
    err: str


async def iewo(*arguments: str, told: Mapping[str, str] | None = None, given: str = "", cwd: Path | None = None) -> Ran:
    """`told`: further variables of its environment."""
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.to_thread(_begun(Path(folder), arguments, told, given, cwd).wait, SECONDS)
        return _ran(Path(folder))


def iewo_now(*arguments: str, told: Mapping[str, str] | None = None) -> Ran:
    """The same for where no event loop has to turn."""
    with tempfile.TemporaryDirectory() as folder:
        _begun(Path(folder), arguments, told, "", None).wait(SECONDS)
        return _ran(Path(folder))


def _begun(folder: Path, arguments: tuple[str, ...], told: Mapping[str, str] | None, given: str, cwd: Path | None) -> Forked:
    (folder / "in").write_text(given)
    environment = {**os.environ, **(told or {}), "PWD": str(cwd or Path.cwd())}
    return _template().fork(environment, folder, *arguments)


def _ran(folder: Path) -> Ran:
    code, out, err = ((folder / name).read_text() for name in ("ended", "out", "err"))
    return Ran(int(code), out, err)


@cache
def _template() -> Template:
    """Begun by the main thread, with whose end it ends."""
    origin = Origin()
    template = Template(COMMAND, origin)
    atexit.register(origin.close)
    atexit.register(template.close)
    return template
