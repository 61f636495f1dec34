"""Children whom a file names by UPN, by the school's own pupil id, or by both."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.child_key import is_upn, read_pupil_id, scoped
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.joins import Groups
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.roll_book import fields_of, new_entry, person, tell
from services.attendance.domain.said import NOT_SAID, said_by
from services.attendance.domain.same_child import Known, groups, records, sure, whose

ADA, BEN, CY = "B801200005001", "H801200001001", "A950000178301"
TERMS = Terms(date(2026, 11, 20), on_roll=frozenset({ADA, BEN, "#7"}))
MARKS = "UPN,pupil id,date,session,code"
ROLL = "UPN,Pupil ID,Former UPN,surname,forename,date of birth,year group"
ABOUT = "Testerly,Ada,2015-04-30,7"


def check_marks(*rows: str, header: str = MARKS, terms: Terms = TERMS) -> CheckedMarks:
    checked = check_feed("\n".join([header, *rows]).encode(), terms)
    assert isinstance(checked, CheckedMarks)
    return checked


def check_roll(*rows: str, header: str = ROLL) -> CheckedRoll:
    checked = check_feed("\n".join([header, *rows]).encode(), TERMS)
    assert isinstance(checked, CheckedRoll)
    return checked


def said(checked: CheckedMarks | CheckedRoll) -> list[tuple[int, str, str]]:
    receipt = checked.receipt
    return [(one.line, one.field, one.reason) for one in (*receipt.refused, *receipt.warnings)]


def keys(checked: CheckedMarks) -> dict[str, int]:
    return {child.key: len(child.marks) for batch in checked.batches.values() for child in batch.children()}


@pytest.mark.parametrize("none", ["", " ", "UN1", "un5"])
def test_a_row_without_a_upn_is_kept_under_the_pupil_id(none: str) -> None:
    checked = check_marks(f"{none}, 7 ,2026-09-07,AM,/", f"{ADA},,2026-09-07,AM,/")
    assert keys(checked) == {"#7": 1, ADA: 1}
    assert said(checked) == []


def test_a_file_may_have_no_column_of_upns() -> None:
    assert keys(check_marks("7,2026-09-07,AM,/", header="pupil_id,date,session,code")) == {"#7": 1}
    roll = check_roll(f"7,{ABOUT}", header="pupil id,surname,forename,date of birth,year group")
    assert [(row.upn, row.pupil_id) for row in roll.rows] == [(None, "#7")]


def test_a_file_with_neither_column_is_refused() -> None:
    with pytest.raises(FileRefused, match="UPN or pupil id"):
        check_marks("2026-09-07,AM,/", header="date,session,code")


@pytest.mark.parametrize(
    ("who", "field", "reason"),
    [
        (",", "UPN", "neither UPN nor pupil id"),
        ("UN1,", "UPN", "neither UPN nor pupil id"),
        ("B80120000500,7", "UPN", "not a UPN"),
        ("#7,7", "UPN", "not a UPN"),
        (f",{'x' * 65}", "pupil id", "not a pupil id (up to 64 characters)"),
        (f"{ADA},a\x07b", "pupil id", "not a pupil id (up to 64 characters)"),
    ],
)
def test_a_row_that_names_nobody_is_refused(who: str, field: str, reason: str) -> None:
    checked = check_marks(f"{BEN},8,2026-09-07,AM,/", f"{who},2026-09-07,AM,/")
    assert said(checked) == [(3, field, reason)]
    assert said(check_roll(f"{who},,{ABOUT}", f"{BEN},,,{ABOUT}")) == [(2, field, reason)]


def test_rows_with_the_pupil_id_alone_are_those_of_the_upn_beside_it() -> None:
    checked = check_marks(",9,2026-09-07,AM,/", f"{CY},9,2026-09-07,PM,\\", ",9,2026-09-08,AM,I", f"{CY},,2026-09-08,AM,/")
    assert keys(checked) == {CY: 2}
    assert {pupil: upn for batch in checked.batches.values() for pupil, upn in batch.beside.items()} == {"#9": CY}
    contrary = "a different mark for the same session"
    assert said(checked)[:2] == [(4, "code", f"{contrary}: line 5"), (5, "code", f"{contrary}: line 4")]


def test_a_pupil_id_beside_two_upns_links_nobody() -> None:
    checked = check_marks(f"{ADA},7,2026-09-07,AM,/", f"{BEN},7,2026-09-07,AM,/", ",7,2026-09-08,AM,/")
    assert keys(checked) == {ADA: 1, BEN: 1, "#7": 1}
    assert all(not batch.beside for batch in checked.batches.values())
    reason = "its pupil id stands beside another UPN too: they are not linked"
    assert said(checked) == [(2, "UPN", reason), (3, "UPN", reason)]


def test_the_child_beside_a_pupil_id_on_the_roll_is_on_the_roll() -> None:
    assert said(check_marks(f"{CY},7,2026-09-07,AM,/")) == []
    assert said(check_marks(f"{CY},8,2026-09-07,AM,/", ",9,2026-09-07,AM,/")) == [
        (2, "UPN", "not on the roll (yet)"),
        (3, "pupil id", "not on the roll (yet)"),
    ]


def test_a_roll_states_a_former_upn() -> None:
    (row,) = check_roll(f"{ADA},7,{CY.lower()},{ABOUT}").rows
    assert row.keys == (ADA, "#7", CY)
    assert row.group == (CY, ADA, "#7"), "the earlier record is kept"


@pytest.mark.parametrize(("former", "expected"), [("", None), ("UN2", None), (ADA, None), (CY, CY)])
def test_what_is_no_other_upn_is_no_former_one(former: str, expected: str | None) -> None:
    assert check_roll(f"{ADA},,{former},{ABOUT}").rows[0].former_upn == expected


def test_a_former_upn_that_is_none_refuses_its_row() -> None:
    assert said(check_roll(f"{ADA},,B8012,{ABOUT}", f"{BEN},,,{ABOUT}")) == [(2, "former UPN", "not a UPN")]


def test_a_former_upn_that_the_file_contradicts_joins_nobody() -> None:
    there = check_roll(f"{ADA},,{BEN},{ABOUT}", f"{BEN},,,{ABOUT}")
    assert [row.former_upn for row in there.rows] == [None, None]
    assert said(there) == [(2, "former UPN", "another child of the file has this UPN: the two are not joined")]
    twice = check_roll(f"{ADA},,{CY},{ABOUT}", f"{BEN},,{CY},{ABOUT}")
    assert [row.former_upn for row in twice.rows] == [None, None]
    assert len(said(twice)) == 2


def test_a_roll_row_of_a_pupil_id_and_one_of_its_upn_are_of_one_child() -> None:
    checked = check_roll(f",7,,{ABOUT}", f"{ADA},7,,{ABOUT}")
    assert checked.rows == []
    assert [(line, field) for line, field, _ in said(checked)] == [(2, "pupil id"), (3, "UPN")]


def test_a_pupil_id_means_a_child_of_its_own_school_only() -> None:
    assert scoped("100001", "#7") != scoped("100002", "#7")
    assert scoped("100001", ADA) == scoped("100002", ADA)


@given(st.text(max_size=70))
def test_a_pupil_id_is_never_taken_for_a_upn(text: str) -> None:
    try:
        key = read_pupil_id(text)
    except ValueError:
        return
    assert key is None or not is_upn(key)


def test_who_the_child_is_by_the_latest_statement() -> None:
    entry = new_entry(CY)
    for writer, row in ((3, f"{ADA},7,{CY},{ABOUT}"), (1, f"{CY},,,{ABOUT}")):
        tell(entry, writer, fields_of(check_roll(row).rows[0]))
    found = person("child", entry)
    assert (found.upn, found.pupil_id) == (ADA, "7")
    without = person("child", new_entry("#7"))
    assert (without.upn, without.pupil_id) == (None, "7")


Identities = tuple[dict[str, str], list[str]]


def told(group: tuple[str, ...], ids: dict[str, str], upns: dict[str, str] | None = None, joined: Groups | None = None) -> Identities:
    """Whose the keys of a group are once everything is written, and the records that are one child's. New records are called new."""
    known, numbers = Known(ids, upns or {}, joined or {}), count(1)
    certain = sure(group, known)
    while not set(certain) <= known.ids.keys():
        one = whose(certain, known, lambda: f"new {next(numbers)}")
        known = Known({**known.ids, **one.ids}, {**known.upns, **one.upns}, known.joined)
    return {key: known.ids[key] for key in group}, records(certain, known.ids, ids)


