"""The short path for leave in term time: from a leave on record, and the sessions of G in it, straight to the requests.

Nine penalty notices in ten are for leave in term time. No support is offered over it and nobody works it: the case that carries the
requests is opened for them, beside whatever casework the child has, and closed when the Local Authority is done.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Literal, NamedTuple

from services.referrals.domain.enforcement import Wanted, requested
from services.referrals.domain.leave import Leave
from services.referrals.domain.over import is_over
from services.referrals.domain.referral import Referral, Request
from services.referrals.errors import NotPossible
from shared import academic_year
from shared.contracts.marks import Mark
from shared.contracts.referrals import Measure

NOT_GRANTED: Final = "G"
"""Holiday not granted, or days over what was granted (SI 2024/208 reg. 10)."""


class Asker(NamedTuple):
    """The `sub` of a token, and whether it is the school's."""

    by: str
    by_school: bool


class Ground(NamedTuple):
    """What the register says of the days that were not granted. `lacking`: why nothing can be asked for, and what to do.

    `counted`: sessions of unauthorised absence in the school weeks that end with the leave, of which `threshold` are needed for a notice.
    """

    sessions: int
    lacking: str | None = None
    counted: int = 0
    threshold: int | None = None

    def below(self, measure: Measure) -> str | None:
        """Why a penalty notice takes a reason, if it does."""
        if measure != "penalty notice" or self.threshold is None or self.counted >= self.threshold:
            return None
        return f"below the threshold: {self.counted} of {self.threshold} sessions count, so its pack takes a reason"


class Outcome(NamedTuple):
    """What came of one child and one parent."""

    leave: str
    child: str
    parent: str
    outcome: Literal["made", "made before", "not made"]
    case: str | None = None
    request: str | None = None
    sessions: int = 0
    why: str | None = None
    below: str | None = None
    """Of one that was made below the threshold for a penalty notice: by how much, and what to do."""


class Step(NamedTuple):
    """The case as it is to be written, the requests that are new in it, and what came of each parent."""

    case: Referral
    new: tuple[Request, ...]
    outcomes: tuple[Outcome, ...]


class Standing(NamedTuple):
    """A request for leave that stands in an open case."""

    child: str
    request: Request

    def is_over(self, leave: Leave, parent: str, measure: Measure) -> bool:
        """Whether it is over a day of this leave, by another leave that is on record."""
        one = self.request
        same = (self.child, one.parent, one.measure) == (leave.child, parent, measure)
        return same and one.first <= leave.last and leave.first <= one.last and not one.request.startswith(f"{case_id(leave)}.")


def standing(cases: Iterable[Referral]) -> list[Standing]:
    return [Standing(case.child, request) for case in cases if case.leave for request in case.private.requests]


def case_id(leave: Leave) -> str:
    """One case for a child and leave, whoever asks for it how often."""
    return sha256(f"leave\0{leave.leave}\0{leave.child}".encode()).hexdigest()[:24]


def ground(leave: Leave, marks: Iterable[Mark], today: date, counted: int = 0, threshold: int | None = None) -> Ground:
    if leave.last > today:
        return Ground(0, f"the leave lasts until {leave.last}: ask when it is over")
    some = tuple(marks)
    if not is_over(leave.last, today, some):
        return Ground(0, f"the leave lasts until today, {leave.last}, whose marks the register has not all: ask when it has them")
    codes = Counter(mark.code for mark in some if mark.day in leave.not_granted)
    if sessions := codes[NOT_GRANTED]:
        return Ground(sessions, counted=counted, threshold=threshold)
    others = ", ".join(f"{number} of {code}" for code, number in sorted(codes.items())) or "no mark"
    return Ground(0, f"no session of G in the days that were not granted ({others}): ask the school to correct its register, or the leave")


def asked(
    leave: Leave,
    found: Referral | None,
    ground: Ground,
    measure: Measure,
    who: Asker,
    at: datetime,
    records: Mapping[str, str],
    left_out: Mapping[str, str],
    others: Sequence[Standing] = (),
) -> Step:
    """The case with a request against each parent whom the leave names. `found`: the case, where it was asked for before; `records`: the
    child's parents by their places on the roll now, for a leave that does not say whom it means; `left_out`: by record, why no measure is
    asked for against a parent; `others`: requests that stand."""
    sessions, below = ground.sessions, ground.below(measure)
    case, new, outcomes = found or _opened(leave, who.by, at), list[Request](), list[Outcome]()
    for place in leave.parents:
        known = case.private.requests
        now = next((one.parent for one in known if one.place == place), records.get(place))
        record = leave.records.get(place, now)
        if record is None:
            outcomes.append(_not_made(leave, place, sessions, "the roll names nobody in this place now: correct the leave"))
            continue
        if record in left_out:
            outcomes.append(_not_made(leave, place, sessions, f"no measure is asked for against this parent: {left_out[record]}"))
            continue
        if before := next((one.request for one in others if one.is_over(leave, record, measure)), None):
            outcomes.append(_not_made(leave, place, sessions, f"{_stands(before)}, by another leave on record: correct this one"))
            continue
        wanted = Wanted(parent=record, measure=measure, reason="leave in term time", first=leave.first, last=leave.last)
        try:
            case, made = requested(case, wanted, None, who.by, at, by_school=who.by_school, place=place)
        except NotPossible as error:
            outcomes.append(_not_made(leave, place, sessions, str(error)))
            continue
        if made not in known:
            new.append(made)
        said: Literal["made", "made before"] = "made before" if made in known else "made"
        why = _stands(made) if said == "made before" else None
        outcomes.append(Outcome(leave.leave, leave.child, place, said, case.id, made.request, sessions, why, below))
    return Step(case, tuple(new), tuple(outcomes))


def refused(leave: Leave, why: str) -> tuple[Outcome, ...]:
    """Against nobody."""
    return tuple(_not_made(leave, parent, 0, why) for parent in leave.parents)


def _opened(leave: Leave, by: str, at: datetime) -> Referral:
    opened = Referral(
        id=case_id(leave),
        school=leave.school,
        child=leave.child,
        year=academic_year.of(leave.first),
        state="accepted",
        proposed_at=at,
        opened_at=at,
        order=1,
        leave=leave.leave,
    )
    return opened.noted("open for leave in term time", by, at)


def _stands(request: Request) -> str:
    asked = f"{request.measure}, {request.first} to {request.last}, asked for on {request.requested_at.date()}"
    return f"request {request.request} stands already ({asked})"


def _not_made(leave: Leave, parent: str, sessions: int, why: str) -> Outcome:
    return Outcome(leave.leave, leave.child, parent, "not made", sessions=sessions, why=why)
