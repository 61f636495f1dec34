"""The fast judgement against a plain one that counts dates and codes."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.codes import BY_TEXT, StatClass
from services.attendance.domain.concerns.judge import judge, needs_earlier, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from shared.academic_year import first_day
from shared.school_age import SchoolAge
from tests.domain.registers import Register, page_of, school_days, series
from tests.support.profiles import NATIONAL, thresholds

YEAR = 2026
SPAN = school_days(date(2026, 4, 13), date(2027, 2, 12))
CODES = ["/ \\", "L \\", "G G", "O \\", "U \\", "N /", "I I", "V V", "D D", "# #", "Y4 Y4", "Z X", "I \\"]
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


@st.composite
def ages(draw: st.DrawFn) -> SchoolAge | None:
    """Unknown, or from some day to another."""
    first = draw(st.sampled_from([SPAN[0], SPAN[40], SPAN[90], SPAN[150]]))
    return draw(st.sampled_from([None, SchoolAge(first, SPAN[-1]), SchoolAge(SPAN[0], first)]))


def week(day: date) -> date:
    return day - timedelta(day.weekday())


Marks = list[tuple[date, str]]


def marks(register: Register, since: date, until: date) -> Marks:
    return [(day, text) for day in sorted(register) if since <= day < until for text in register[day].split()]


def counts(found: Marks) -> tuple[int, int]:
    """Possible and absent."""
    classes = [BY_TEXT[text].klass for _, text in found]
    absent = sum(klass in {StatClass.AUTHORISED, StatClass.UNAUTHORISED} for klass in classes)
    return absent + sum(klass in {StatClass.PRESENT, StatClass.LATE, StatClass.AEA} for klass in classes), absent


def rows(found: Marks, codes: str) -> Iterable[Marks]:
    """Sessions with one of these codes, one after the other, among the possible ones."""
    possible = [one for one in found if counts([one])[0]]
    return [list(spell) for meets, spell in groupby(possible, key=lambda one: one[1] in codes) if meets]


def plain(child: Register, page: Sequence[Register], age: SchoolAge | None) -> set[str]:
    """The rules as one would explain them."""
    start, after = first_day(YEAR), first_day(YEAR + 1)
    possible, absent = counts(marks(child, start, after))
    no_session = {"#", "Y4", "Z", "Y"}
    weeks = sorted({week(day) for register in page for day, codes in register.items() if {*codes.split()} - no_session})
    opened, recent = min(weeks[-10:], default=after), min([w for w in weeks if w > start - timedelta(7)][-6:], default=after)
    found = set()
    if possible >= 20:
        lately = counts(marks(child, max(start, recent), after))
        found |= {"persistent absence"} if absent / possible >= 0.1 else set()
        found |= {"severe absence"} if absent / possible >= 0.5 else set()
        found |= {"at risk of persistent absence"} if 0.05 <= absent / possible < 0.1 and 10 * lately[1] >= lately[0] > 0 else set()
    school_age = {day: codes for day, codes in child.items() if age is None or age.first <= day <= age.last}
    for rule, codes, least, whose in (
        ("ten sessions unauthorised", "GNOU", 10, school_age),
        ("late before the register closed", "L", 10, child),
        ("late after the register closed", "U", 5, child),
    ):
        window = [text in codes for _, text in marks(whose, opened, after)]
        if sum(window) >= least and any(text in codes for _, text in marks(whose, start, after)):
            found.add(rule)
    since = first_day(YEAR - 1) if opened < start else start
    for spell in rows(marks(school_age, since, after), "GNOU"):
        if len(spell) >= 20 and spell[-1][0] >= max(start, opened):
            found.add("ten days unauthorised")
    if sum(text == "I" for _, text in marks(school_age, start, after)) >= 30:
        found.add("fifteen days of illness")
    return found


@settings(max_examples=400)
@given(st.lists(st.tuples(registers(), ages()), min_size=WIDTH, max_size=WIDTH))
def test_the_judgement_is_the_plain_one(children: list[tuple[dict[date, str], SchoolAge | None]]) -> None:
    page = [register for register, _ in children]
    here = page_of(series(register, YEAR) for register in page)
    before = page_of(series(register, YEAR - 1) for register in page)
    weeks, earlier_weeks = school_weeks(here, YEAR, WIDTH), school_weeks(before, YEAR - 1, WIDTH)
    numbers = NATIONAL.thresholds
    alone, with_last_year = windows_for(numbers, YEAR, weeks), windows_for(numbers, YEAR, weeks, earlier_weeks)
    for child, (register, age) in enumerate(children):
        marked, earlier = here[child::WIDTH], before[child::WIDTH]
        expected = plain(register, page, age)
        assert judge(marked, earlier, with_last_year, numbers, age).keys() == expected
        if age is None and not needs_earlier(marked, weeks, numbers):
            assert judge(marked, None, alone, numbers).keys() == expected


@settings(max_examples=200)
@given(registers(), st.sampled_from(["continuous", "in total"]), st.integers(1, 12))
def test_days_add_up_as_the_profile_reads_them(register: dict[date, str], read: str, days: int) -> None:
    numbers = thresholds(illness_days=days, illness_days_read=read, unauthorised_days=days, unauthorised_days_read=read, ten_weeks=60)
    here = series(register, YEAR)
    found = judge(here, None, windows_for(numbers, YEAR, school_weeks(here, YEAR, 1)), numbers)
    this_year = marks(register, first_day(YEAR), first_day(YEAR + 1))
    for rule, codes in (("ten days unauthorised", "GNOU"), ("fifteen days of illness", "I")):
        spells = [len(spell) for spell in rows(this_year, codes)]
        most = sum(spells) if read == "in total" else max(spells, default=0)
        assert (rule in found) == (most >= 2 * days)


def test_last_year_is_not_asked_for_children_to_whom_it_makes_no_difference() -> None:
    days = school_days(date(2026, 9, 7), date(2026, 9, 25))
    register = dict.fromkeys(days, "/ \\")
    weeks = school_weeks(series(register, YEAR), YEAR, 1)

    def asked(changed: Register, weeks: tuple[int, ...] = weeks) -> bool:
        return needs_earlier(series({**register, **changed}, YEAR), weeks, NATIONAL.thresholds)

    assert not asked({})
    assert asked({days[0]: "O \\"})
    assert asked({days[0]: "L \\"})
    assert not asked({days[0]: "I I"})
    assert asked(dict.fromkeys(days[:5], "G G")), "they may go on from a spell that began before the summer"
    assert not asked(dict.fromkeys(days[:10], "L \\"))
    assert not asked({days[0]: "O \\"}, tuple(range(10)))
