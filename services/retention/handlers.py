"""What retention does when a message arrives."""

from collections.abc import Callable
from datetime import date

from services.retention.store import Store
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.contracts.referrals import CaseClosed, CaseOpened, InterventionRecorded
from shared.contracts.retention import AskDisposed, DisposalDateMoved, Disposed, Purge, PurgeAnswered
from shared.disposal import Disposal

CLOCK = ("EVENTS", "retention-clock")
"""The durable that tells of cases and interventions."""


def register(bus: Bus, store: Store, disposal: Disposal, today: Callable[[], date]) -> None:
    @bus.handles(*CLOCK, CaseOpened, CaseClosed, InterventionRecorded)
    async def keep_clock(event: CaseOpened | CaseClosed | InterventionRecorded) -> None:
        """Open cases and the date until when interventions keep a child's records; told again, it changes nothing."""
        match event:
            case CaseOpened(case=case):
                await store.clocks.change([event.child], lambda clock: clock.opened(case), today(), Cause.of(event))
            case CaseClosed(case=case):
                await store.clocks.change([event.child], lambda clock: clock.closed(case), today(), Cause.of(event))
            case InterventionRecorded(day=day):
                now = today()
                await store.clocks.change([event.child], lambda clock: clock.intervened(day, now), now, Cause.of(event))

    @bus.handles("EVENTS", "retention-answers", PurgeAnswered)
    async def keep_answer(event: PurgeAnswered) -> None:
        await store.commands.keep(event)

    @bus.handles("EVENTS", "retention-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        """Retention's own holds obey as every service's records do."""
        await disposal.move(event)

    @bus.handles("COMMANDS", "retention-purge", Purge)
    async def purge(command: Purge) -> None:
        await disposal.purge(command)

    @bus.answers(AskDisposed)
    async def disposed(question: AskDisposed) -> Disposed:
        found = await store.ledger.disposed(question.year, question.fingerprints)
        return Disposed(fingerprints=tuple(sorted(found)))
