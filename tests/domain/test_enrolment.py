"""Marks outside a child's enrolment, and who is on roll from one year to the next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.enrolment import Span, span
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.on_roll import on_roll
from shared.academic_year import day_of, of_session

ADA, BEN = "B801200005001", "H801200001001"
TODAY = date(2026, 11, 20)
DAYS = st.dates(date(2025, 7, 1), TODAY)


def check(enrolled: dict[tuple[str, int], Span], *rows: str) -> CheckedMarks:
    terms = Terms(TODAY, on_roll=frozenset({ADA, BEN}), enrolled=enrolled)
    checked = check_feed("\n".join(["UPN,date,session,code", *rows]).encode(), terms)
    assert isinstance(checked, CheckedMarks)
    return checked


def refused(checked: CheckedMarks) -> list[tuple[int, str]]:
    return [(finding.line, finding.reason) for finding in checked.receipt.refused]


def test_marks_before_the_entry_and_after_the_leaving_are_refused_with_that_reason() -> None:
    checked = check(
        {(ADA, 2026): Span(date(2026, 9, 14), date(2026, 10, 9))},
        f"{ADA},2026-09-11,PM,/",
        f"{ADA},2026-09-14,AM,/",
        f"{ADA},2026-10-09,PM,N",
        f"{ADA},2026-10-12,AM,N",
        f"{BEN},2026-10-12,AM,N",
        f"{ADA},2026-07-10,AM,/",
    )
    assert refused(checked) == [(2, "before the child's entry"), (5, "after the child's leaving")]
    assert (checked.receipt.accepted, checked.receipt.refused_rows) == (4, 2)
    assert [(tally.field, tally.rows) for tally in checked.receipt.refused_by_reason] == [("date", 1), ("date", 1)]


@given(
    first=st.none() | DAYS,
    length=st.none() | st.integers(0, 400),
    days=st.lists(DAYS.filter(lambda day: day.weekday() < 5), min_size=1, unique=True),
    year=st.sampled_from([2024, 2025, 2026]),
)
def test_exactly_the_days_of_the_enrolment_are_taken(first: date | None, length: int | None, days: list[date], year: int) -> None:
    last = None if length is None else (first or date(2025, 9, 1)) + timedelta(days=length)
    checked = check({(ADA, year): Span(first, last)}, *(f"{upn},{day},PM,/" for day in days for upn in (ADA, BEN)))
    for upn in (ADA, BEN):
        taken = {
            day_of(batch.year, slot)[0]
            for batch in checked.batches.values()
            for child in batch.children()
            if child.key == upn
            for slot in child.slots
        }
        wanted = {
            day
            for day in days
            if upn == BEN or of_session(day) != year or ((first is None or day >= first) and (last is None or day <= last))
        }
        assert taken == wanted


@pytest.mark.parametrize(
    ("entered", "left", "cut"),
    [
        (None, None, None),
        ("2024-09-02", "2027-07-31", None),
        ("2026-08-01", None, None),
        ("2026-09-14", None, Span(date(2026, 9, 14), None)),
        ("2019-09-01", "2027-07-30", Span(date(2019, 9, 1), date(2027, 7, 30))),
    ],
)
def test_only_who_comes_or_goes_within_the_year_has_a_span(entered: str | None, left: str | None, cut: Span | None) -> None:
    assert span({"entry date": entered, "leaving date": left}, 2026) == cut


def test_who_left_stays_away_until_a_roll_names_the_child() -> None:
    left = Span(None, date(2026, 3, 6))
    links = {"A": ("ada", 1), "B": ("ben", 1)}
    gone = on_roll({2025: links, 2026: {}}, {2025: {"ada": left}, 2026: {}})
    assert gone.enrolled == {("A", 2025): left, ("A", 2026): left}
    back = on_roll({2025: links, 2026: {"A": ("ada", 1)}}, {2025: {"ada": left}, 2026: {}})
    assert back.enrolled == {("A", 2025): left}
    marks_alone = on_roll({2025: links, 2026: {"A": ("ada", 0)}}, {2025: {"ada": left}, 2026: {}})
    assert marks_alone.enrolled == gone.enrolled
    assert marks_alone.upns == {"A", "B"}


def test_a_roll_tells_entry_and_leaving() -> None:
    data = (
        "UPN,surname,forename,date of birth,year group,Entry Date,leaving_date\n"
        f"{ADA},Testerly,Ada,2015-04-30,7,14/09/2026,\n"
        f"{BEN},Sample,Ben,2015-05-01,7,2026-09-14,2026-09-11\n"
    ).encode()
    checked = check_feed(data, Terms(TODAY))
    assert isinstance(checked, CheckedRoll)
    assert [row.details for row in checked.rows] == [{"entry date": "2026-09-14", "leaving date": None}]
    assert [(f.field, f.reason) for f in checked.receipt.refused] == [("leaving date", "before the entry date")]
