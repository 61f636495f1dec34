"""What stands in the exhibits of a statement, read for what may not be served. Kept in memory for some minutes, by the hash of the file."""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from services.sharing.apart import read_by
from services.sharing.domain.exhibit_pages import UNREAD, Read
from services.sharing.domain.material import Exhibit, ExhibitText, Statement
from shared.bus import Bus
from shared.contracts.enforcement import AskCaseFile, CaseFile
from shared.errors import NotKnownThere
from shared.recent import Recent

_SECONDS: Final = 600
_HELD: Final = 64
_AT_ONCE: Final = 2
"""Exhibits that are read at a time, each in a process of its own; what is known is answered meanwhile."""


@dataclass(frozen=True, slots=True)
class ExhibitTexts:
    """Built in the composition root."""

    bus: Bus
    _read: Recent[str, Read] = field(default_factory=lambda: Recent(_SECONDS, _HELD))
    _reading: dict[tuple[str, Exhibit], asyncio.Task[Read]] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def of(self, case: str, statement: Statement | None) -> tuple[ExhibitText, ...]:
        """In the order of the exhibits; without a page of one that cannot be read, or is not in the case any more."""
        return await self.of_each(case, statement.exhibits if statement else ())

    async def of_each(self, case: str, exhibits: Iterable[Exhibit]) -> tuple[ExhibitText, ...]:
        return tuple([ExhibitText(document=one.document, **(await self._of(case, one))._asdict()) for one in exhibits])

    async def _of(self, case: str, exhibit: Exhibit) -> Read:
        """Read once, however many look at it."""
        known = self._read.get(exhibit.sha256)
        if known is not None:
            return known
        which = (case, exhibit)
        if which not in self._reading:
            self._reading[which] = asyncio.create_task(self._fetched(case, exhibit))
            self._reading[which].add_done_callback(lambda _: self._reading.pop(which))
        return await asyncio.shield(self._reading[which])  # who goes away takes it from nobody

    async def _fetched(self, case: str, exhibit: Exhibit) -> Read:
        async with self._room:
            try:
                file = await self.bus.ask(AskCaseFile(case=case, document=exhibit.document), CaseFile)
            except NotKnownThere:
                return UNREAD
            if hashlib.sha256(file.content).hexdigest() != exhibit.sha256:  # of which the pack's making tells
                return UNREAD
            found = self._read.get(exhibit.sha256) or await read_apart(file.content)
        self._read.keep(exhibit.sha256, found)
        return found


async def read_apart(content: bytes) -> Read:
    """In a process of its own (exhibit_reader.py). `UNREAD` where that takes too much of anything."""
    if not content.startswith(b"%PDF"):
        return UNREAD
    said = await read_by("exhibit_reader", content=content)
    if said is None:
        return UNREAD
    pages, beside, whole = json.loads(said)
    return Read(tuple(pages), beside, whole)
