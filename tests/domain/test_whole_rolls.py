"""Whole rolls: whose enrolment they end, in whatever order rolls are processed, and which of them wait for a yes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.enrolment import Span
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_book import new_entry, tell
from services.attendance.domain.whole_rolls import Ending, Whole, last_day, span_now

DAY = date(2026, 10, 1)


def on(number: int) -> date:
    return DAY + timedelta(days=number)


@given(named=st.sets(st.integers(1, 20)), wholes=st.sets(st.integers(1, 20)), data=st.data())
def test_the_first_whole_roll_after_the_last_that_names_the_child_ends_its_enrolment(
    named: set[int], wholes: set[int], data: st.DataObject
) -> None:
    entry = new_entry("B801200005001")
    for number in data.draw(st.permutations(sorted(named))):
        tell(entry, writer(number, data.draw(st.integers(0, 3))), {"surname": "Nance"})
    told = [Whole(number, on(number)) for number in data.draw(st.permutations(sorted(wholes)))]
    ending = [number for number in wholes if named and number > max(named)]
    assert span_now(entry, told, 2026) == (Span(None, on(min(ending))) if ending else None)


@pytest.mark.parametrize(("left", "last"), [("2026-09-25", date(2026, 9, 25)), ("2026-12-18", on(2)), (None, on(2))])
def test_the_earlier_of_the_leaving_date_and_the_whole_roll_counts(left: str | None, last: date) -> None:
    entry = new_entry("B801200005001")
    tell(entry, writer(1, 0), {"entry date": "2026-09-14", "leaving date": left})
    assert span_now(entry, [Whole(2, on(2))], 2026) == Span(date(2026, 9, 14), last)


def test_a_child_known_from_marks_alone_was_never_enrolled() -> None:
    assert span_now(new_entry("B801200005001"), [Whole(2, on(2))], 2026) is None


@pytest.mark.parametrize(("ends", "enrolled", "waits"), [(0, 0, False), (1, 20, False), (2, 39, True), (45, 900, False), (46, 900, True)])
def test_more_than_a_twentieth_waits(ends: int, enrolled: int, waits: bool) -> None:
    assert Ending(ends, enrolled).must_wait is waits


@pytest.mark.parametrize(
    ("today", "day"),
    [(DAY, DAY), (date(2027, 9, 3), date(2027, 7, 31)), (date(2026, 7, 20), date(2026, 8, 1))],
)
def test_the_last_day_lies_within_the_year_of_the_roll(today: date, day: date) -> None:
    assert last_day(2026, today) == day
