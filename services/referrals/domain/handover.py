"""Handing over: what an officer who is away, has left, or whose check ran out leaves to others, and what comes back.

Schools pass for as long as the officer is away, with everything that is still to come of an allocation; of somebody who has left they stay
with the others. A case, and a next step, goes to whoever takes its school.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services.referrals.domain.officer import Allocation, Away, Officer
from services.referrals.domain.referral import Referral
from services.referrals.errors import NotPossible

HANDED: Final = "hand over"
BACK: Final = "hand back"
"""Acts, as a case's history names them."""


@dataclass(frozen=True, slots=True)
class Takers:
    """Who takes over: one officer, and others for some schools. None: nobody does, and what is handed over stays where it is."""

    default: str | None
    by_school: Mapping[str, str]

    def of(self, school: str) -> str | None:
        return self.by_school.get(school, self.default)

    def everyone(self) -> frozenset[str]:
        return frozenset((*self.by_school.values(), *([self.default] if self.default else ())))


def check(officer: Officer, takers: Takers, known: Mapping[str, Officer], barred: Mapping[str, str]) -> None:
    """NotPossible for takers who cannot. `barred`: why some can be given nothing."""
    for one in sorted(takers.everyone()):
        if one == officer.id:
            raise NotPossible("who is away cannot take over")
        if one not in known:
            raise NotPossible(f"{one} is not known here: iewo officer list")
        if one in barred:
            raise NotPossible(barred[one])


def takers_of_what_is_left(officer: Officer, known: Mapping[str, Officer], barred: Mapping[str, str], today: date) -> Takers:
    """Who takes what came to somebody who was gone already: who covers the school, the officer's own cover, another of the school's."""
    others = [one for one in known.values() if one.id != officer.id and one.id not in barred]
    cover = officer.cover if any(one.id == officer.cover for one in others) else None
    held = [(each, one.id) for one in others for each in one.allocations if each.holds(today)]
    by_school = {} if cover else {each.school: id_ for each, id_ in held}
    return Takers(cover, {**by_school, **{each.school: id_ for each, id_ in held if each.covers == officer.id}})


def handed_over(officer: Officer, takers: Takers, known: Mapping[str, Officer], away: Away, today: date) -> list[Officer]:
    """Those whose record becomes another: the officer, away now, and those who take over. Done again, it passes on what is left."""
    held = _left(officer, known.values(), today)
    if away.why == "left":
        kept = ended(officer.allocations, today)
    else:  # what was covered for others goes on without this one
        kept = ended(officer.allocations, today, lambda one: one.covers is not None and takers.of(one.school) is not None)
    after = {officer.id: officer.model_copy(update={"away": away, "allocations": kept})}
    for one in held:
        if taker := takers.of(one.school):
            covers = one.covers or (None if away.why == "left" else officer.id)
            passed_on = one.model_copy(update={"first": max(one.first, today), "covers": covers})
            after[taker] = _with(after.get(taker, known[taker]), passed_on)
    if away.why == "left":  # whoever covered has the schools for good
        for other in known.values():
            if other.id != officer.id:
                after[other.id] = _for_good(after.get(other.id, other), officer.id)
    return [one for one in after.values() if one != known[one.id]]


def handed_back(officer: Officer, others: Iterable[Officer], today: date) -> list[Officer]:
    """Those whose record becomes another: the officer, here again, and those who covered, without what they covered."""
    after = [officer.model_copy(update={"away": None})]
    for one in others:
        kept = ended(one.allocations, today, lambda each: each.covers == officer.id)
        if kept != one.allocations:
            after.append(one.model_copy(update={"allocations": kept}))
    return after


def passed(case: Referral, to: str, away: Away, officer: str, note: str | None, at: datetime) -> Referral:
    """The case is another's now. The note stays in its history, sealed, and nowhere else."""
    covers = None if away.why == "left" else case.covers or officer
    return case.model_copy(update={"officer": to, "covers": covers}).noted(HANDED, away.by, at, why=away.why, words=note, whom=to)


def returned(case: Referral, officer: str, by: str, at: datetime) -> Referral:
    """The case is again whose it was."""
    return case.model_copy(update={"officer": officer, "covers": None}).noted(BACK, by, at, whom=officer)


def ended(allocations: Sequence[Allocation], today: date, which: Callable[[Allocation], bool] = lambda _: True) -> tuple[Allocation, ...]:
    """Those chosen (all of them) end yesterday; what had not begun was never there."""
    kept = []
    for one in allocations:
        if not which(one) or (one.until and one.until < today):
            kept.append(one)
        elif one.first < today:
            kept.append(one.model_copy(update={"until": date.fromordinal(today.toordinal() - 1)}))
    return tuple(kept)


def _left(officer: Officer, everyone: Iterable[Officer], today: date) -> list[Allocation]:
    """What is still to be passed on: of today and to come, and covered by nobody."""
    covered = {
        one.school
        for other in everyone
        for one in other.allocations
        if one.covers == officer.id and (one.until is None or one.until >= today)
    }
    standing = [one for one in officer.allocations if one.until is None or one.until >= today]
    return [one for one in standing if one.covers is not None or one.school not in covered]


def _with(taker: Officer, one: Allocation) -> Officer:
    has = {(held.school, held.covers) for held in taker.allocations if held.until is None and held.first <= one.first}
    if (one.school, one.covers) in has:
        return taker
    return taker.model_copy(update={"allocations": (*taker.allocations, one)})


def _for_good(other: Officer, officer: str) -> Officer:
    own = tuple(one.model_copy(update={"covers": None}) if one.covers == officer else one for one in other.allocations)
    return other.model_copy(update={"allocations": own})
