"""What a pack has on the bus goes with it: its parcels and notices are taken off the stream before its records are deleted."""

from collections.abc import Mapping, Set
from functools import partial

from services.sharing.store import Store
from shared.bus import Bus
from shared.disposal import AfterPurge, BeforePurge
from shared.logging import logger
from shared.mongo import Document
from shared.service import Chore

PAUSE = 20
"""Times the sweeper's pause, between two looks for what came on the stream too late: each reads every label on it."""


def recall(bus: Bus, store: Store) -> BeforePurge:
    """An LA that has not fetched a pack by then does not get it: we could answer for nothing that stands in it.

    Done once more when they are deleted: until then somebody may withdraw one, or a change of it be told.

    They are known by their labels, `pack/<id>/...`: a place that was noted would be another pack's on a stream that was made anew since.
    """

    async def before(scope: Document) -> AfterPurge | None:
        sent = await store.packs.sent_by_authority(scope)
        await take_off(sent)
        return partial(take_off, sent) if sent else None

    async def take_off(sent: Mapping[str, Set[str]]) -> None:
        for authority, packs in sent.items():
            for place, label in (await bus.labels("PACKS", f"packs.{authority}")).items():
                if label.startswith("pack/") and label.split("/")[1] in packs:
                    await bus.erase("PACKS", place)

    return before


def take_off_what_is_no_more(bus: Bus, store: Store) -> Chore:
    """A chore: parcels and notices of packs that there are none of. A process may have had one in memory while another purged its pack, and
    publish it behind that; a crash may come between the two."""

    async def look() -> None:
        held = await bus.labels("PACKS", "packs.>")
        packs = {place: label.split("/")[1] for place, label in held.items() if label.startswith("pack/")}
        there = await store.packs.there(set(packs.values()))  # asked last: a pack is written before its parcel is published
        for place, pack in packs.items():
            if pack not in there:
                await bus.erase("PACKS", place)
                logger().warning("parcel of a purged pack taken off", id=pack)

    return look
