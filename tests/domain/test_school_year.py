"""A school's calendar of a year: what is said, what the register shows, and which of them is believed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.sample.calendar import easter
from services.attendance.domain.calendar.missing import missing
from services.attendance.domain.calendar.said import BOTH, Said, Word, filled, spoken
from services.attendance.domain.calendar.school_year import Correction, SchoolYear, Uploaded
from services.attendance.domain.calendar.upload import read_calendar
from services.attendance.domain.calendar.worked_out import Shown, shown
from services.attendance.domain.codes import BY_TEXT, CLEARED
from services.attendance.domain.concerns.school_weeks import week_of
from services.attendance.domain.enrolment import Span
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.register_page import CHILDREN, Page
from shared.academic_year import SLOTS, Session, day_of, slot, slots_by
from shared.bank_holidays import BANK_HOLIDAYS, KNOWN_FROM, KNOWN_UNTIL, beyond_what_is_known, name_of

YEAR = 2026
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
COME = slots_by(FRIDAY, YEAR)


def page(**marks: dict[tuple[date, Session], str]) -> Page:
    """A page of children by name, each with codes by session."""
    made = Page()
    for child, codes in marks.items():
        place = made.add(child)
        for (day, session), code in codes.items():
            made.marks[slot(day, session) * CHILDREN + place] = BY_TEXT[code].byte
    return made


def states(year: SchoolYear, *days: date) -> list[str]:
    return [slot.state for at, slot in year.slots() if day_of(YEAR, at)[0] in days]


def test_bank_holidays_fall_where_the_law_puts_them() -> None:
    """Banking and Financial Dealings Act 1971, Sch. 1, Good Friday and Christmas Day by common law; a weekend's on a later day."""
    for year in range(KNOWN_FROM.year, KNOWN_UNTIL.year + 1):
        listed = {day for day in BANK_HOLIDAYS if day.year == year}
        sunday = easter(year)
        august = max(day for day in (date(year, 8, 25) + timedelta(days=n) for n in range(7)) if day.weekday() == 0)
        assert {sunday - timedelta(days=2), sunday + timedelta(days=1), august} <= listed
        assert all(day.weekday() < 5 for day in listed)
        assert len(listed) == {2022: 10, 2023: 9}.get(year, 8)
        assert name_of(sunday - timedelta(days=2)) == "Good Friday"
        assert name_of(sunday + timedelta(days=1)) == "Easter Monday"
        assert name_of(august) == "the summer bank holiday"
        for month, day, name in ((1, 1, "New Year's Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")):
            kept = [one for one in listed if name in (name_of(one) or "")]
            own = date(year, month, day)
            assert [name_of(one) for one in kept] == [name if own in listed else f"the substitute day of {name}"]
            assert kept[0] >= own
    assert all(name_of(day) for day in BANK_HOLIDAYS)
    assert name_of(date(2023, 5, 8)) == "the bank holiday for the Coronation"
    assert KNOWN_UNTIL.year == max(day.year for day in BANK_HOLIDAYS)
    assert beyond_what_is_known(KNOWN_UNTIL) is None
    assert str(KNOWN_UNTIL) in (beyond_what_is_known(KNOWN_UNTIL + timedelta(days=1)) or "")


def test_a_session_in_which_nobody_has_a_counting_mark_was_closed() -> None:
    tuesday = MONDAY + timedelta(days=1)
    made = page(
        ann={(MONDAY, "AM"): "/", (MONDAY, "PM"): "#", (tuesday, "AM"): "Y4", (tuesday, "PM"): "I"},
        ben={(MONDAY, "AM"): "O", (tuesday, "AM"): "D"},
    )
    year = SchoolYear(YEAR, COME, shown([made], {}))
    assert states(year, MONDAY, tuesday) == ["open", "closed", "closed", "open"]
    assert states(year, FRIDAY) == ["not known yet"] * 2
    assert states(year, MONDAY - timedelta(days=3)) == ["closed"] * 2
    assert year.weeks() == (week_of(MONDAY),)


def test_where_only_some_year_groups_attend_they_are_named() -> None:
    tuesday = MONDAY + timedelta(days=1)
    made = page(
        ann={(MONDAY, "AM"): "/", (tuesday, "AM"): "/"},
        ben={(MONDAY, "AM"): "/", (tuesday, "AM"): "X"},
        cyd={(MONDAY, "AM"): "/"},
    )
    year = SchoolYear(YEAR, COME, shown([made], {"ann": "7", "ben": "R", "cyd": "7"}))
    assert (year.at(slot(MONDAY, "AM")).state, year.at(slot(MONDAY, "AM")).year_groups) == ("open", ())
    assert (year.at(slot(tuesday, "AM")).state, year.at(slot(tuesday, "AM")).year_groups) == ("open for some year groups", ("7",))
    unknown = SchoolYear(YEAR, COME, shown([made], {"ben": "R"}))
    assert unknown.at(slot(tuesday, "AM")).state == "open"


