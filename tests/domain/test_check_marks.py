"""Files of marks: what is taken, what is refused, and what is told."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.codes import BY_BYTE, CLEARED, CURRENT
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.receipts import LISTED
from shared.academic_year import day_of

ADA, BEN, CY = "B801200005001", "H801200001001", "A950000178301"
WRONG_LETTER = "A801200005001"
TERMS = Terms(today=date(2026, 11, 20), on_roll=frozenset({ADA, BEN, CY}))
HEADER = "UPN,date,session,code"

Mark = tuple[str, date, str, str]


def check(*rows: str, terms: Terms = TERMS, header: str = HEADER) -> CheckedMarks:
    checked = check_feed("\n".join([header, *rows]).encode(), terms)
    assert isinstance(checked, CheckedMarks)
    return checked


def taken(checked: CheckedMarks) -> list[Mark]:
    return [
        (child.key, *day_of(batch.year, slot), "-" if mark == CLEARED else BY_BYTE[mark].text)
        for batch in checked.batches.values()
        for child in batch.children()
        for slot, mark in zip(child.slots, child.marks, strict=True)
    ]


def refusals(checked: CheckedMarks) -> list[tuple[int, str, str]]:
    return [(finding.line, finding.field, finding.reason) for finding in checked.receipt.refused]


def warnings(checked: CheckedMarks) -> list[tuple[int, str, str]]:
    return [(finding.line, finding.field, finding.reason) for finding in checked.receipt.warnings]


def test_rows_become_marks_by_year_child_and_slot() -> None:
    checked = check(f"{BEN},2026-09-07,PM,\\", f"{ADA},07/09/2026,am,/", f"{BEN}, 2026-09-07 ,AM, c1 ", f"{ADA},2026-07-17,AM,I")
    assert checked.batches.keys() == {2025, 2026}
    assert taken(checked) == [
        (ADA, date(2026, 7, 17), "AM", "I"),
        (ADA, date(2026, 9, 7), "AM", "/"),
        (BEN, date(2026, 9, 7), "AM", "C1"),
        (BEN, date(2026, 9, 7), "PM", "\\"),
    ]
    assert (checked.receipt.rows, checked.receipt.accepted, checked.receipt.warnings) == (4, 4, ())


def test_a_session_in_august_belongs_to_the_new_year() -> None:
    assert check(f"{ADA},2026-08-31,AM,/").batches.keys() == {2026}


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (f"{ADA},2026-09-07,AM,A", "code", "not a register code"),
        (f"{ADA},2026-09-07,EVE,/", "session", "not AM or PM"),
        (f"{ADA},2026-09-31,AM,/", "date", "not a date (2026-09-07 or 07/09/2026)"),
        (f"{ADA},20260907,AM,/", "date", "not a date (2026-09-07 or 07/09/2026)"),
        (f"{ADA},2026-11-23,AM,/", "date", "after today"),
        (f"{ADA},2026-09-05,AM,/", "date", "on a weekend"),
        (f"{ADA},2019-07-19,AM,/", "date", "before the oldest academic year kept"),
        ("B80120000500,2026-09-07,AM,/", "UPN", "not a UPN"),
        ("Ada Testerly,2026-09-07,AM,/", "UPN", "not a UPN"),
        (f"{ADA},2026-09-07,AM", "row", "wrong number of columns"),
        (f"{ADA},2026-09-07,AM,/,", "row", "wrong number of columns"),
        (f'"{ADA},2026-09-07,AM,/', "row", "a quotation mark is not closed"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_good_ones_kept(row: str, field: str, reason: str) -> None:
    checked = check(f"{BEN},2026-09-07,AM,/", row, f"{CY},2026-09-07,AM,/")
    assert refusals(checked) == [(3, field, reason)]
    assert [mark[0] for mark in taken(checked)] == [CY, BEN]
    assert "Testerly" not in checked.receipt.model_dump_json()


def test_what_is_arranged_beforehand_is_taken_for_days_to_come_and_nothing_else() -> None:
    rows = [f"{ADA},{date(2026, 11, 23) + timedelta(weeks=at)},AM,{code.text}" for at, code in enumerate(CURRENT)]
    checked = check(*rows)
    ahead = [code.text for code in CURRENT if code.ahead]
    assert {"V", "C", "#"} < set(ahead)
    assert sorted(code for *_, code in taken(checked)) == sorted(ahead)
    assert {reason for _, _, reason in refusals(checked)} == {"after today"}


def test_a_mark_on_a_bank_holiday_is_taken_and_warned_of_unless_it_says_that_the_school_is_closed() -> None:
    checked = check(f"{ADA},2026-08-31,AM,/", f"{BEN},2026-08-31,AM,#", f"{CY},2026-09-01,AM,/")
    assert [(line, reason.partition(",")[0]) for line, _, reason in warnings(checked)] == [(2, "a bank holiday")]
    assert checked.receipt.accepted == 3


def test_plans_end_with_the_academic_year() -> None:
    checked = check(f"{ADA},2027-07-30,AM,#", f"{ADA},2027-08-02,AM,#", f"{ADA},2027-07-31,AM,#")
    assert [mark[1] for mark in taken(checked)] == [date(2027, 7, 30)]
    assert [(line, reason) for line, _, reason in refusals(checked)] == [(3, "in an academic year to come"), (4, "on a weekend")]


def test_the_oldest_academic_year_kept_is_taken() -> None:
    assert check(f"{ADA},2019-09-02,AM,/").receipt.accepted == 1


def test_marks_outside_the_commissioning_period_are_refused() -> None:
    terms = Terms(TERMS.today, date(2026, 9, 7), date(2026, 9, 9), TERMS.on_roll)
    checked = check(*(f"{ADA},2026-09-{day:02d},AM,/" for day in (4, 7, 9, 10)), terms=terms)
    assert [(line, reason) for line, _, reason in refusals(checked)] == [
        (2, "outside the commissioning period"),
        (5, "outside the commissioning period"),
    ]


def test_two_different_marks_for_a_session_are_both_refused_each_naming_the_other() -> None:
    checked = check(f"{ADA},2026-09-07,AM,/", f"{BEN},2026-09-07,AM,/", f"{ADA},07/09/2026,AM,I")
    assert refusals(checked) == [
        (2, "code", "a different mark for the same session: line 4"),
        (4, "code", "a different mark for the same session: line 2"),
    ]
    assert [mark[0] for mark in taken(checked)] == [BEN]
    assert [(tally.rows, tally.first_line) for tally in checked.receipt.refused_by_reason] == [(2, 2)]


def test_no_mark_beside_a_mark_of_the_same_session_says_nothing() -> None:
    checked = check(f"{ADA},2026-09-07,AM,", f"{ADA},2026-09-07,AM,I", f"{BEN},2026-09-07,AM,-", f"{BEN},2026-09-07,AM,@")
    assert [(mark[0], mark[3]) for mark in taken(checked)] == [(ADA, "I"), (BEN, "-")]
    assert (checked.receipt.accepted, checked.receipt.missing, checked.receipt.repeated) == (1, 2, 1)
    assert [(tally.rows, tally.first_line) for tally in checked.receipt.warnings_by_reason] == [(1, 5), (2, 2)]


def test_the_same_row_twice_is_kept_once_and_warned_of() -> None:
    checked = check(f"{ADA},2026-09-07,AM,I", f"{ADA},07/09/2026,am,i", f"{ADA},2026-09-07,PM,I")
    assert (checked.receipt.accepted, checked.receipt.repeated, checked.receipt.refused) == (2, 1, ())
    assert [(f.line, f.reason) for f in checked.receipt.warnings] == [(3, "the same session and mark twice: kept once: line 2")]


@pytest.mark.parametrize("nothing", ["", "-", "@", "&", "!", " "])
def test_what_is_no_mark_is_missing_warned_of_once_and_clears_the_session(nothing: str) -> None:
    checked = check(f"{ADA},2026-09-07,AM,/", f"{ADA},2026-09-07,PM,{nothing}", f"{ADA},2026-09-08,AM,{nothing}")
    assert (checked.receipt.rows, checked.receipt.accepted, checked.receipt.missing) == (3, 1, 2)
    assert [mark[2:] for mark in taken(checked)] == [("AM", "/"), ("PM", "-"), ("AM", "-")]
    assert [(f.line, f.field, f.reason) for f in checked.receipt.warnings] == [(3, "code", "no mark: counted as missing")]
    assert [(tally.rows, tally.first_line) for tally in checked.receipt.warnings_by_reason] == [(2, 3)]


def test_present_by_the_other_symbol_is_read_by_the_session_and_listed_once() -> None:
    checked = check(f"{ADA},2026-09-07,AM,\\", f"{ADA},2026-09-07,PM,/", f"{ADA},2026-09-08,PM,/")
    assert [mark[3] for mark in taken(checked)] == ["/", "\\", "\\"]
    assert [(f.line, f.field) for f in checked.receipt.warnings] == [(2, "code")]
    assert [tally.rows for tally in checked.receipt.warnings_by_reason] == [3]


@pytest.mark.parametrize(("day", "code", "warned"), [("2024-07-19", "J", 0), ("2026-09-07", "J", 1), ("2024-07-19", "K", 1)])
def test_a_code_that_was_not_in_use_on_its_date_is_taken_and_warned_of(day: str, code: str, warned: int) -> None:
    checked = check(f"{ADA},{day},AM,{code}")
    assert [mark[3] for mark in taken(checked)] == [code]
    assert len(checked.receipt.warnings) == warned


def test_a_child_is_warned_of_once_at_its_first_row() -> None:
    checked = check(f"{ADA},2026-09-07,AM,/", f"{WRONG_LETTER},2026-09-05,AM,/", f"{WRONG_LETTER},2026-09-07,AM,/")
    assert [(f.line, f.field, f.reason) for f in checked.receipt.warnings] == [
        (4, "UPN", "wrong check letter"),
        (4, "UPN", "not on the roll (yet)"),
    ]
    assert checked.receipt.accepted == 2


def test_marks_of_a_year_that_is_disposed_of_stay_away_and_the_next_year_starts_afresh() -> None:
    terms = Terms(TERMS.today, on_roll=TERMS.on_roll, disposed=frozenset({(ADA, 2024), (ADA, 2010), ("B" * 13, 2024)}))
    checked = check(f"{ADA},2025-03-03,AM,/", f"{BEN},2025-03-03,AM,/", f"{ADA},2026-09-07,AM,/", terms=terms)
    assert refusals(checked) == [(2, "date", "the child's records of that year are disposed of")]
    assert [(mark[0], mark[1].year) for mark in taken(checked)] == [(BEN, 2025), (ADA, 2026)]


def test_notes_come_with_their_marks_and_bad_ones_refuse_their_row() -> None:
    checked = check(
        f"{BEN},2026-09-07,AM,L,12,",
        f'{ADA},2026-09-07,PM,I,,"unwell,\nat home"',
        f"{ADA},2026-09-07,AM,L,soon,",
        f"{ADA},2026-09-08,AM,L,-1,",
        f"{ADA},2026-09-09,AM,L,,{'x' * 501}",
        f"{ADA},2026-09-10,AM,L,,",
        header=HEADER + ",minutes late,comment",
    )
    notes = {child.key: child.notes for batch in checked.batches.values() for child in batch.children()}
    assert notes == {ADA: {0: (None, "unwell,\nat home")}, BEN: {0: (12,)}}
    assert [(line, field) for line, field, _ in refusals(checked)] == [
        (5, "minutes late"),
        (6, "minutes late"),
        (7, "comment"),
    ]


def test_who_changed_a_mark_and_why_comes_with_it_and_costs_nothing_where_it_is_not_said() -> None:
    checked = check(
        f"{ADA},2026-09-07,AM,O,,,B Example,parent phoned",
        f"{ADA},2026-09-07,PM,-,,,B Example,",
        f"{ADA},2026-09-08,AM,I,,,, ",
        f"{ADA},2026-09-08,PM,I,,,{'x' * 501},",
        header=HEADER + ",Minutes Late,Comment,Changed by,Reason",
    )
    (batch,) = checked.batches.values()
    assert batch.notes == {0: (None, None, "B Example", "parent phoned"), 1: (None, None, "B Example")}
    assert refusals(checked) == [(5, "changed by", "longer than 500 characters")]


def test_blank_lines_and_empty_rows_are_no_rows() -> None:
    checked = check("", f"{ADA},2026-09-07,AM,/", ",,,", " ,,,", "")
    assert (checked.receipt.rows, checked.receipt.accepted) == (1, 1)


def test_a_column_that_is_not_known_is_told_by_position() -> None:
    checked = check(f"{ADA},Testerly,2026-09-07,AM,/", header="UPN,Testerly,date,session,code")
    assert [(f.line, f.reason) for f in checked.receipt.warnings] == [(1, "a column that is not known is not read: column 2")]


@pytest.mark.parametrize("body", ["", "\n", "\n,,,\n"])
def test_a_header_without_rows_is_refused(body: str) -> None:
    with pytest.raises(FileRefused, match="no rows"):
        check_feed((HEADER + body).encode(), TERMS)


def test_the_receipt_of_a_file_of_nothing_but_bad_rows_is_bounded_and_exact() -> None:
    checked = check(*(f"{ADA},2026-09-07,AM,{n}" for n in range(5000)))
    assert (checked.receipt.refused_rows, len(checked.receipt.refused)) == (5000, LISTED)
    assert [tally.rows for tally in checked.receipt.refused_by_reason] == [5000]
    assert len(checked.receipt.model_dump_json()) < 200_000


# What a row's texts mean, None where it is to be refused: written down apart from the code that is tested.
UPNS = {ADA: ADA, f" {BEN.lower()}": BEN, BEN: BEN, WRONG_LETTER: WRONG_LETTER, "Ada": None, "": None}
DATES = {
    "2026-09-07": date(2026, 9, 7),
    "07/09/2026": date(2026, 9, 7),
    "2026-08-31": date(2026, 8, 31),
    "2025-09-08": date(2025, 9, 8),
    "2026-09-06": None,
    "2026-12-01": date(2026, 12, 1),
    "2027-08-02": None,
    "07.09.2026": date(2026, 9, 7),
    "07/09.2026": None,
    "7-9-2026": date(2026, 9, 7),
    "2026-09-07T00:00:00": date(2026, 9, 7),
    "07/09/2026 00:00": date(2026, 9, 7),
    "2026-09-07 08:50:00": None,
}
SESSIONS = {"AM": "AM", "pm": "PM", "1": None}
CODES = {"/": "/", "\\": "/", "I": "I", "i ": "I", "Y7": "Y7", "V": "V", "-": "-", "": "-", "A": None}


def pick(texts: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


rows = st.lists(st.tuples(pick(list(UPNS)), pick(list(DATES)), pick(list(SESSIONS)), pick(list(CODES))), min_size=1)


@given(rows)
def test_every_row_is_accepted_refused_missing_or_repeated_exactly_as_a_plain_reading_says(
    drawn: list[tuple[str, str, str, str]],
) -> None:
    marks: dict[tuple[str, date, str], list[str]] = {}
    counts: Counter[str] = Counter()
    for upn, day, session, code in drawn:
        who, when, which, what = UPNS[upn], DATES[day], SESSIONS[session], CODES[code]
        if who is None or when is None or which is None or what is None or (when > TERMS.today and what not in ("-", "V")):
            counts["refused"] += 1
        else:
            marks.setdefault((who, when, which), []).append("\\" if what == "/" and which == "PM" else what)
    for cell, same in marks.items():
        if len(set(same)) > 1 and "-" in same:
            counts["missing"] += same.count("-")
            marks[cell] = [mark for mark in same if mark != "-"]
    expected = {cell: same[0] for cell, same in marks.items() if len(set(same)) == 1}
    counts["refused"] += sum(len(same) for cell, same in marks.items() if cell not in expected)
    counts["missing"] += sum(mark == "-" for mark in expected.values())
    counts["repeated"] += sum(len(marks[cell]) - 1 for cell in expected)

    checked = check(*(",".join(row) for row in drawn))
    receipt = checked.receipt
    assert sorted(taken(checked)) == sorted((*cell, mark) for cell, mark in expected.items())
    assert receipt.rows == len(drawn)
    assert (receipt.accepted, receipt.refused_rows) == (sum(mark != "-" for mark in expected.values()), counts["refused"])
    assert (receipt.missing, receipt.repeated) == (counts["missing"], counts["repeated"])
    assert len({finding.line for finding in receipt.refused}) == counts["refused"]


noise = st.text(st.sampled_from('BA8,"\n/M2-')).map(lambda body: f"{HEADER}\n{body}")


@given(st.binary() | (st.text() | noise).map(str.encode))
def test_no_bytes_raise_anything_but_the_refusal(data: bytes) -> None:
    try:
        checked = check_feed(data, TERMS)
    except FileRefused:
        return
    receipt = checked.receipt
    assert receipt.rows == receipt.accepted + receipt.refused_rows + receipt.missing + receipt.repeated
