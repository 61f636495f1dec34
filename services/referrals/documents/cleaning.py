"""Attached files on their way in: through a process that cleans them (cleaner.py), a piece at a time.

Nothing of a file is written to a disk before it is sealed, and this process holds a piece of it at most, however many come at once.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from services.referrals.domain.clean import LARGEST, Unfit

AT_ONCE: Final = 6
"""Files on their way in at a time; each waits in a process of its own, of at most some 40 MB."""
EACH: Final = 2
"""Of them, those of one sender: nobody holds up the others."""
PATIENCE: Final = 60.0
"""Seconds that a file waits for others."""
WORK: Final = 60.0
"""Seconds in which a file is cleaned, or the process is ended."""
PIECE: Final = 1_000_000
"""Bytes."""
_TOO_MUCH: Final = "the file cannot be read within our limits: print it to a new PDF and send that"
_ROOT: Final = Path(__file__).resolve().parents[3]


class TooLarge(Exception):
    """More than `LARGEST` bytes came."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A cleaned file: what it is, how long, and its bytes in pieces of `PIECE`, of which the last may be shorter."""

    type: str
    size: int
    data: AsyncIterator[bytes]


class Cleaning:
    """Built in the composition root."""

    def __init__(self) -> None:
        self._senders: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._gate = asyncio.Semaphore(1)

    @asynccontextmanager
    async def cleaned(self, sender: str, body: AsyncIterator[bytes]) -> AsyncIterator[Pieces]:
        """Unfit, with a sentence, for what is not taken; TooLarge; TimeoutError when others leave no room in time."""
        own = self._senders.setdefault(sender, asyncio.Semaphore(EACH))
        async with _in_turn(own), _in_turn(self._room):
            process = await _started()
            try:
                await _fed(process, body)
                async with _in_turn(self._gate):
                    yield await _answer(process)
            finally:
                await _ended(process)


@asynccontextmanager
async def _in_turn(gate: asyncio.Semaphore) -> AsyncIterator[None]:
    async with asyncio.timeout(PATIENCE):
        await gate.acquire()
    try:
        yield
    finally:
        gate.release()


async def _started() -> Process:
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.referrals.documents.cleaner",
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
    )


async def _fed(process: Process, body: AsyncIterator[bytes]) -> None:
    """All of the body; the process begins to work when it is told the end, by `_answer`."""
    assert process.stdin is not None
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge
        with suppress(BrokenPipeError, ConnectionResetError):  # it died: its answer is missing then
            process.stdin.write(chunk)
            await process.stdin.drain()


async def _answer(process: Process) -> Pieces:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(WORK):
            line = await process.stdout.readline()
    except TimeoutError:
        raise Unfit(_TOO_MUCH) from None
    if not line:
        raise Unfit(_TOO_MUCH)
    said = json.loads(line)
    if "refused" in said:
        raise Unfit(said["refused"])
    return Pieces(said["type"], said["size"], _pieces(process.stdout, said["size"]))


async def _pieces(source: asyncio.StreamReader, size: int) -> AsyncIterator[bytes]:
    left = size
    while left:
        piece = await source.readexactly(min(PIECE, left))
        left -= len(piece)
        yield piece


async def _ended(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
