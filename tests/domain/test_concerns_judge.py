"""The fast judgement against a plain one that counts dates and codes."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.codes import BY_TEXT, StatClass
from services.attendance.domain.concerns.judge import judge, needs_earlier, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from services.attendance.domain.concerns.thresholds import Thresholds
from shared.academic_year import first_day
from tests.domain.registers import Register, page_of, school_days, series

YEAR = 2026
SPAN = school_days(date(2026, 4, 13), date(2027, 2, 12))
CODES = ["/ \\", "L \\", "G G", "O \\", "U \\", "N /", "I I", "V V", "D D", "# #", "Y4 Y4", "Z X"]
WIDTH = 3


@st.composite
def registers(draw: st.DrawFn) -> dict[date, str]:
    """A school that is mostly open, in strokes: from a day on, for some days, these two codes."""
    last = draw(st.integers(1, len(SPAN)))
    register = dict.fromkeys(SPAN[draw(st.integers(0, last)) : last], draw(st.sampled_from(CODES[:2])))
    strokes = st.tuples(st.integers(0, last), st.integers(1, 30), st.sampled_from([*CODES, None]))
    for first, days, codes in draw(st.lists(strokes, max_size=8)):
        for day in SPAN[first : min(first + days, last)]:
            register.pop(day, None)
            if codes:
                register[day] = codes
    return register


def week(day: date) -> date:
    return day - timedelta(day.weekday())


def texts(register: Register, since: date, until: date) -> list[str]:
    return [text for day, codes in register.items() if since <= day < until for text in codes.split()]


def plain(child: Register, page: Sequence[Register]) -> set[str]:
    """The rules as one would explain them."""
    start, after = first_day(YEAR), first_day(YEAR + 1)
    this_year = texts(child, start, after)
    classes = [BY_TEXT[text].klass for text in this_year]
    absent = sum(klass in {StatClass.AUTHORISED, StatClass.UNAUTHORISED} for klass in classes)
    possible = absent + sum(klass in {StatClass.PRESENT, StatClass.LATE, StatClass.AEA} for klass in classes)
    no_session = {"#", "Y4", "Z", "Y"}
    weeks = {week(day) for register in page for day, codes in register.items() if {*codes.split()} - no_session}
    opened = min(sorted(weeks)[-10:], default=after)
    window = texts(child, opened, after)
    found = set()
    if possible >= 20:
        found |= {"persistent absence"} if absent / possible >= 0.1 else set()
        found |= {"severe absence"} if absent / possible >= 0.5 else set()
    for rule, codes in (("ten sessions unauthorised", "GNOU"), ("late", "LU")):
        if any(text in codes for text in this_year) and sum(text in codes for text in window) >= 10:
            found.add(rule)
    return found


@settings(max_examples=300)
@given(st.lists(registers(), min_size=WIDTH, max_size=WIDTH))
def test_the_judgement_is_the_plain_one(page: list[dict[date, str]]) -> None:
    thresholds = Thresholds()
    here = page_of(series(register, YEAR) for register in page)
    before = page_of(series(register, YEAR - 1) for register in page)
    weeks, earlier_weeks = school_weeks(here, YEAR, WIDTH), school_weeks(before, YEAR - 1, WIDTH)
    alone, with_last_year = windows_for(thresholds, YEAR, weeks), windows_for(thresholds, YEAR, weeks, earlier_weeks)
    for child, register in enumerate(page):
        marks, earlier = here[child::WIDTH], before[child::WIDTH]
        expected = plain(register, page)
        assert judge(marks, earlier, with_last_year, thresholds).keys() == expected
        if not needs_earlier(marks, weeks, thresholds):
            assert judge(marks, None, alone, thresholds).keys() == expected


def test_last_year_is_not_asked_for_children_to_whom_it_makes_no_difference() -> None:
    thresholds = Thresholds()
    days = school_days(date(2026, 9, 7), date(2026, 9, 18))
    register = dict.fromkeys(days, "/ \\")
    weeks = school_weeks(series(register, YEAR), YEAR, 1)

    def asked(changed: Register, weeks: tuple[int, ...] = weeks) -> bool:
        return needs_earlier(series({**register, **changed}, YEAR), weeks, thresholds)

    assert not asked({})
    assert asked({days[0]: "O \\"})
    assert asked({days[0]: "L \\"})
    assert not asked({days[0]: "I I"})
    assert not asked(dict.fromkeys(days[:5], "G G"))
    assert not asked({days[0]: "O \\"}, tuple(range(10)))
