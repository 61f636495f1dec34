"""What `referrals` does when a message arrives."""

from services.referrals import asks
from services.referrals.domain.concerns import Heard, is_news, settle
from services.referrals.domain.referral import Concern, Referral
from services.referrals.errors import NoSuchRequest, StillChanging
from services.referrals.store import Store
from shared.academic_year import cohort
from shared.bus import Bus
from shared.contracts.attendance import ConcernEased, ConcernRaised, SchoolHeard, SchoolSilent
from shared.contracts.envelope import Cause
from shared.contracts.referrals import AskRequest, ChronologyEntry, ConcernMet, EnforcementRequest
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.disposal import TRIES, Disposal
from shared.errors import Conflict
from shared.identity import new_id
from shared.keys import CohortDisposed, KeyMissing, KeyProvider


def register(bus: Bus, store: Store, disposal: Disposal, keys: KeyProvider) -> None:
    @bus.handles("EVENTS", "referrals-concern", ConcernRaised, ConcernEased)
    async def concern(event: ConcernRaised | ConcernEased) -> None:
        _not_disposed(keys, event.year)
        await take_in(bus, store, event)

    @bus.handles("EVENTS", "referrals-silence", SchoolSilent, SchoolHeard)
    async def silence(event: SchoolSilent | SchoolHeard) -> None:
        await store.note_silence(event.school, event.day, silent=isinstance(event, SchoolSilent), cause=Cause.of(event))

    @bus.handles("EVENTS", "referrals-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        await disposal.move(event)

    @bus.handles("COMMANDS", "referrals-purge", Purge)
    async def purge(command: Purge) -> None:
        await disposal.purge(command)

    @bus.answers(AskRequest)
    async def request(question: AskRequest) -> EnforcementRequest:
        return await answer(store, question.request)


async def take_in(bus: Bus, store: Store, event: ConcernRaised | ConcernEased) -> None:
    """One concern event: its order is noted and the referral changed in one transaction, or it is no news."""
    heard = Heard(
        school=event.school,
        child=event.child,
        year=event.year,
        rule=event.rule,
        order=event.order,
        raised=isinstance(event, ConcernRaised),
        at=event.at,
        proposes=not isinstance(event, ConcernRaised) or event.proposes,
    )
    for _ in range(TRIES):
        orders = await store.orders(heard.school, heard.child, heard.year)
        if not is_news(orders.seen, heard):
            return
        held = await store.live(heard.school, heard.child)
        asked = heard.proposes and (held is not None or heard.raised)
        figures = await asks.figures(bus, heard.school, heard.child, heard.year) if asked else None
        settled = settle(held.referral if held else None, heard, figures, new_id())
        try:
            await store.take_in(heard, orders, held, settled, Cause.of(event))
            return
        except Conflict:
            continue
    raise StillChanging


async def answer(store: Store, request: str) -> EnforcementRequest:
    """The request with the case's chronology: contacts and support by day, no conversation notes, nothing internal."""
    held = await store.referral(request.rpartition(".")[0])
    asked = next((one for one in held.referral.private.requests if one.request == request), None) if held else None
    if held is None or asked is None or held.referral.opened_at is None:
        raise NoSuchRequest
    case = held.referral
    names = {officer.id: officer.name for officer in await store.officers()}
    return EnforcementRequest(
        **asked.model_dump(exclude={"key", "requested_by"}),
        requested_by=names.get(asked.requested_by, asked.requested_by),
        case=case.id,
        school=case.school,
        child=case.child,
        concerns=tuple(dict.fromkeys(concern.rule for concern in case.concerns)),
        met=tuple(_met(concern, case) for concern in case.concerns),
        opened_on=held.referral.opened_at.date(),
        chronology=tuple(
            ChronologyEntry(
                day=one.day,
                kind=one.kind,
                with_whom=one.with_whom,
                engagement=one.engagement,
                outcome=one.outcome,
                officer=names.get(one.officer, one.officer),
            )
            for one in await store.interventions(case.id)
            if one.for_others
        ),
    )


def _met(concern: Concern, case: Referral) -> ConcernMet:
    """The figures are kept of the day on which the latest concern was taken in, so they stand with that one alone."""
    latest = concern.since == max(one.since for one in case.concerns)
    figures = case.private.figures.model_dump(exclude={"year"}) if latest and case.private.figures else {}
    return ConcernMet(rule=concern.rule, raised_on=concern.since.date(), figures=figures)


def _not_disposed(keys: KeyProvider, year: int) -> None:
    """An event of a disposed year, a late one or a replay, begins nothing anew."""
    try:
        state = keys.cohort(cohort(year)).state
    except KeyMissing:
        return
    if state == "destroyed":
        raise CohortDisposed(cohort(year))
