"""Spans of school days, sums of children in them, and half terms, beside the plainest reading."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.sample.calendar import half_terms as blocks
from deploy.demo.sample.calendar import open_days
from services.attendance.domain.calendar.half_terms import half_terms
from services.attendance.domain.calendar.said import BOTH, Word
from services.attendance.domain.calendar.school_year import SchoolYear, Uploaded
from services.attendance.domain.calendar.worked_out import Shown, shown
from services.attendance.domain.codes import BY_TEXT
from services.attendance.domain.periods import days_of, school_days, sums_of
from services.attendance.domain.register_page import CHILDREN, Page
from shared.academic_year import SLOTS, Session, day_of, of_session, slot, slots_by
from shared.contracts.periods import Span
from tests.domain.test_school_year import NOW, page

YEAR = 2026
HALF_TERMS = ["autumn-1", "autumn-2", "spring-1", "spring-2", "summer-1", "summer-2"]
CODES = ["/", "L", "I", "O", "D", "#", None]


def taken(days: Sequence[date], today: date) -> SchoolYear:
    """A year as its register shows it."""
    made = page(ann={(day, session): "/" for day in days if day <= today for session in BOTH})
    return SchoolYear(YEAR, slots_by(today, YEAR), shown([made], {}))


@pytest.mark.parametrize("year", range(2023, 2031))
def test_half_terms_lie_between_the_long_breaks(year: int) -> None:
    days = open_days(year)
    open_ = {slot(day, session): Word(open=True) for day in days for session in BOTH}
    every = {at: open_.get(at, Word(open=False)) for at in range(SLOTS)}
    calendar = SchoolYear(year, SLOTS, Shown({}), Uploaded(every, "school", NOW))
    found = half_terms(calendar, date(year + 1, 9, 1))
    assert [one.name for one in found] == HALF_TERMS
    assert [(one.first, one.last, one.days) for one in found] == [(block[0], block[-1], len(block)) for block in blocks(days)]
    assert all(one.over for one in found)


def test_a_year_that_runs_ends_with_the_half_term_that_runs() -> None:
    days = open_days(YEAR)
    autumn, second, spring = blocks(days)[:3]
    for today, names, over in (
        (autumn[3], ["autumn-1"], False),
        (autumn[-1], ["autumn-1"], False),
        (autumn[-1] + timedelta(days=5), ["autumn-1"], True),  # in the break: three weekdays without school
        (second[0], ["autumn-1", "autumn-2"], False),
        (second[-1], ["autumn-1", "autumn-2"], False),
        (spring[0], ["autumn-1", "autumn-2", "spring-1"], False),
    ):
        found = half_terms(taken(days, today), today)
        assert [one.name for one in found] == names, today
        assert found[-1].over == over
        assert found[-1].last <= today
    assert half_terms(taken(days, date(2026, 8, 20)), date(2026, 8, 20)) == []


def test_a_break_that_does_not_show_leaves_the_term_whole() -> None:
    autumn, second, *_ = blocks(open_days(YEAR))
    every = [second[-1] - timedelta(days=n) for n in range((second[-1] - autumn[0]).days + 1)]
    weekdays = sorted(day for day in every if day.weekday() < 5)
    (found,) = half_terms(taken(weekdays, date(2027, 1, 3)), date(2027, 1, 3))
    assert (found.name, found.first, found.last, found.days, found.over) == ("autumn", weekdays[0], weekdays[-1], len(weekdays), True)


DAYS = [day for n in range(400) if (day := date(2025, 9, 1) + timedelta(days=n)).weekday() < 5 and day.month != 8]
"""School days of two academic years, one after the other."""


@given(
    st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(BOTH), st.sampled_from(CODES)), max_size=40),
    st.lists(st.tuples(st.sampled_from(DAYS), st.integers(-40, 40), st.integers(1, 40)), min_size=1, max_size=4),
    st.sampled_from(DAYS),
)
def test_sums_are_those_of_counting(marks: list[tuple[date, Session, str | None]], asked: list[tuple[date, int, int]], today: date) -> None:
    cells = {(day, session): code for day, session, code in marks if code}
    pages = {year: _page(year, cells) for year in (2025, 2026)}
    spans = [Span(day=day, begin=begin, end=begin + length) for day, begin, length in asked]
    placed = [days_of(span, DAYS) for span in spans]
    some = {year: sums_of(one, year, placed, slots_by(today, year)) for year, one in pages.items()}
    for at, (span, found) in enumerate(zip(spans, placed, strict=True)):
        zero = sum(day < span.day for day in DAYS)
        days = [day for n, day in enumerate(DAYS) if zero + span.begin <= n < zero + span.end]
        assert (found.first, found.last, found.known) == (days[0], days[-1], len(days)) if found else not days
        codes = [code for (day, _), code in cells.items() if day in days and day <= today]
        assert sum(int(possible[1, at]) for possible, _ in some.values()) == sum(code in "/LIO" for code in codes)
        assert sum(int(absent[1, at]) for _, absent in some.values()) == sum(code in "IO" for code in codes)
        assert all(not possible[0].any() for possible, _ in some.values()), "another child has no marks"


def _page(year: int, cells: dict[tuple[date, Session], str]) -> Page:
    made = Page(["other", "child"])
    for (day, session), code in cells.items():
        if of_session(day) == year:
            made.marks[slot(day, session) * CHILDREN + 1] = BY_TEXT[code].byte
    return made


def test_school_days_are_those_that_have_come() -> None:
    days = open_days(YEAR)
    today = days[20]
    assert school_days([taken(days, today)]) == list(days[:21])
    ahead = page(ann={(day, "AM"): "C" for day in days[:40]})
    assert school_days([SchoolYear(YEAR, slots_by(today, YEAR), shown([ahead], {}))]) == [], "what is entered ahead shows no day"
    assert day_of(YEAR, slot(days[0], "AM"))[0] == days[0]


@pytest.mark.parametrize(("begin", "end"), [(0, 0), (3, 2), (-101, 0), (0, 101)])
def test_a_span_has_some_days_and_not_too_many(begin: int, end: int) -> None:
    with pytest.raises(ValueError, match="school days"):
        Span(day=DAYS[0], begin=begin, end=end)
