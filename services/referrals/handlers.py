"""What `referrals` does when a message arrives."""

from services.referrals.cases import moving
from services.referrals.domain.met import met
from services.referrals.errors import NoSuchRequest
from services.referrals.families import family, leaving
from services.referrals.officers.admission import Admission
from services.referrals.proposals.regrouping import regroup
from services.referrals.proposals.taking_in import TakingIn, heard_of
from services.referrals.store import Store
from shared.academic_year import cohort
from shared.bus import Bus
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted, ConcernsChanged, RollChanged, SchoolHeard, SchoolSilent
from shared.contracts.envelope import Cause
from shared.contracts.referrals import Admitted, AskAdmission, AskRequest, CaseOpened, ChronologyEntry, EnforcementRequest
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.disposal import Disposal
from shared.gathering import Gathering
from shared.keys import CohortDisposed, KeyMissing, KeyProvider
from shared.leave_period import looked_from

WORKERS = 128
"""Pages' concerns in hand at a time: each message waits for the passes that take it in."""
AT_ONCE = 256
"""Children in one pass."""
OF_ONE_FILE = 0.005
"""Seconds: a school's file is told of by as many messages as it has pages, which come one behind the other."""


def register(bus: Bus, store: Store, disposal: Disposal, keys: KeyProvider) -> None:
    heard = Gathering(TakingIn(bus, store), AT_ONCE, OF_ONE_FILE)

    @bus.handles("EVENTS", "referrals-concern", ConcernsChanged, workers=WORKERS)
    async def concerns(event: ConcernsChanged) -> None:
        _not_disposed(keys, event.year)
        await heard.take(heard_of(event))

    @bus.handles("EVENTS", "referrals-joins", ChildrenJoined, ChildrenParted)
    async def joined(event: ChildrenJoined | ChildrenParted) -> None:
        await store.joins.note(event)
        await regroup(bus, store, event.school, (event.kept, event.joined), Cause.of(event))

    @bus.handles("EVENTS", "referrals-silence", SchoolSilent, SchoolHeard)
    async def silence(event: SchoolSilent | SchoolHeard) -> None:
        await store.silences.note(event.school, event.day, silent=isinstance(event, SchoolSilent), cause=Cause.of(event))

    @bus.handles("EVENTS", "referrals-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        await disposal.move(event)

    @bus.handles("COMMANDS", "referrals-purge", Purge)
    async def purge(command: Purge) -> None:
        await leaving.leave(store, command)
        await disposal.purge(command)
        await store.case_documents.forget_struck(Cause.of(command))

    @bus.handles("EVENTS", "referrals-people", CaseOpened, RollChanged)
    async def follow_roll(event: CaseOpened | RollChanged) -> None:
        await family.hear(bus, store, event)
        if isinstance(event, RollChanged):
            await moving.hear(store, event)

    @bus.answers(AskRequest)
    async def request(question: AskRequest) -> EnforcementRequest:
        return await answer(store, question.request)


def register_admission(bus: Bus, admission: Admission) -> None:
    @bus.answers(AskAdmission)
    async def admitted(question: AskAdmission) -> Admitted:
        return await admission.answer(question)


async def answer(store: Store, request: str) -> EnforcementRequest:
    """The request with the case's chronology: contacts and support by day, no conversation notes, nothing internal."""
    held = await store.referrals.get(request.rpartition(".")[0])
    asked = next((one for one in held.referral.private.requests if one.request == request), None) if held else None
    if held is None or asked is None or held.referral.opened_at is None:
        raise NoSuchRequest
    case = held.referral
    names = {officer.id: officer.name for officer in await store.officers.all()}
    return EnforcementRequest(
        **asked.model_dump(exclude={"key", "place", "requested_by", "by_school"}),
        looked_from=looked_from(asked.last, store.today()) if case.leave and asked.measure == "penalty notice" else None,
        requested_by="the school" if asked.by_school else names.get(asked.requested_by, asked.requested_by),
        case=case.id,
        school=case.school,
        child=case.child,
        concerns=tuple(dict.fromkeys(concern.rule for concern in case.concerns)),
        met=met(case),
        opened_on=held.referral.opened_at.date(),
        chronology=tuple(
            ChronologyEntry(
                day=one.day,
                kind=one.kind,
                with_whom=one.with_them,
                engagement=one.engagement,
                outcome=one.outcome,
                officer=names.get(one.officer, one.officer),
            )
            for one in await store.interventions.of_case(case.id)
            if one.for_others and one.counts
        ),
        hidden=await family.hidden(store, case.school, case.child),
    )


def _not_disposed(keys: KeyProvider, year: int) -> None:
    """An event of a disposed year, a late one or a replay, begins nothing anew."""
    try:
        state = keys.cohort(cohort(year)).state
    except KeyMissing:
        return
    if state == "destroyed":
        raise CohortDisposed(cohort(year))
