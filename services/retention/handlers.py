"""What retention does when a message arrives."""

from collections.abc import Callable
from datetime import date
from functools import partial
from operator import methodcaller

from services.retention.domain.child_clock import NEVER_MOVED, ChildClock
from services.retention.store import Store
from services.retention.store.clocks import ClockStillChanging
from shared.bus import Bus
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted
from shared.contracts.envelope import Cause
from shared.contracts.referrals import CaseClosed, CaseOpened, InterventionRecorded, InterventionStruck
from shared.contracts.retention import AskDisposed, DisposalDateMoved, Disposed, Purge, PurgeAnswered
from shared.disposal import TRIES, Disposal
from shared.topology import told_by

CLOCK = ("EVENTS", "retention-clock")
"""The durable that tells of cases, of interventions, and of records that are one child."""
TELLERS = told_by(*CLOCK)
"""The services that say so, each with the subjects under which it does."""


def register(bus: Bus, store: Store, disposal: Disposal, today: Callable[[], date]) -> None:
    @bus.handles(*CLOCK, CaseOpened, CaseClosed, InterventionRecorded, InterventionStruck, ChildrenJoined, ChildrenParted)
    async def keep_clock(
        event: CaseOpened | CaseClosed | InterventionRecorded | InterventionStruck | ChildrenJoined | ChildrenParted,
    ) -> None:
        """Open cases, the date until when interventions keep a child's records, and which records are one child; told again, it changes
        nothing."""
        match event:
            case CaseOpened(case=case, order=order) | CaseClosed(case=case, order=order):
                await store.clocks.change([event.child], lambda clock: clock.told_of_case(case, order), today(), Cause.of(event))
            case InterventionRecorded() | InterventionStruck():
                await note_entry(store, event, today())
            case ChildrenJoined() | ChildrenParted():
                await note_join(store, event, today())

    @bus.handles("EVENTS", "retention-answers", PurgeAnswered)
    async def keep_answer(event: PurgeAnswered) -> None:
        await store.commands.keep(event)

    @bus.handles("EVENTS", "retention-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        """Retention's own holds obey as every service's records do."""
        await disposal.move(event)

    @bus.handles("COMMANDS", "retention-purge", Purge)
    async def purge(command: Purge) -> None:
        """Whoever goes is no longer named by the clock of another record with which it was once joined."""
        await store.clocks.forget_parted(command.children, Cause.of(command))
        await disposal.purge(command)

    @bus.answers(AskDisposed)
    async def disposed(question: AskDisposed) -> Disposed:
        found = await store.ledger.disposed(question.year, question.fingerprints)
        return Disposed(fingerprints=tuple(sorted(found)))


async def note_entry(store: Store, event: InterventionRecorded | InterventionStruck, today: date) -> None:
    """What keeps a child's records, and what no longer does; and with them those of the records that are joined with it."""
    cause = Cause.of(event)
    if isinstance(event, InterventionStruck):
        step = methodcaller("struck", event.intervention, event.edition)
    else:
        step = methodcaller("intervened", event.intervention or event.id, event.edition, event.day, today)
    await store.clocks.change([event.child], step, today, cause)
    await keep_together(store, event.child, today, cause)


async def note_join(store: Store, event: ChildrenJoined | ChildrenParted, today: date) -> None:
    """Joined records are kept until the later of their dates; parted, each keeps the date that it has."""
    cause, joined = Cause.of(event), isinstance(event, ChildrenJoined)
    for child, other in ((event.kept, event.joined), (event.joined, event.kept)):
        await store.clocks.change([child], partial(ChildClock.told_of, other=other, order=event.order, joined=joined), today, cause)
    await keep_together(store, event.kept, today, cause)


async def keep_together(store: Store, child: str, today: date, cause: Cause) -> None:
    """Keep every record of a joined child until the latest of their own dates. Asked after each change that may move one of them, and again
    until it is as what was read afterwards says: of two who change it at once, the later sees what both have written."""
    told: str | None = None
    for _ in range(TRIES):
        group = (await store.clocks.groups([child])).get(child, frozenset())
        due = max((clock.own for clock in (await store.clocks.get(group)).values()), default=NEVER_MOVED)
        if due == told or not group:
            return
        await store.clocks.change(group, methodcaller("lent_until", due), today, cause)
        told = due
    raise ClockStillChanging
