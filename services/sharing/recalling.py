"""What a pack has on the bus goes with it: its parcels and notices are taken off the stream before its records are deleted, and once more
afterwards, since a parcel that a process had in its hand may have come on the stream in between."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.sharing.store import Store
from shared.bus import Bus
from shared.logging import logger
from shared.mongo import Document
from shared.service import Chore

PAUSE = 20
"""Times the sweeper's pause, between two looks for what came on the stream too late: each reads every label on it."""


@dataclass(frozen=True, slots=True)
class Recall:
    """An LA that has not fetched a pack by then does not get it: we could answer for nothing that stands in it.

    They are known by their labels, `pack/<id>/...`: a place that was noted would be another pack's on a stream that was made anew since.
    """

    bus: Bus
    store: Store

    async def named(self, scope: Document) -> list[str]:
        """`<LA>/<pack>` of each that has left the company, or may do so at any moment."""
        return [f"{authority}/{pack}" for pack, authority in await self.store.packs.on_the_bus(scope)]

    async def take_away(self, names: Iterable[str]) -> None:
        packs: defaultdict[str, set[str]] = defaultdict(set)
        for authority, _, pack in (name.partition("/") for name in names):
            packs[authority].add(pack)
        for authority, theirs in packs.items():
            for place, label in (await self.bus.labels("PACKS", f"packs.{authority}")).items():
                if label.startswith("pack/") and label.split("/")[1] in theirs:
                    await self.bus.erase("PACKS", place)


def take_off_what_is_no_more(bus: Bus, store: Store) -> Chore:
    """A chore: parcels and notices of packs that there are none of. A process may hold one for longer than a purge
    takes, while the broker is away from it alone, and publish it when all is deleted."""

    async def look() -> None:
        held = await bus.labels("PACKS", "packs.>")
        packs = {place: label.split("/")[1] for place, label in held.items() if label.startswith("pack/")}
        there = await store.packs.there(set(packs.values()))  # asked last: a pack is written before its parcel is published
        for place, pack in packs.items():
            if pack not in there:
                await bus.erase("PACKS", place)
                logger().warning("parcel of a purged pack taken off", id=pack)

    return look
