"""Whole rolls that wait for a person's yes: stored like any feed, with their parts, and no ticket until there is one."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.attendance.domain.parts import unpack_roll
from services.attendance.domain.roll_row import RollRow
from shared.contracts.attendance_events import StoreFeed
from shared.contracts.envelope import Cause, Draft
from shared.errors import Disposed
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

WAITING: Final = "waiting for a yes"


@dataclass(frozen=True, slots=True)
class HeldFeed:
    document: Document
    receipt: dict[str, Any]
    keys: frozenset[str]
    """Whom it names."""

    @property
    def year(self) -> int:
        return int(self.document["years"][0])

    @property
    def day(self) -> date:
        return date.fromisoformat(self.document["whole"]["day"])


class Held:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    async def get(self, feed: str) -> HeldFeed | None:
        """The feed, if it is waiting."""
        document = await self._documents.get(f"feed:{feed}")
        if document is None or document["state"] != WAITING:
            return None
        receipt = json.loads(self._open(document))
        return HeldFeed(document, receipt, frozenset(key for row in await self._rows([feed]) for key in row.keys))

    async def untold(self, urn: str, year: int, before: int | None = None) -> frozenset[str]:
        """Whom rolls of that year name that were accepted and are not yet entered, by their own keys; only feeds before a number, where
        one is given."""
        scope = {"school": urn, "state": "accepted"} | ({} if before is None else {"number": {"$lt": before}})
        feeds = await self._documents.find("feed", scope, {"_id": 1})
        rows = await self._rows([feed["_id"].removeprefix("feed:") for feed in feeds], year)
        return frozenset(row.keys[0] for row in rows)

    async def let_in(self, held: HeldFeed, receipt: dict[str, Any], cause: Cause) -> None:
        """It is accepted now, under the number that it has. Conflict when somebody else decided meanwhile."""
        feed = held.document["_id"].removeprefix("feed:")
        tickets = [Draft(StoreFeed, school=held.document["school"], feed=feed, part=place) for place in range(held.document["parts"])]
        told = self._sealed({**held.document, "state": "accepted", "asked": self._documents.now()}, receipt)
        await self._documents.write(Change(told, tickets), cause)

    async def say_again(self, held: HeldFeed, receipt: dict[str, Any], cause: Cause) -> None:
        """Keep what has been counted since; it goes on waiting."""
        await self._documents.write(Change(self._sealed(held.document, receipt)), cause)

    async def decline(self, held: HeldFeed, receipt: dict[str, Any], cause: Cause) -> None:
        """Nothing of it counts, and nothing is kept but the receipt. The same file may be pushed again: that is another feed."""
        document = {**held.document, "state": "declined", "digest": f"declined {held.document['_id']}"}
        await self._documents.write(Change(self._sealed(document, receipt)), cause)
        await self._documents.delete_all({"feed": document["_id"].removeprefix("feed:")}, ["part"])

    async def _rows(self, feeds: list[str], year: int | None = None) -> list[RollRow]:
        scope = {"feed": {"$in": feeds}, "of": "roll"} | ({} if year is None else {"year": year})
        rows: list[RollRow] = []
        for part in await self._documents.find("part", scope) if feeds else ():
            try:
                rows += unpack_roll(self._open(part))
            except Disposed:
                continue
        return rows

    def _open(self, document: Document) -> bytes:
        return self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))

    def _sealed(self, document: Document, receipt: dict[str, Any]) -> Document:
        sealed = self._sealer.seal(document["cohort"], document["_id"], "sealed", json.dumps(receipt).encode(), again=True)
        return {**document, "sealed": sealed}