def test_a_pupil_id_of_nobody_becomes_its_upns_childs() -> None:
    assert told((ADA, "#1"), {}) == ({ADA: "new 1", "#1": "new 1"}, ["new 1"])
    assert told((ADA, "#1"), {ADA: "A"}) == ({ADA: "A", "#1": "A"}, ["A"])


def test_a_child_without_a_upn_gets_the_first_that_is_stated() -> None:
    assert told((ADA, "#1"), {"#1": "P"}) == ({ADA: "P", "#1": "P"}, ["P"])
    assert told((BEN, ADA, "#1"), {"#1": "P"}) == ({BEN: "new 1", ADA: "P", "#1": "P"}, ["P", "new 1"])


def test_no_record_has_two_upns() -> None:
    assert told((ADA, BEN), {ADA: "A"}) == ({ADA: "A", BEN: "new 1"}, ["A", "new 1"])
    assert told((ADA, BEN), {BEN: "B"}) == ({ADA: "new 1", BEN: "B"}, ["B", "new 1"])
    assert told((ADA, BEN, "#1"), {ADA: "A", "#1": "A"}, {"#1": ADA}) == ({ADA: "A", BEN: "new 1", "#1": "A"}, ["A", "new 1"])


def test_two_records_stay_what_they_are_and_the_first_is_kept() -> None:
    ids = {ADA: "A", BEN: "B", "#1": "P"}
    assert told((ADA, BEN, "#1"), ids) == (ids, ["A", "B", "P"])


