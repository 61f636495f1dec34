"""What `referrals` does when a message arrives."""

from collections.abc import Iterable

from services.referrals import asks
from services.referrals.domain.concerns import Heard, is_news, settle
from services.referrals.domain.one_child import group, holder, settled
from services.referrals.domain.referral import Concern, Referral
from services.referrals.errors import NoSuchRequest, StillChanging
from services.referrals.store import Store
from shared.academic_year import cohort
from shared.bus import Bus
from shared.contracts.attendance import ChildrenJoined, ChildrenParted, ConcernEased, ConcernRaised, SchoolHeard, SchoolSilent
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
        # what does not propose begins no referral and joins none, in whatever order it comes: the easing between two raisings is noted
        if isinstance(event, ConcernEased) or event.proposes:
            await take_in(bus, store, event)

    @bus.handles("EVENTS", "referrals-joins", ChildrenJoined, ChildrenParted)
    async def regroup(event: ChildrenJoined | ChildrenParted) -> None:
        await store.joins.note(event)
        await settle_records(bus, store, event.school, (event.kept, event.joined), Cause.of(event))

    @bus.handles("EVENTS", "referrals-silence", SchoolSilent, SchoolHeard)
    async def silence(event: SchoolSilent | SchoolHeard) -> None:
        await store.silences.note(event.school, event.day, silent=isinstance(event, SchoolSilent), cause=Cause.of(event))

    @bus.handles("EVENTS", "referrals-disposal", DisposalDateMoved)
    async def move(event: DisposalDateMoved) -> None:
        await disposal.move(event)

    @bus.handles("COMMANDS", "referrals-purge", Purge)
    async def purge(command: Purge) -> None:
        await disposal.purge(command)
        await store.case_documents.forget_struck(Cause.of(command))

    @bus.answers(AskRequest)
    async def request(question: AskRequest) -> EnforcementRequest:
        return await answer(store, question.request)


async def take_in(bus: Bus, store: Store, event: ConcernRaised | ConcernEased) -> None:
    """One concern event: its order is noted and the referral changed in one transaction, or it is no news."""
    await _hear(bus, store, event)
    # whatever was joined or parted in between: who looks second, here or there, sees what the other has written
    await settle_records(bus, store, event.school, (event.child,), Cause.of(event))


async def _hear(bus: Bus, store: Store, event: ConcernRaised | ConcernEased) -> None:
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
        orders = await store.referrals.orders(heard.school, heard.child, heard.year)
        if not is_news(orders.seen, heard):
            return
        records = group(await store.joins.groups(heard.school, [heard.child]), heard.child)
        live = {one.referral.id: one for one in await store.referrals.live(heard.school, records)}
        to = holder((one.referral for one in live.values()), heard)
        held = live[to.id] if to else None
        asked = heard.proposes and (held is not None or heard.raised)
        figures = await asks.figures(bus, heard.school, heard.child, heard.year) if asked else None
        after = settle(to, heard, figures, new_id())
        moving = len(records) > 1 or bool(to and len(to.records) > 1)
        try:
            await store.referrals.take_in(heard, orders, held, after, Cause.of(event), moving=moving)
            return
        except Conflict:
            continue
    raise StillChanging


async def settle_records(bus: Bus, store: Store, school: str, children: Iterable[str], cause: Cause) -> None:
    """Joined records have one proposal or case, parted ones each its own. Does no harm when repeated."""
    for _ in range(TRIES):
        groups = await store.joins.groups(school, children)
        everyone = {record for child in children for record in group(groups, child)}
        found = await store.referrals.touched(school, everyone) if everyone else []
        if len({record for one in found for record in one.referral.records}) < 2:
            return
        named = {record for one in found for record in one.referral.records}
        changed = settled([one.referral for one in found], await store.joins.groups(school, everyone | named), store.now(), new_id)
        if not changed:
            return
        try:
            await store.referrals.settle([await _with_figures(bus, one) for one in changed], found, cause)
            return
        except Conflict:
            continue
    raise StillChanging


async def _with_figures(bus: Bus, one: Referral) -> Referral:
    """What the register says of the child now: it counts other records than before."""
    figures = await asks.figures(bus, one.school, one.child, one.year) if one.live else None
    return one.with_private(figures=figures) if figures else one


async def answer(store: Store, request: str) -> EnforcementRequest:
    """The request with the case's chronology: contacts and support by day, no conversation notes, nothing internal."""
    held = await store.referrals.get(request.rpartition(".")[0])
    asked = next((one for one in held.referral.private.requests if one.request == request), None) if held else None
    if held is None or asked is None or held.referral.opened_at is None:
        raise NoSuchRequest
    case = held.referral
    names = {officer.id: officer.name for officer in await store.officers.all()}
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
            for one in await store.interventions.of_case(case.id)
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
