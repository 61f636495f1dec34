"""Our columns against the Department's own file, and the fast tally against a plain one."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.codes import BY_BYTE, BY_TEXT, CLEARED, CODES, StatClass
from services.attendance.domain.statistics import NOTHING, Statistics, count, tally
from shared.academic_year import SLOTS

PUBLISHED = Path(__file__).parents[1] / "data" / "dfe_year_to_date_2025_26.csv"
ATTENDED = {StatClass.PRESENT, StatClass.LATE, StatClass.AEA}
ABSENT = {StatClass.AUTHORISED, StatClass.UNAUTHORISED}
OF_GROUPS_NOT_SESSIONS = {"enrolments", "total_num_schools", "total_enrolments", "pa_perc", "time_identifier"}


def published() -> list[dict[str, str]]:
    with PUBLISHED.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["possible_sessions"] != "c"]


def from_reasons(row: dict[str, str]) -> tuple[Statistics, int]:
    """The row's sessions by code, and how many authorised ones it prints without a reason."""
    sessions = {code.byte: int(row[code.reason]) for code in CODES if code.reason in row and code.text != "F"}
    authorised = sum(n for byte, n in sessions.items() if BY_BYTE[byte].klass is StatClass.AUTHORISED)
    unexplained = int(row["authorised_absence"]) - authorised
    # which code they had, the file does not say; F is authorised and has no rate, so it may stand for them
    sessions[BY_TEXT["F"].byte] = unexplained
    return Statistics(sessions, 1, 0, 0), unexplained


def test_every_published_sum_and_rate_comes_out() -> None:
    rows = published()
    incomplete = 0
    for row in rows:
        statistics, unexplained = from_reasons(row)
        ours = statistics.columns()
        incomplete += unexplained > 0
        for name in row.keys() & ours.keys() - OF_GROUPS_NOT_SESSIONS:
            if name.endswith("_perc"):
                assert ours[name] == pytest.approx(float(row[name]), rel=1e-12, abs=1e-14), name
            else:
                assert ours[name] == int(row[name]) + unexplained * (name == "reason_h_authorised_holiday"), name
    assert (len(rows), incomplete) == (643, 51)


def test_columns_stand_in_the_departments_order() -> None:
    theirs = [name for name in published()[0] if name not in {"total_num_schools", "total_enrolments"}]
    theirs = theirs[theirs.index("enrolments") : theirs.index("pa_perc") + 1]
    assert list(NOTHING.columns())[: len(theirs)] == theirs


def test_every_code_is_in_one_reason_column() -> None:
    for code in CODES:
        columns = Statistics({code.byte: 3}, 1, 0, 0).columns()
        reasons = {name for name, n in columns.items() if name.startswith("reason_") and n == 3}
        assert reasons - {"reason_present"} == {code.reason}


def test_nobody_has_no_rate() -> None:
    columns = tally([]).columns()
    assert columns["possible_sessions"] == 0
    assert {columns[name] for name in columns if name.endswith("_perc")} == {None}


def series(text: str) -> bytes:
    return bytes(BY_TEXT[mark].byte for mark in text.split())


def test_ninety_per_cent_exactly_is_persistent() -> None:
    assert tally([series("/ \\ " * 9 + "I I")]).persistent_absentees == 1
    assert tally([series("/ \\ " * 9 + "/ I")]).persistent_absentees == 0
    assert tally([series("/ " * 19 + "I I")]).persistent_absentees == 0


def test_half_absent_exactly_is_severe_and_persistent() -> None:
    columns = tally([series("/ O"), series("/ \\ O")]).columns()
    assert (columns["severe_absentees"], columns["persistent_absentees"], columns["pa_perc"]) == (1, 2, 100.0)


def test_a_child_without_a_possible_session_is_no_enrolment() -> None:
    columns = tally([series("D D Y4 # Z X Q"), bytes(SLOTS), series("/ \\")]).columns()
    assert (columns["enrolments"], columns["possible_sessions"]) == (1, 2)
    assert (columns["not_possible_sessions"], columns["administrative_sessions"]) == (5, 2)


MARKS = st.sampled_from([0, CLEARED, *BY_BYTE])
CHILDREN = st.lists(st.lists(MARKS, max_size=60).map(bytes), max_size=8)


@given(CHILDREN, st.integers(0, 60), st.integers(0, 60))
def test_the_tally_is_the_plain_one(children: list[bytes], begin: int, end: int) -> None:
    sessions: Counter[int] = Counter()
    enrolments = persistent = severe = 0
    for child in children:
        classes = [BY_BYTE[mark].klass for mark in child[begin:end] if mark in BY_BYTE]
        sessions.update(mark for mark in child[begin:end] if mark in BY_BYTE)
        absent = sum(klass in ABSENT for klass in classes)
        possible = absent + sum(klass in ATTENDED for klass in classes)
        enrolments += possible > 0
        persistent += possible > 0 and absent / possible >= 0.1
        severe += possible > 0 and absent / possible >= 0.5
    assert tally(children, begin, end) == Statistics(sessions, enrolments, persistent, severe)


@given(CHILDREN, CHILDREN)
def test_statistics_of_different_enrolments_add_up(some: list[bytes], others: list[bytes]) -> None:
    assert tally(some) + tally(others) == tally(some + others) == sum([tally(some), tally(others)], NOTHING)


@given(st.lists(MARKS).map(bytes))
def test_count_leaves_out_what_was_not_marked(marks: bytes) -> None:
    assert count(marks) == Counter(mark for mark in marks if mark in BY_BYTE)