def test_what_is_planned_opens_no_session_and_a_planned_closure_closes_one() -> None:
    next_week = MONDAY + timedelta(days=7)
    made = page(ann={(FRIDAY, "AM"): "V", (next_week, "AM"): "V", (next_week, "PM"): "#"}, ben={(next_week, "PM"): "#"})
    year = SchoolYear(YEAR, COME, shown([made], {}))
    assert states(year, FRIDAY, next_week) == ["not known yet", "not known yet", "not known yet", "closed"]
    assert year.weeks() == ()


def test_a_bank_holiday_is_closed_before_anybody_says_so_and_open_where_somebody_does() -> None:
    good_friday = date(2027, 3, 26)
    assert states(SchoolYear(YEAR, COME, shown([], {})), good_friday) == ["closed"] * 2
    words = spoken([Said(first=good_friday, state="open")])
    assert states(SchoolYear(YEAR, COME, shown([], {}), Uploaded(words, "school", NOW)), good_friday) == ["open"] * 2
    assert good_friday not in {day_of(YEAR, at)[0] for at in Said(first=date(2027, 3, 22), last=date(2027, 4, 9), state="open").slots()}


def test_a_correction_stands_over_the_upload_and_the_upload_over_the_register() -> None:
    made = page(ann={(MONDAY, "AM"): "/", (MONDAY, "PM"): "\\", (FRIDAY, "AM"): "/"})
    words = spoken([Said(first=MONDAY, state="closed", reason="weather")])
    corrections = {slot(MONDAY, "PM"): Correction(Word(open=True, year_groups=("11",)), "head", NOW)}
    year = SchoolYear(YEAR, COME, shown([made], {}), Uploaded(words, "school", NOW), corrections)
    morning, afternoon, friday = year.at(slot(MONDAY, "AM")), year.at(slot(MONDAY, "PM")), year.at(slot(FRIDAY, "AM"))
    assert (morning.state, morning.whence, morning.reason, morning.by) == ("closed", "uploaded", "weather", "school")
    assert (afternoon.state, afternoon.whence, afternoon.by) == ("open for some year groups", "corrected", "head")
    assert [afternoon.is_open_for(group) for group in ("11", "7", None)] == [True, False, False]
    assert (friday.state, friday.whence) == ("open", "worked out")


def test_a_calendar_of_open_days_closes_the_days_between_and_says_nothing_of_those_around() -> None:
    term, day = Said(first=date(2026, 9, 2), last=date(2026, 10, 23), state="open"), Said(first=date(2026, 11, 2), state="open")
    words = filled(spoken([term, day]))
    assert words[slot(date(2026, 10, 27), "AM")] == Word(open=False)
    assert words[slot(date(2026, 9, 2), "AM")] == Word(open=True)
    assert slot(date(2026, 9, 1), "PM") not in words
    assert slot(date(2026, 11, 3), "AM") not in words
    closed = spoken([Said(first=MONDAY, state="closed")])
    assert filled(closed) == closed


