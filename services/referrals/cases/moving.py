"""A child moves school: the case at the old one is to be closed, and may be handed over to the new one."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from services.referrals.cases.closed import let_near
from services.referrals.cases.whose import heads, responsible, whose
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.one_child import group
from services.referrals.domain.referral import CASEWORK, Referral
from services.referrals.domain.task import Task
from services.referrals.domain.transfer import Elsewhere, Transfer, decided
from services.referrals.errors import NoSuchReferral, NotPossible
from services.referrals.store import Store
from shared.contracts.attendance_events import RollChange, RollChanged
from shared.contracts.envelope import Cause, Draft

TO_CLOSE: Final = "The child has left the school's roll: close the case (why: moved), or say why it stays open."
CAME: Final[frozenset[RollChange]] = frozenset({"entered", "returned"})
DAYS: Final = timedelta(days=7)
"""Until it should be closed: our own."""


async def hear(store: Store, event: RollChanged) -> None:
    """Whose case it is gets a task, once for a leaving. Nobody's case is closed by a roll: it may be a mistake, and taken back. Where a
    child comes to, the officers are told that there was a case."""
    if not CAME.isdisjoint(event.changes):
        await _tell_new_school(store, event.school, event.child)
    if "left" not in event.changes:
        return
    cause = Cause.of(event)
    found = await store.referrals.of_children(event.school, [event.child], CASE)
    # leave in term time stays an offence of whoever has left: such a case is closed by the LA's last word
    for case in [one for one in found if one.path == CASEWORK]:
        officers = await responsible(store, case)
        key = f"left {case.id} {event.feed}"
        if officers:
            id_ = sha256(key.encode()).hexdigest()[:24]
            due = store.today() + DAYS
            task = Task(id=id_, case=case.id, officer=officers[0], what=TO_CLOSE, due=due, by="the school's roll", at=store.now())
            try:
                await store.tasks.add(task, case, cause)
            except NotPossible:  # closed meanwhile, and nothing is to be done
                continue
        await store.notices.tell(officers or await heads(store, case), "case to be closed", case.school, f"/v1/cases/{case.id}", once=key)


async def _tell_new_school(store: Store, school: str, child: str) -> None:
    """Once for a case: that there was one, and that a hand-over waits for whoever asks and decides. Neither when nor where."""
    records = group(await store.joins.groups(school, [child]), child)
    officers = [one.id for one in await store.officers.all() if one.role == "officer" and school in one.schools]
    for case in await _elsewhere(store, school, records):
        if any(one.case == case.id for one in await store.transfers.of_schools([school])):
            continue
        link, once = f"/v1/schools/{school}/children/{child}/cases-elsewhere", f"case elsewhere {case.id} {school}"
        await store.notices.tell(
            await let_near(officers, case, store) or await heads(store, case), "case at another school", school, link, once=once
        )


async def elsewhere(store: Store, school: str, records: Set[str]) -> list[Elsewhere]:
    """Cases of a child at other schools, the latest first."""
    return sorted(map(_dates, await _elsewhere(store, school, records)), key=lambda one: one.opened_on, reverse=True)


async def ask(store: Store, case: str, school: str, records: Set[str], by: str, why: str, cause: Cause) -> Transfer:
    """For a child who is on the roll of `school` now. Asked for again, it is the same. NoSuchReferral unless it is one of the child's."""
    found = next((one for one in await _elsewhere(store, school, records) if one.id == case), None)
    if found is None:
        raise NoSuchReferral
    id_ = sha256(f"{case}\0{school}".encode()).hexdigest()[:24]
    asked = Transfer(
        id=id_, case=case, child=found.child, from_school=found.school, to_school=school, asked_by=by, asked_at=store.now(), why=why
    )
    handover = await store.transfers.add(asked, cause)
    await _log(store, handover, "hand-over asked for", handover.asked_by, handover.asked_at, handover.why, cause)
    if handover.state == "asked":
        whom = await whose(store, found)
        await store.notices.tell(whom, "hand-over asked for", found.school, f"/v1/hand-overs/{id_}", once=f"asked {id_}")
    return handover


async def decide(store: Store, id_: str, *, granted: bool, by: str, reason: str, cause: Cause) -> Transfer | None:
    """None where there is no such hand-over. Who asked is told."""
    state = "granted" if granted else "refused"
    handover = await store.transfers.change(id_, lambda one: decided(one, state, by, store.now(), reason), cause)  # type: ignore[arg-type]
    if handover is None or handover.decided_by is None or handover.decided_at is None:
        return handover
    await _log(store, handover, f"hand-over {state}", handover.decided_by, handover.decided_at, handover.reason, cause)
    link, once = f"/v1/hand-overs/{id_}", f"{state} {id_}"
    await store.notices.tell(handover.asked_by, "hand-over decided", handover.to_school, link, once=once)
    return handover


async def _log(store: Store, handover: Transfer, act: str, by: str, at: datetime, why: str | None, cause: Cause) -> None:
    """In the case's history, and in that of the child's live referral at the new school where there is one. It may be done again: whoever
    comes after a crash finds the hand-over written, and not that it was logged."""

    def logged(one: Referral) -> tuple[Referral, Sequence[Draft]]:
        if any((entry.act, entry.by, entry.at) == (act, by, at) for entry in one.private.history):
            return one, ()
        return one.noted(act, by, at, why=why, whom=handover.asked_by), ()

    there = await store.referrals.live(handover.to_school, [handover.child])
    for id_ in (handover.case, *(held.referral.id for held in there)):
        await store.referrals.change(id_, logged, cause)


async def _elsewhere(store: Store, school: str, records: Set[str]) -> list[Referral]:
    return [one for one in await store.referrals.everywhere(records) if one.opened_at and one.school != school]


def _dates(one: Referral) -> Elsewhere:
    opened = one.opened_at or one.proposed_at
    return Elsewhere(case=one.id, opened_on=opened.date(), closed_on=one.closed_at.date() if one.closed_at else None)
