"""What `sharing` does when a message arrives."""

from services.sharing.preparing import Preparation
from services.sharing.store import Store
from shared.bus import Bus
from shared.contracts.attendance_events import FeedStored, RollChanged
from shared.contracts.envelope import Cause
from shared.contracts.referrals import EnforcementRequested
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.disposal import Disposal

PACKS_AT_ONCE = 8
"""Each waits for other services' answers."""


def register(bus: Bus, preparation: Preparation, disposal: Disposal, store: Store) -> None:
    @bus.handles("EVENTS", "sharing-enforcement", EnforcementRequested, workers=PACKS_AT_ONCE)
    async def enforce(event: EnforcementRequested) -> None:
        """Begin the draft of a pack, once for each request."""
        await preparation.begin(event.request, Cause.of(event))

    @bus.handles("EVENTS", "sharing-changes", FeedStored, RollChanged)
    async def changed(event: FeedStored | RollChanged) -> None:
        """Look again at the packs that were checked or sent: of the school, of whose marks some came, or of the child."""
        if isinstance(event, FeedStored):
            await store.resting.marks_came(event.school, event.years)
        else:
            await store.resting.look_now(event.child)

    @bus.handles("EVENTS", "sharing-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        """Keep a child's packs and log rows until the later date."""
        await disposal.move(event)

    @bus.handles("COMMANDS", "sharing-purge", Purge)
    async def purge(command: Purge) -> None:
        """Delete what belongs to a cohort and answer for every child."""
        await disposal.purge(command)