def test_a_file_is_read_as_csv_or_json_and_a_later_line_wins() -> None:
    text = (
        "Date;To;Session;State;Reason;Year groups\n02/09/2026;23/10/2026;;open;;\n"
        "2026-10-05;;pm;Closed;Staff training;\n2026-10-06;;AM;open;;10, Year 11\n"
    )
    said = read_calendar(text.encode(), YEAR)
    words = spoken(said)
    assert words[slot(date(2026, 10, 5), "PM")] == Word(False, "staff training")
    assert words[slot(date(2026, 10, 5), "AM")] == Word(True)
    assert words[slot(date(2026, 10, 6), "AM")] == Word(True, None, ("10", "11"))
    as_json = b"[" + b",".join(one.model_dump_json(by_alias=True, exclude_defaults=True).encode() for one in said) + b"]"
    assert read_calendar(as_json, YEAR) == said
    assert [Said.model_validate(one.kept()) for one in said] == list(said)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("date,state\n2026-13-01,open\n", "line 2: date: a date"),
        ("date,state\n2026-09-07,shut\n", "line 2: state: open or closed"),
        ("date,state\n2026-09-05,open\n", "line 2: the day is on a weekend"),
        ("date,state\n2025-09-05,open\n", "line 2: the date is not in 2026/27"),
        ("date,to,state\n2026-09-07,2026-09-04,open\n", "line 2: `to` is before `date`"),
        ("date,to,state\n2027-07-07,2027-08-04,open\n", "line 2: a span lies within one academic year"),
        ("date,state,reason\n2026-09-07,closed,Miss Tregear is ill\n", "line 2: reason: one of"),
        ("date,state,year groups\n2026-09-07,closed,7\n", "line 2: a closed session names no year groups"),
        ("date,state,year groups\n2026-09-07,open,Lions\n", "line 2: year_groups: year groups"),
        ("date,state\n2026-09-07\n", "line 2: wrong number of columns"),
        ("day,state\n2026-09-07,open\n", "its columns are date"),
        (",,\n", "no header line"),
        ("date,state\n", "it says nothing"),
        ('{"date": "2026-09-07"}', "JSON is a list"),
        ('[{"date": "2026-09-07", "state": "open", "Tregear": 1}]', "item 1: its fields are"),
        ("[", "cannot be read as JSON"),
        ("date,state\n" + "2026-09-07,open\n" * 1001, "1000 lines at most"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused_with_the_line_and_no_value(text: str, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_calendar(text.encode(), YEAR)
    assert why in str(refused.value)
    assert "Tregear" not in str(refused.value)


@given(st.binary() | st.text().map(lambda body: ("date,state\n" + body).encode()) | st.text('[{"date": 1,2-}]').map(str.encode))
def test_no_bytes_raise_anything_but_the_refusal(data: bytes) -> None:
    try:
        read_calendar(data, YEAR)
    except FileRefused:
        return


CODES = st.sampled_from(["/", "I", "D", "#", "V", ""])


@given(st.lists(st.lists(CODES, min_size=10, max_size=10), max_size=4), st.lists(st.sampled_from(["7", "8", None]), min_size=4, max_size=4))
def test_the_register_shows_what_a_plain_reading_of_every_mark_shows(children: list[list[str]], groups: list[str | None]) -> None:
    sessions: list[tuple[date, Session]] = [(MONDAY + timedelta(days=n), session) for n in range(5) for session in ("AM", "PM")]
    marks = {f"c{n}": {at: code for at, code in zip(sessions, codes, strict=True) if code} for n, codes in enumerate(children)}
    made: Shown = shown([page(**marks)], {f"c{n}": group for n, group in enumerate(groups)})
    taken = [place for place in range(10) if any(codes[place] in ("/", "I") for codes in children)]
    attending = {groups[n] for n, codes in enumerate(children) if {"/", "I", "V"} & set(codes)} - {None}
    for place, at in enumerate(sessions):
        here = [groups[n] for n, codes in enumerate(children) if codes[place] in ("/", "I", "V")]
        slot_ = SchoolYear(YEAR, COME, made).at(slot(*at))
        if place > max(taken, default=-1):
            closing = not here and any(codes[place] == "#" for codes in children)
            assert slot_.state == ("closed" if closing else "not known yet")
        elif not here:
            assert slot_.state == "closed"
        elif None in here or set(here) == attending:
            assert slot_.state == "open"
        else:
            assert slot_.year_groups == tuple(sorted(set(filter(None, here))))


ENTRY = Span(date(2026, 11, 18), None)
LEFT = Span(None, date(2026, 11, 17))


def test_a_session_of_the_calendar_and_the_enrolment_without_a_mark_is_missing() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    whole: dict[tuple[date, Session], str] = {(day, session): "/" for day in days for session in BOTH}
    del whole[days[4], "PM"]
    made = page(
        ann=whole,
        gus=whole,
        ben={(days[1], "AM"): "/", (days[2], "PM"): "/", (days[4], "AM"): "/"},
        cyd={(days[0], "AM"): "/", (days[3], "AM"): "D"},
        dee={(days[0], "AM"): "/"},
        eve={(days[0], "AM"): "/"},
        fay={},
    )
    made.marks[slot(days[3], "AM") * CHILDREN + made.children.index("ben")] = CLEARED
    words = spoken([Said(first=days[3], session="PM", state="closed"), Said(first=days[2], session="AM", state="open", year_groups=("7",))])
    groups = dict.fromkeys(("ann", "cyd", "dee", "fay"), "8") | {"ben": "7", "eve": "7", "gus": "7"}
    calendar = SchoolYear(YEAR, COME, shown([made], groups), Uploaded(words, "school", NOW))
    spans = {"cyd": ENTRY, "dee": LEFT}
    found = {gap.child: [day_of(YEAR, at) for at in gap.slots] for gap in missing([made], calendar, groups, spans, 0, SLOTS)}
    assert found == {
        "ben": [(days[1], "PM"), (days[2], "AM"), (days[3], "AM")],  # since its first mark; today afternoon has not been taken
        "cyd": [(days[2], "PM"), (days[4], "AM")],  # from its entry on, without the session that was not for its year group
        "dee": [(days[0], "PM"), (days[1], "AM"), (days[1], "PM")],  # until it left
        "eve": [
            *((days[0], "PM"), (days[1], "AM"), (days[1], "PM"), (days[2], "AM")),
            *((days[2], "PM"), (days[3], "AM"), (days[4], "AM")),
        ],
    }
    within = missing([made], calendar, groups, spans, slot(days[1], "AM"), slot(days[2], "AM"))
    assert {gap.child: len(gap.slots) for gap in within} == {"ben": 1, "dee": 2, "eve": 2}
