"""What `attendance` does when a message arrives."""

from services.attendance.domain.marks import ChildMarks, by_child
from services.attendance.domain.parts import unpack_marks, unpack_roll
from services.attendance.domain.register_page import writer
from services.attendance.reader import Reader
from services.attendance.shown import Shown
from services.attendance.store.cases import Cases
from services.attendance.store.feeds import Feeds, Part, TakenBack
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.withdrawal import Withdrawal
from shared.bus import Bus
from shared.contracts.attendance import (
    AskFingerprints,
    AskPeople,
    AskRegister,
    AskSchool,
    AskStanding,
    AskWithheld,
    ChildRegister,
    Fingerprints,
    People,
    SchoolFacts,
    Standings,
    StoreFeed,
    Withheld,
)
from shared.contracts.envelope import Cause
from shared.contracts.referrals import CaseClosed, CaseOpened
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.disposal import Disposal
from shared.errors import Permanent
from shared.settings import Settings

TICKETS = 16
"""Parts of feeds that a process has in hand: a part waits for the journal longer than for the processor."""


class UnknownSchool(Permanent):
    """There is no such school here."""


def register_messages(
    bus: Bus, settings: Settings, feeds: Feeds, rolls: Rolls, cases: Cases, register: Register, disposal: Disposal, withdrawal: Withdrawal
) -> None:
    """Subscribe to the work queue, the events and the commands."""

    @bus.handles("FEEDS", "attendance-ticket", StoreFeed, workers=TICKETS)
    async def store_feed(ticket: StoreFeed) -> None:
        """Enter one part of a feed in the register or the roll, or take the whole feed out, as its state says."""
        part = await feeds.open_part(ticket.feed, ticket.part)
        if part is None:
            return
        cause = Cause.of(ticket)
        if isinstance(part, TakenBack):
            await withdrawal.take_back(part.feed, cause)
            return
        today = settings.today()
        by = writer(part.number, part.part)
        if part.kind == "roll":
            await rolls.tell(part.school, part.year, unpack_roll(part.content), by, today, cause)
            if part.whole:
                await rolls.end_unnamed(part.school, part.year, *part.whole, part.part, cause)
        else:
            rows = await _by_child(part, rolls, settings, cause)
            await register.write(part.school, part.year, by, rows, today, cause)
        if gone := await feeds.done(part, cause):
            await withdrawal.take_back(gone.feed, cause)

    @bus.handles("EVENTS", "attendance-cases", CaseOpened, CaseClosed)
    async def note_case(event: CaseOpened | CaseClosed) -> None:
        """Know which children have an open case: of them a roll may tell everything."""
        await cases.note(event)

    @bus.handles("EVENTS", "attendance-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        """Keep a child's records until the later date."""
        await disposal.move(event)

    @bus.handles("COMMANDS", "attendance-purge", Purge)
    async def purge(command: Purge) -> None:
        """Delete what belongs to a cohort and answer for every child."""
        await disposal.purge(command)


async def _by_child(part: Part, rolls: Rolls, settings: Settings, cause: Cause) -> dict[str, ChildMarks]:
    batch = unpack_marks(part.content)
    ids = await rolls.resolve(part.school, part.year, batch.keys, settings.today(), cause, batch.beside, part.number)
    return by_child(batch, ids)


def register_queries(bus: Bus, reader: Reader, shown: Shown) -> None:
    """Answer what other services ask."""

    @bus.answers(AskSchool)
    async def school(question: AskSchool) -> SchoolFacts:
        facts = await reader.schools.facts(question.school)
        if facts is None:
            raise UnknownSchool
        return facts

    @bus.answers(AskPeople)
    async def people(question: AskPeople) -> People:
        found = await reader.rolls.people(question.school, question.children)
        return People(people=tuple(found.values()))

    @bus.answers(AskWithheld)
    async def withheld(question: AskWithheld) -> Withheld:
        return await reader.rolls.withheld(question.school, question.child)

    @bus.answers(AskRegister)
    async def child_register(question: AskRegister) -> ChildRegister:
        # what is asked over the bus goes into evidence, and what is planned is none
        return await reader.child(question.school, question.child, question.first, min(question.last, reader.today()))

    @bus.answers(AskStanding)
    async def standing(question: AskStanding) -> Standings:
        return Standings(standings=tuple(await shown.standings(question)))

    @bus.answers(AskFingerprints)
    async def fingerprints(question: AskFingerprints) -> Fingerprints:
        return Fingerprints(fingerprints=tuple(await reader.rolls.fingerprints(question.school, question.cohort)))
