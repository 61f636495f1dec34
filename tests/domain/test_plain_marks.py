"""The short cut for the usual file says what the reading row by row says, or nothing."""

import csv
import random
import re
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_rows
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.enrolment import Span
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.plain_cells import DAYS_A_YEAR, PADDING, NotPlain, Text, day_number, day_text, days
from services.attendance.domain.plain_columns import BLOCK, LONGEST
from services.attendance.domain.plain_marks import plain_marks
from services.attendance.domain.text import LONGEST_LINE
from services.attendance.domain.upn import check_letter
from shared.bank_holidays import BANK_HOLIDAYS

TODAY = date(2026, 11, 20)
HEADER = ["UPN", "Date", "Session", "Code", "Minutes late", "Comment"]


def upn(serial: int) -> str:
    digits = f"8014321260{serial:02}"
    return check_letter("A" + digits) + digits


UPNS = [upn(serial) for serial in range(12)]
TERMS = Terms(TODAY, on_roll=frozenset(UPNS))
LEAVES = Terms(TODAY, on_roll=frozenset(UPNS), enrolled={(UPNS[0], 2026): Span(None, date(2026, 11, 18))})
DAYS = [TODAY - timedelta(days=n) for n in (0, 1, 2, 7, 130, 365)]
GOOD = [("/", "AM"), ("\\", "PM"), ("I", "AM"), ("O", "PM"), ("L", "AM"), ("J1", "PM"), ("Y1", "AM")]
ODD_ROWS = [
    [UPNS[1], "2026-11-20", "AM", "?", "", ""],
    [UPNS[1], "2026-11-20", "AM", "-", "", ""],
    [UPNS[1], "2026-11-20", "PM", "/", "", ""],
    [UPNS[1], "2026-11-31", "AM", "/", "", ""],
    [UPNS[1], "2026-11-21", "AM", "/", "", ""],
    [UPNS[1], "20/11/2026", "AM", "/", "", ""],
    [UPNS[1], "2026-11-20", "am", "/", "", ""],
    [UPNS[1].lower(), "2026-11-20", "AM", "/", "", ""],
    ["Z" + UPNS[1][1:], "2026-11-20", "AM", "/", "", ""],
    [upn(13), "2026-11-20", "AM", "/", "", ""],
    [UPNS[1], "2026-11-20", "AM", "/", "late", ""],
    [UPNS[1], "2026-11-20", "AM", "/", "", 'said "so"'],
    [UPNS[1], "2026-11-20", "AM", "/", "", "cr\u00e8che"],
    [UPNS[1], "2026-11-20", "AM", "/"],
    [UPNS[1], "2026-11-20", "AM", "/", "", "", ""],
    [""],
]
LENGTHS = [LONGEST, LONGEST + 1, LONGEST + 100, LONGEST_LINE, LONGEST_LINE + 1, LONGEST_LINE + 70_000]


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, bool]:
    """Good rows in any order and number, columns in any order, and now and then a row that stands twice or is odd, one that is very long
    or a carriage return that stands alone; whether any is."""
    cells = draw(st.lists(st.tuples(st.sampled_from(UPNS), st.sampled_from(DAYS), st.sampled_from(GOOD)), min_size=1, max_size=40))
    rows = [
        [who, day.isoformat(), session, code, "7" if code == "L" else "", draw(st.sampled_from(["", "", "bus"]))]
        for who, day, (code, session) in cells
    ]
    if draw(st.booleans()):
        rows = list({(row[0], row[1], row[2]): row for row in rows}.values())
    odd = draw(st.integers(0, 3)) == 0
    if odd:
        rows.insert(draw(st.integers(0, len(rows))), draw(st.sampled_from(ODD_ROWS)))
    if draw(st.booleans()):
        rows.sort()
    order = draw(st.permutations(range(len(HEADER))))
    lines = [",".join([row[at] for at in order] if len(row) == len(HEADER) else row) for row in [HEADER, *rows]]
    at, shape = draw(st.integers(0, len(lines) - 1)), draw(st.sampled_from([*[""] * 9, "long", "return", "return"]))
    if shape:
        odd = True
        lines[at] = longer(lines[at], draw(st.sampled_from(LENGTHS))) if shape == "long" else with_a_return(draw, lines[at])
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return (end.join(lines) + draw(st.sampled_from(["", end]))).encode(), odd


