"""The files of a pack, made from all that is held of it. Laying out takes processor time, so it leaves the event loop to others."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.sharing.domain.material import Material
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.make import Files, make, on_paper, preview
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.errors import PackNotMade
from services.sharing.gathering import Gathered
from services.sharing.leaf_pages import LeafPages
from shared.bus import Bus
from shared.contracts.enforcement import AskCaseFile, CaseFile
from shared.errors import NotKnownThere

Previewed = Literal["volume-a.pdf", "volume-b.pdf", "pack.json"]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Making:
    """Built in the composition root. `key` signs the manifest of each pack."""

    bus: Bus
    key: Ed25519PrivateKey
    leaves: LeafPages
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a pack is laid out. With two at a time the process came to 295 MB, with one to 250 (25 packs), and to 223 since free
    memory is given back."""

    async def files(self, gathered: Gathered) -> Files:
        """By name, with the exhibits as they are in the case now. PackNotMade, which says what is lacking."""
        exhibits = await self._exhibits(gathered.material)
        leaves = await self.leaves.of(gathered.material)
        try:
            return await self._apart(lambda: make(gathered.material, gathered.profile, exhibits, leaves, self.key))
        except NoPack as refused:
            raise PackNotMade(str(refused)) from None

    async def preview(self, gathered: Gathered, name: Previewed) -> bytes:
        """One part as it would be now, without its exhibits' files."""
        volume: Literal["a", "b"] = "a" if name == "volume-a.pdf" else "b"
        leaves = await self.leaves.of(gathered.material) if name == "volume-b.pdf" else {}
        try:
            if name == "pack.json":
                return await asyncio.to_thread(lambda: assemble(gathered.material, gathered.profile).as_json())
            return await self._apart(lambda: preview(gathered.material, gathered.profile, volume, leaves))
        except NoPack as refused:
            raise PackNotMade(str(refused)) from None

    async def _apart(self, work: Callable[[], Made]) -> Made:
        """Beside the event loop, one at a time."""
        async with self._one:
            return await asyncio.to_thread(work)

    async def _exhibits(self, material: Material) -> dict[str, bytes]:
        """By the id of the document, with the scans of what was signed on paper. One that is not in the case any more is
        missing, and said to be where the pack is made."""
        found: dict[str, bytes] = {}
        exhibits = [one.document for one in material.statement.exhibits] if material.statement else []
        scans = [signature.document for signature in on_paper(material).values() if signature.document]
        for document in dict.fromkeys((*exhibits, *scans)):
            try:
                file = await self.bus.ask(AskCaseFile(case=material.wanted.case, document=document), CaseFile)
            except NotKnownThere:
                continue
            found[document] = file.content
        return found
