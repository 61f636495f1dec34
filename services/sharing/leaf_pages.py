"""The pages of a pack's letters and exhibits, made ready for volume B. Small ones are kept in memory for some minutes."""

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import Final

from services.sharing.apart import read_by
from services.sharing.domain.material import Material
from services.sharing.domain.paper.leaves import UNREADABLE, Leaves, leaves
from services.sharing.domain.paper.make import to_be_bound
from shared.bus import Bus
from shared.contracts.enforcement import AskCaseFile, CaseFile
from shared.errors import NotKnownThere
from shared.recent import Recent

_SECONDS: Final = 600
_HELD: Final = 500
"""More letters than a volume has room for: 32 megabytes at most."""
_SMALL: Final = 64_000
"""Bytes: a letter has some 20,000."""
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class LeafPages:
    """Built in the composition root."""

    bus: Bus
    _known: Recent[str, Leaves] = field(default_factory=lambda: Recent(_SECONDS, _HELD))
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def of(self, material: Material) -> dict[str, Leaves]:
        """By the SHA-256 of the file. Without what is not in the case any more."""
        case = material.wanted.case
        ours = {one.document for one in material.case.letters}
        sha256 = {one.document: one.sha256 or "" for one in material.case.documents}
        documents = to_be_bound(material)
        found = await asyncio.gather(*(self._of(case, one, sha256.get(one, ""), one in ours) for one in documents))
        return {sha: made for one in found if one for sha, made in (one,)}

    async def _of(self, case: str, document: str, sha256: str, ours: bool) -> tuple[str, Leaves] | None:
        known = self._known.get(sha256)
        if known is not None:
            return sha256, known
        async with self._room:
            try:
                file = await self.bus.ask(AskCaseFile(case=case, document=document), CaseFile)
            except NotKnownThere:
                return None
            made = await asyncio.to_thread(leaves, file.content, file.type) if ours else await leaves_apart(file.content, file.type)
        sha256 = hashlib.sha256(file.content).hexdigest()
        if len(made.content) <= _SMALL:
            self._known.keep(sha256, made)
        return sha256, made


async def leaves_apart(content: bytes, type_: str) -> Leaves:
    """In a process of its own (leaf_reader.py), since it is somebody else's file."""
    said = await read_by("leaf_reader", type_, content=content)
    if said is None:
        return Leaves(why=UNREADABLE, size=len(content))
    line, _, pages = said.partition(b"\n")
    told = json.loads(line)
    sizes = tuple((width, height) for width, height in told["sizes"])
    return Leaves(sizes, tuple(told["texts"]), pages, told["why"], told["size"])
