"""Whether a school that is unheard, and whose calendar does not say, may be closed: what others know of the day.

What is surer decides: days wedged between bank holidays, then the authority's term dates, then whether its other schools are heard, then
what the school itself did a year before. Where nothing is known the school is taken to be in term, as the alarm must come the same day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from services.attendance.domain.calendar.school_year import SchoolYear
from shared.academic_year import of_session, slot
from shared.bank_holidays import BANK_HOLIDAYS

Reason = Literal[
    "between bank holidays",
    "outside the authority's term dates",
    "other schools are silent too",
    "closed on this day last year",
    "not back since it was last heard",
]
TOGETHER: Final = "other schools are silent too"
NOT_BACK: Final = "not back since it was last heard"
IN_TERM: Final = "in term"
Verdict = Reason | Literal["in term"] | None
"""None: nothing is known."""

A_YEAR: Final = timedelta(days=364)
"""To the same day of the week."""


class Term(NamedTuple):
    """Both days included. Days within it on which schools are closed (half terms) are left out by giving two."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An authority's settings, from a day on. Whole numbers of at least 1 (percent: 51 to 100), else ValueError.

    bridge_days: between two bank holidays at most so many days apart no school is open.
    others_least, others_percent: so many other schools at least, and of them so many in a hundred, decide by being silent or being heard;
        half as many decide when every one of them is heard.
    last_year_days: weekdays in a row that a school was closed a year before, for that to count: training days move.
    terms: the authority's, in order; of academic years of which none is given nothing is known.
    """

    since: date
    bridge_days: int
    others_least: int
    others_percent: int
    last_year_days: int
    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        for name in ("bridge_days", "others_least", "others_percent", "last_year_days"):
            if type(value := getattr(self, name)) is not int or value < 1:
                raise ValueError(f"{name} is a whole number of at least 1")
        if not 50 < self.others_percent <= 100:
            raise ValueError("others_percent is 51 to 100: silent and heard cannot both decide")
        if any(term.last < term.first for term in self.terms):
            raise ValueError("a term ends before it begins")


class Others(NamedTuple):
    """The authority's other schools on the day: heard, or open by their calendar; and silent without one, or closed by it."""

    heard: int
    silent: int


def by_the_day(day: date, opening: Opening, others: Others) -> Verdict:
    """What can be said without the school's own earlier registers."""
    if _is_wedged(day, opening.bridge_days):
        return "between bank holidays"
    year = of_session(day)
    terms = [term for term in opening.terms if year in (of_session(term.first), of_session(term.last))]
    if terms:
        return IN_TERM if any(term.first <= day <= term.last for term in terms) else "outside the authority's term dates"
    return _by_others(opening, others)


def _is_wedged(day: date, within: int) -> bool:
    before = [holiday for holiday in BANK_HOLIDAYS if holiday < day]
    after = [holiday for holiday in BANK_HOLIDAYS if holiday > day]
    return bool(before and after) and (min(after) - max(before)).days <= within


def _by_others(opening: Opening, others: Others) -> Verdict:
    every = others.heard + others.silent
    if every < opening.others_least:
        return IN_TERM if not others.silent and 2 * every >= opening.others_least else None
    if 100 * others.silent >= opening.others_percent * every:
        return TOGETHER
    return IN_TERM if 100 * others.heard >= opening.others_percent * every else None


def last_year_counts(others: Others) -> bool:
    """Holidays move; most schools of an authority are not in term when its schools have one."""
    return 2 * others.heard <= others.heard + others.silent


def by_last_year(last_year: SchoolYear, day: date, opening: Opening) -> Verdict:
    """`last_year`: the school's calendar of the year in which the day a year before lies."""
    closed = _closed_around(last_year, day - A_YEAR)
    return "closed on this day last year" if closed >= opening.last_year_days else None


def _closed_around(calendar: SchoolYear, day: date) -> int:
    """Weekdays in a row, this one among them, on which the school was closed; 0 where it was not, or nobody knows."""

    def run(step: int) -> Sequence[date]:
        found, at = list[date](), day
        while of_session(at) == calendar.year and (at.weekday() >= 5 or calendar.at(slot(at, "AM")).state == "closed"):
            found += [at] if at.weekday() < 5 else []
            at += timedelta(days=step)
        return found

    return len({*run(1), *run(-1)})
