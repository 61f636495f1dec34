"""Who is to be returned to the local authority, and files that a spreadsheet does not calculate."""

import csv
import io
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.returns import Kind, as_csv, due
from shared.academic_year import day_of, slot
from tests.domain.registers import Register, always_present, school_days, series
from tests.support.profiles import PROFILES, thresholds

TERM = school_days(date(2026, 9, 7), date(2026, 12, 18))
SUMMER = school_days(date(2026, 6, 1), date(2026, 7, 17))
HERTFORDSHIRE = PROFILES.of("919", TERM[-1]).thresholds
NATIONAL = thresholds()


def returned(
    register: Register, kind: Kind = "attendance", begin: date = TERM[0], numbers: object = NATIONAL
) -> list[tuple[date, date, int]]:
    before, here = series(register, 2025), series(register, 2026)
    found = due(kind, before, here, slot(begin, "AM"), numbers)  # type: ignore[arg-type]
    return [(_day(one.first), _day(one.last), one.sessions) for one in found]


def _day(place: int) -> date:
    return day_of(2026, place)[0] if place >= 0 else day_of(2025, place + 732)[0]


def test_ten_school_days_in_a_row_are_returned_with_the_first_and_the_last() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[5:16], "O G")
    assert returned(register) == [(TERM[5], TERM[15], 22)]
    assert returned(register | {TERM[10]: "/ O"}) == [], "a morning attended ends it"
    assert returned(register | {TERM[10]: "# Y4"}) == [(TERM[5], TERM[15], 20)], "a day of closure does not"
    assert returned(register, "sickness") == []


def test_each_absence_is_returned_until_it_is_over() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[:10], "N N") | dict.fromkeys(TERM[20:31], "O O")
    assert [first for first, _, _ in returned(register)] == [TERM[0], TERM[20]]
    assert [first for first, _, _ in returned(register, begin=TERM[9])] == [TERM[0], TERM[20]]
    assert [first for first, _, _ in returned(register, begin=TERM[10])] == [TERM[20]]
    assert returned(register, begin=TERM[31]) == []


def test_an_absence_may_come_from_before_the_summer() -> None:
    register = always_present(SUMMER + TERM) | dict.fromkeys(SUMMER[-6:] + TERM[:4], "O O")
    assert returned(register) == [(SUMMER[-6], TERM[3], 20)]


def test_days_in_total_are_one_line() -> None:
    irregular = always_present(TERM) | dict.fromkeys(TERM[::5], "O O")
    assert returned(irregular) == []
    assert returned(irregular, numbers=HERTFORDSHIRE) == [(TERM[0], TERM[70], 30)]


def test_fifteen_days_of_illness() -> None:
    ill = always_present(TERM) | dict.fromkeys(TERM[::5], "I I")
    assert returned(ill, "sickness") == [(TERM[0], TERM[70], 30)]
    assert returned(ill | {TERM[0]: "I /"}, "sickness") == []
    assert returned(ill, "sickness", numbers=thresholds(illness_days_read="continuous")) == []
    assert returned(ill, "sickness", begin=TERM[70] + timedelta(1)) == []


@given(st.lists(st.lists(st.text(alphabet="=+-@\t\r\n,\"'A1 "), min_size=2, max_size=2)))
def test_no_cell_begins_as_a_formula_does(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(as_csv(("one", "two"), rows), newline="")))
    assert read[0] == ["one", "two"]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read[1:] for cell in row)
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [[cell.removeprefix("'") for cell in row] for row in rows]