def longer(line: str, length: int) -> str:
    """By blanks behind its last cell, which mean nothing."""
    return line.ljust(length)


def with_a_return(draw: st.DrawFn, line: str) -> str:
    place = draw(st.integers(0, len(line)))
    return f"{line[:place]}\r{line[place:]}"


def both(data: bytes, terms: Terms) -> tuple[CheckedMarks | None, CheckedMarks | str]:
    quick = plain_marks(data, terms)
    try:
        checked = check_rows(data, terms)
    except FileRefused as refused:
        return quick, str(refused)
    assert isinstance(checked, CheckedMarks)
    return quick, checked


@given(files(), st.sampled_from([TERMS, LEAVES]))
@settings(max_examples=400, deadline=None)
def test_it_says_the_same_or_nothing(file: tuple[bytes, bool], terms: Terms) -> None:
    data, odd = file
    quick, thorough = both(data, terms)
    remarkable = isinstance(thorough, str) or thorough.account.remarkable or thorough.account.missing
    if quick is None:
        assert odd or remarkable
        return
    assert isinstance(thorough, CheckedMarks)
    assert not remarkable
    assert quick.receipt == thorough.receipt
    assert quick.batches == thorough.batches


@given(
    st.text("0123456789-", min_size=10, max_size=10)
    | st.dates().map(str)
    | st.from_regex(r"20[0-9]{2}-[01][0-9]-[0-4][0-9]", fullmatch=True)
)
def test_a_day_stands_for_one_text(text: str) -> None:
    shape = re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", text)
    try:
        (number,) = days(Text.of(text.encode() + bytes(PADDING)), np.array([0])).tolist()
    except NotPlain:
        assert not shape
    else:
        assert shape
        assert day_text(number) == text
        assert number - day_number(int(text[:4])) < DAYS_A_YEAR


def test_neither_takes_what_the_other_refuses() -> None:
    """A header that is two lines to who reads row by row; a cell, and a line of cells, that are too long to be read so."""
    row = f"{UPNS[0]},2026-11-20,AM,/"
    split = f"UPN,Da\rte,Session,Code\n{row}\n"
    cell = f"UPN,Date,Session,Code,Comment\n{row},{' ' * (csv.field_size_limit() + 1)}\n"
    line = "UPN,Date,Session,Code" + ",Weather" * 12 + f"\n{row}" + f",{' ' * 100_000}" * 12 + "\n"
    for text in (split, cell, line):
        quick, thorough = both(text.encode(), TERMS)
        assert quick is None
        assert isinstance(thorough, str) or thorough.account.remarkable
    quick, thorough = both(cell.replace(" ", "", 60).encode(), TERMS)
    assert quick is not None
    assert isinstance(thorough, CheckedMarks)
    assert quick.receipt == thorough.receipt


def test_a_file_of_several_blocks() -> None:
    days = [date(2025, 9, 1) + timedelta(days=n) for n in range(320)]
    cells = [(who, day, half) for day in days if day.weekday() < 5 and day not in BANK_HOLIDAYS for who in UPNS for half in ("AM", "PM")]
    random.Random(1).shuffle(cells)
    rows = [
        f"{who},{day},{half},{'/' if half == 'AM' else chr(92)},{'9' * (at % 50 == 0)},{'x' * 400}"
        for at, (who, day, half) in enumerate(cells)
    ]
    data = "\n".join([",".join(HEADER), *rows]).encode()
    assert len(data) > 2 * BLOCK
    quick, thorough = both(data, TERMS)
    assert quick is not None
    assert isinstance(thorough, CheckedMarks)
    assert quick.batches == thorough.batches
    assert quick.receipt == thorough.receipt


def test_what_is_no_code_in_one_file_stands_in_no_other_files_way() -> None:
    """What is known of a day's marks is known for every file of the day: a file of nonsense is not to fill it for the others."""
    nonsense = [f"{a}{b}" for a in "!#$%&" for b in "!#$%&()*+.:;<=>"]
    today = TODAY - timedelta(days=1)
    terms = Terms(today, on_roll=frozenset(UPNS))

    def file(codes: Sequence[str]) -> bytes:
        return ("UPN,Date,Session,Code\n" + "".join(f"{UPNS[0]},{today},AM,{code}\n" for code in codes)).encode()

    for code in nonsense:
        assert plain_marks(file([code]), terms) is None
    assert plain_marks(file(["/"]), terms) is not None
