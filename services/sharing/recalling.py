"""What a pack has on the bus goes with it: its parcels and notices are taken off the stream before its records are deleted."""

from services.sharing.store import Store
from shared.bus import Bus
from shared.disposal import BeforePurge
from shared.mongo import Document


def recall(bus: Bus, store: Store) -> BeforePurge:
    """An LA that has not fetched a pack by then does not get it: we could answer for nothing that stands in it.

    They are known by their labels, `pack/<id>/...`: a place that was noted would be another pack's on a stream that was made anew since.
    """

    async def before(scope: Document) -> None:
        for authority, packs in (await store.packs.sent_by_authority(scope)).items():
            for place, label in (await bus.labels("PACKS", f"packs.{authority}")).items():
                if label.startswith("pack/") and label.split("/")[1] in packs:
                    await bus.erase("PACKS", place)

    return before
