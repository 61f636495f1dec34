"""What `attendance` does when a message arrives."""

from services.attendance.domain.concerns import ten_sessions
from services.attendance.feeds.desk import TICKETS, Desk
from services.attendance.figures.periods import PeriodAnswers
from services.attendance.judging.shown import Shown
from services.attendance.registers.reader import Reader
from services.attendance.store.cases import Cases
from services.attendance.store.credentials import Credentials
from services.attendance.store.feeds import Feeds
from services.attendance.store.rolls import Rolls
from shared.bus import Bus
from shared.contracts.attendance import (
    AskCredential,
    AskFingerprints,
    AskPeople,
    AskRegister,
    AskRoll,
    AskRolls,
    AskSchool,
    AskWithheld,
    ChildRegister,
    CredentialStands,
    Fingerprints,
    People,
    RollPage,
    RollStamp,
    RollStamps,
    SchoolFacts,
    Withheld,
)
from shared.contracts.attendance_events import StoreFeed
from shared.contracts.confidential import AskConfidential, Confidential
from shared.contracts.envelope import Cause
from shared.contracts.periods import AskFigures, AskHalfTerms, AskPeriods, HalfTerms, PeriodFigures, Periods
from shared.contracts.referrals import CaseClosed, CaseOpened
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.contracts.standing import AskStanding, Standings
from shared.disposal import Disposal
from shared.errors import NotFound


class UnknownSchool(NotFound):
    """There is no such school here."""


def register_messages(bus: Bus, feeds: Feeds, desk: Desk, cases: Cases, rolls: Rolls, disposal: Disposal) -> None:
    """Subscribe to the work queue, the events and the commands."""

    @bus.handles("FEEDS", "attendance-ticket", StoreFeed, workers=TICKETS)
    async def store_feed(ticket: StoreFeed) -> None:
        """Enter one part of a feed in the register or the roll, or take the whole feed out, as its state says."""
        part = await feeds.open_part(ticket.feed, ticket.part)
        if part is not None:
            await desk.enter(part, Cause.of(ticket))

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
        rolls.texts.forget()
        await disposal.purge(command)


def register_queries(bus: Bus, reader: Reader, shown: Shown) -> None:
    """Answer what other services ask."""

    @bus.answers(AskSchool)
    async def school(question: AskSchool) -> SchoolFacts:
        facts = await reader.schools.facts(question.school)
        if facts is None:
            raise UnknownSchool
        profile = (await shown.judges.of(question.school, shown.today())).profile
        return facts.model_copy(update={"penalty_threshold": ten_sessions.in_words(profile)})

    @bus.answers(AskPeople)
    async def people(question: AskPeople) -> People:
        found = await reader.rolls.people(question.school, question.children)
        return People(people=tuple(found.values()))

    @bus.answers(AskRolls)
    async def rolls(_: AskRolls) -> RollStamps:
        stamps = await reader.rolls.stamps()
        return RollStamps(rolls=tuple(RollStamp(school=school, stamp=stamp) for school, stamp in sorted(stamps.items())))

    @bus.answers(AskRoll)
    async def roll(question: AskRoll) -> RollPage:
        return await reader.rolls.page(question.school, question.after)

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


def register_confidential(bus: Bus, rolls: Rolls) -> None:
    """Answer the two that the bus lets ask where somebody lives whose address is confidential."""

    @bus.answers(AskWithheld)
    async def withheld(question: AskWithheld) -> Withheld:
        return await rolls.withheld_anywhere(question.school, question.child)

    @bus.answers(AskConfidential)
    async def confidential(question: AskConfidential) -> Confidential:
        return Confidential(addresses=await rolls.hidden_homes(question.school, question.child))


def register_periods(bus: Bus, answers: PeriodAnswers) -> None:
    """Answer what is asked of periods of school days."""

    @bus.answers(AskPeriods)
    async def periods(question: AskPeriods) -> Periods:
        return await answers.sums(question)

    @bus.answers(AskHalfTerms)
    async def half_terms(question: AskHalfTerms) -> HalfTerms:
        return await answers.half_terms(question)

    @bus.answers(AskFigures)
    async def figures(question: AskFigures) -> PeriodFigures:
        return await answers.columns(question)


def register_credentials(bus: Bus, credentials: Credentials) -> None:
    """Answer for other services that take a school's key."""

    @bus.answers(AskCredential)
    async def credential(question: AskCredential) -> CredentialStands:
        return CredentialStands(schools=await credentials.stands(question.credential, question.digest))
