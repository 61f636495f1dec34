"""What a pack has on the bus goes with it: its parcels are taken off the stream before its records are deleted."""

from services.sharing.store import Store
from shared.bus import Bus
from shared.disposal import BeforePurge
from shared.mongo import Document


def recall(bus: Bus, store: Store) -> BeforePurge:
    """An LA that has not fetched a pack by then does not get it: we could answer for nothing that stands in it."""

    async def before(scope: Document) -> None:
        for place in await store.packs.places(scope):
            await bus.erase("PACKS", place)

    return before
