"""An enforcement request: one child and one parent, a measure, a reason and the period that the certificate of attendance covers."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from services.referrals.domain import lifecycle
from services.referrals.domain.kept import is_kept
from services.referrals.domain.over import is_over
from services.referrals.domain.referral import Referral, Request
from services.referrals.errors import BadPeriod, KeyUsedTwice
from shared import academic_year
from shared.contracts.marks import Mark
from shared.contracts.referrals import Measure, Offence

Reason = Literal["leave in term time", "irregular attendance", "lateness after the register closes"]

_CONTENT: Final = frozenset({"parent", "measure", "offence", "reason", "first", "last"})


class Wanted(BaseModel):
    """What is asked for, with its period settled."""

    model_config = ConfigDict(frozen=True)

    parent: str
    """The parent's record."""
    measure: Measure
    offence: Offence | None = None
    reason: Reason
    first: date
    last: date
    period_said: bool = True
    """False: `first` and `last` are how far is looked for sessions to rely on."""


def period(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The period of the certificate or, where nobody says one, that in which sessions to rely on are looked for: by default from the first
    day of the academic year to the day before today: what nobody said rests on no day that is not over.

    BadPeriod for days to come, since a head teacher certifies what has been (Education Act 1996 s.566(1)(c)), and for what lies before last
    academic year.
    """
    end = last or today - timedelta(days=1)
    begin = first or academic_year.first_day(academic_year.of(end))
    if begin > end:
        raise BadPeriod("`first` is after `last`, which is the day before today where it is not said")
    if end > today:
        raise BadPeriod("`last` may not be after today")
    if not is_kept(begin, today):
        raise BadPeriod("`first` is before last academic year, whose registers are the oldest that are kept")
    return begin, end


def check_over(last: date, today: date, marks: Iterable[Mark]) -> None:
    """BadPeriod for one that ends with today before the register has both its marks. `marks`: of the child, today's."""
    if not is_over(last, today, marks):
        raise BadPeriod("`last` is today, and the register has not the child's marks of both its sessions yet: ask with a day before")


def requested(
    referral: Referral, wanted: Wanted, key: str | None, by: str, at: datetime, *, by_school: bool = False, place: str | None = None
) -> tuple[Referral, Request]:
    """The case with the request, and the request. The same content, or the same key, is the same request.

    NotPossible outside an open case; KeyUsedTwice for a key that came with another content.
    """
    content = wanted.model_dump(include=set(_CONTENT))
    for earlier in referral.private.requests:
        same = earlier.model_dump(include=set(_CONTENT)) == content
        if key and earlier.key == key and not same:
            raise KeyUsedTwice
        if same:
            return referral, earlier
    state = lifecycle.request_enforcement(referral.state)
    requests = referral.private.requests
    id_ = f"{referral.id}.{len(requests) + 1}"
    made = Request(
        request=id_, requested_by=by, requested_at=at, by_school=by_school, key=key, place=place, period_said=wanted.period_said, **content
    )
    noted = referral.noted("request enforcement", by, at, state=state, why=f"{wanted.measure}: {wanted.reason}", whom=wanted.parent)
    return noted.with_private(requests=(*requests, made)), made
