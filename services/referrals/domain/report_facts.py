"""What a report is made of, gathered: the school, the half term, figures of attendance, published figures, counts of casework, impact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.referrals.domain.impact import Impact
from services.referrals.domain.published import Publication, Row
from shared.academic_year import label
from shared.contracts.periods import HalfTerm, PeriodFigures

_HALVES: Final = {"1": "first half of the {} term", "2": "second half of the {} term"}


@dataclass(frozen=True, slots=True)
class School:
    urn: str
    name: str
    authority: str
    phase: str


@dataclass(frozen=True, slots=True)
class Done:
    """Interventions of a kind in the half term: how many, and with how many children."""

    entries: int
    children: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`term` and `to_date`: the Department's figures of the half term, and of the year up to its last day. `states`: open cases by state on
    the day `counted_on`, in the order of a case's life, and every state there is; `proposed`: proposals that waited then. `opened`
    and `closed`: cases, in the half term. `done`: every kind there is; `children`: with whom there was an intervention. `impact`: None
    under ten cases; `by_kind` has only kinds with ten."""

    school: School
    year: int
    half_term: HalfTerm
    made: date
    counted_on: date
    company: str
    term: PeriodFigures
    to_date: PeriodFigures
    publication: Publication | None
    proposed: int
    states: Mapping[str, int]
    opened: int
    closed: int
    done: Mapping[str, Done]
    children: int
    impact: Impact | None
    by_kind: Mapping[str, Impact]
    how: str
    """How like children were found, in words."""

    @property
    def period(self) -> str:
        """ "first half of the autumn term 2026/27"."""
        return f"{' to '.join(_in_words(part) for part in self.half_term.name.split('-to-'))} {label(self.year)}"

    @property
    def days(self) -> str:
        """ "38 school days so far"."""
        days = self.half_term.days
        return f"{days} school day{'' if days == 1 else 's'}{'' if self.half_term.over else ' so far'}"

    @property
    def year_so_far(self) -> str:
        """To the last day of the figures of the year: the half term's, whenever the report is made."""
        return f"to {day_in_words(self.half_term.last)}"

    @property
    def counted(self) -> str:
        return day_in_words(self.counted_on)

    def published(self, authority: str) -> Row | None:
        """What is published of the school's phase."""
        return self.publication.of(authority, self.school.phase) if self.publication else None


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _in_words(name: str) -> str:
    term, _, half = name.partition("-")
    return _HALVES[half].format(term) if half else f"{term} term"


def work_until(half_term: HalfTerm, every: Iterable[HalfTerm], made: date) -> date:
    """The last day of the work that belongs to a half term, as known on the day `made`: until the next begins, since officers work at
    weekends and in holidays too. `every`: the half terms of the year."""
    later = min((one.first for one in every if one.first > half_term.first), default=None)
    return min(later - timedelta(days=1), made) if later else made