def test_the_upn_wins_over_a_pupil_id_that_is_another_childs() -> None:
    assert told((BEN, "#1"), {ADA: "A", "#1": "A"}, {"#1": ADA}) == ({BEN: "new 1", "#1": "A"}, ["new 1"])
    together = {"A": ("A", "P"), "P": ("A", "P")}
    assert told((BEN, "#1"), {"#1": "P"}, {}, together) == ({BEN: "new 1", "#1": "P"}, ["new 1"])
    assert told((ADA, "#1"), {ADA: "A", "#1": "P"}, {}, together) == ({ADA: "A", "#1": "P"}, ["A", "P"])


ONE_CHILD = replace(TERMS, several={ADA: "A", BEN: "A"})
UPNS = "UPN,date,session,code"


def test_different_marks_under_two_keys_of_one_child_are_refused() -> None:
    """In a plain file as in any other, each with the other's line."""
    rows = (f"{ADA},2026-11-19,AM,/", f"{ADA},2026-11-19,PM,\\", f"{BEN},2026-11-19,PM,O")
    for checked in (
        check_marks(*rows, header=UPNS, terms=ONE_CHILD),
        check_marks(*(f"{row}," for row in rows), header=f"{UPNS},pupil id", terms=ONE_CHILD),
    ):
        reason = "a different mark for the same session: line"
        refused = [(one.line, one.field, one.reason) for one in checked.receipt.refused]
        assert refused == [(3, "code", f"{reason} 4"), (4, "code", f"{reason} 3")]
        assert checked.receipt.accepted == 1
    assert check_marks(*rows, header=UPNS).receipt.accepted == 3, "two children"
    pupil = check_marks(f"{ADA},,2026-11-19,AM,/", ",7,2026-11-19,AM,O", terms=replace(TERMS, several={ADA: "A", "#7": "A"}))
    assert pupil.receipt.refused_rows == 2


def test_like_marks_under_two_keys_of_one_child_stay_with_each() -> None:
    checked = check_marks(f"{ADA},2026-11-19,AM,/", f"{BEN},2026-11-19,AM,/", header=UPNS, terms=ONE_CHILD)
    assert (checked.receipt.accepted, checked.receipt.warnings) == (2, ())
    assert checked.batches[2026].keys == [ADA, BEN]


def test_no_mark_under_one_key_says_nothing_beside_a_mark_under_another() -> None:
    checked = check_marks(f"{ADA},2026-11-19,AM,-", f"{BEN},2026-11-19,AM,O", header=UPNS, terms=ONE_CHILD)
    assert (checked.receipt.accepted, checked.receipt.missing, checked.receipt.refused_rows) == (1, 1, 0)
    assert [(one.key, one.marks) for one in checked.batches[2026].children()] == [(BEN, b"O")]


def test_a_pupil_id_of_another_upns_child_is_left_out_and_warned_of() -> None:
    terms = replace(TERMS, several={ADA: "A", "#7": "A"})
    checked = check_marks(f"{BEN},7,2026-11-19,AM,O", ",7,2026-11-19,AM,/", terms=terms)
    assert (checked.receipt.accepted, checked.batches[2026].beside) == (2, {})
    reason = "its pupil id is that of a child with another UPN: it is taken by its UPN alone"
    assert [(one.line, one.field, one.reason) for one in checked.receipt.warnings] == [(2, "UPN", reason)]
    roll = check_feed(f"{ROLL}\n{BEN},7,,{ABOUT}".encode(), terms)
    assert isinstance(roll, CheckedRoll)
    assert [row.keys for row in roll.rows] == [(BEN,)]
    assert said(roll) == [(2, "pupil id", reason)]
    changed = check_feed(f"{ROLL}\n{BEN},7,{ADA},{ABOUT}".encode(), terms)
    assert isinstance(changed, CheckedRoll)
    assert [row.keys for row in changed.rows] == [(BEN, "#7", ADA)]


def test_groups_have_every_key_once() -> None:
    assert groups([ADA, "#1"], {}) == [(ADA,), ("#1",)]
    assert groups([ADA, "#1"], {"#2": ADA, "#3": ADA}) == [(ADA, "#2", "#3"), ("#1",)]


def test_two_keys_of_one_child_in_one_file() -> None:
    """What the first key's rows say of a session counts, with or without a note."""
    slots, marks = array("H", [3, 4, 5, 0, 1, 4, 5]), b"/I/ULOL"
    batch = MarksBatch(
        2026, [ADA, BEN, CY], array("H", [3, 1, 3]), slots, marks, {1: (None, "cold"), 4: (5, "bus"), 5: (None, "no"), 6: (3, None)}
    )
    said = said_by(batch, {ADA: "one", BEN: "other", CY: "one"})
    assert set(said.rows) == {"one", "other"}
    row = said.rows["one"]
    assert dict(zip(said.slots.tolist(), said.marks[row].tolist(), strict=True)) == {0: NOT_SAID} | dict(
        zip([1, 3, 4, 5], b"L/I/", strict=True)
    )
    assert {int(said.slots[column]): note for (at, column), note in said.notes.items() if at == row} == {1: (5, "bus"), 4: (None, "cold")}
    assert bytes(said.marks[said.rows["other"]]).strip(bytes([NOT_SAID])) == b"U"
