"""Whatever is pushed gets a receipt or one line, and no more memory than its own size asks for."""

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.receipts import Receipt
from tests.feeds.books import packed, parts, row, workbook
from tests.feeds.terms import ADA, BEN, TERMS, answer
from tests.support.school import upn

HEAD = "UPN,Date,Session,Mark"
MARKS = f"{HEAD}\n{ADA},2026-09-07,AM,/\n{BEN},2026-09-07,AM,I\n"
XML = f"<SuperStarReport><Record><UPN>{ADA}</UPN><Date>2026-09-07</Date><Session>AM</Session><Mark>/</Mark></Record></SuperStarReport>"
STRING = "<AttendanceStartDate>2025-09-01</AttendanceStartDate><AttendanceMarks>//</AttendanceMarks>"
CTF = f"<CTfile><CTFpupilData><Pupil><UPN>{ADA}</UPN><Attendance><YearData>{STRING}</YearData></Attendance></Pupil></CTFpupilData></CTfile>"
JSON = f'{{"data": [{{"student": {{"upn": "{ADA}"}}, "attendance_code": {{"code": "/"}}, "date": "2026-09-07", "session": "AM"}}]}}'
GOOD = {
    "comma": MARKS.encode(),
    "semicolon": MARKS.replace(",", ";").encode("cp1252"),
    "utf-16": MARKS.encode("utf-16"),
    "workbook": workbook(*[[line.split(",") for line in MARKS.splitlines()]]),
    "by hand": packed(parts(row(1, *HEAD.split(",")) + row(2, ADA, "2026-09-07", "AM", "/"))),
    "SIMS": XML.encode(),
    "CTF": CTF.encode(),
    "Wonde": JSON.encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_files_from_which_worse_ones_are_made_are_good(name: str) -> None:
    received = answer(GOOD[name])
    assert isinstance(received, Receipt)
    assert received.accepted or name == "CTF"


edits = st.lists(
    st.tuples(
        st.sampled_from(["put", "cut", "twice", "swap"]),
        st.integers(0, 10_000),
        st.integers(0, 200),
        st.sampled_from([b"\0", b"\xff\xfe", b"\r", b"\n", b'"', b"<", b"&x;", b"{", b"]", b"\\", b",", b";", b"Testerly", b"PK\x03\x04"]),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("name", GOOD)
@given(edits=edits)
@settings(max_examples=60)
def test_a_file_made_worse_gets_a_receipt_or_one_line(name: str, edits: list[tuple[str, int, int, bytes]]) -> None:
    data = GOOD[name]
    for how, place, length, piece in edits:
        at = place % (len(data) + 1)
        inside = data[at : at + length]
        middle = {"put": piece + inside, "cut": b"", "twice": inside * 2, "swap": inside[::-1]}[how]
        data = data[:at] + middle + data[at + length :]
    answer(data)


@pytest.mark.parametrize("first", GOOD)
@pytest.mark.parametrize("second", GOOD)
def test_two_files_in_one_get_a_receipt_or_one_line(first: str, second: str) -> None:
    answer(GOOD[first] + GOOD[second])


def test_a_published_table_that_is_no_feed_is_refused() -> None:
    published = Path(__file__).parents[1] / "data" / "dfe_year_to_date_2025_26.csv"
    assert "does not name the columns" in str(answer(published.read_bytes()))


DAYS = [day.isoformat() for day in (date(2025, 9, 1) + timedelta(days=n) for n in range(300)) if day.weekday() < 5][:190]
SIZE, KEPT = 3_000_000, 70_000_000


def lines(make: Callable[[int], str], header: str = HEAD) -> bytes:
    """A file of so many bytes. Its rows repeat after the first megabyte, if there are as many."""
    rows, length = [header.encode() + b"\n"], len(header)
    number = 0
    while length < SIZE:
        rows.append(make(number).encode() + b"\n")
        length += len(rows[-1])
        number += 1
    return b"".join(rows)


LARGE: dict[str, Callable[[], bytes]] = {
    "a year of marks": lambda: lines(lambda n: f"{upn(1000 + n // 380)},{DAYS[n // 2 % 190]},{('AM', 'PM')[n % 2]},/"),
    "one row": lambda: lines(lambda n: f"{ADA},2025-09-01,AM,/"),
    "one session, marked otherwise": lambda: lines(lambda n: f"{ADA},2025-09-01,AM,{'/IO'[n % 3]}"),
    "no marks": lambda: lines(lambda n: f"{upn(1000 + n // 380)},{DAYS[n // 2 % 190]},{('AM', 'PM')[n % 2]},-"),
    "blank lines": lambda: lines(lambda n: "") + f"{ADA},2025-09-01,AM,/\n".encode(),
    "blank rows": lambda: lines(lambda n: ",,,") + f"{ADA},2025-09-01,AM,/\n".encode(),
    "nonsense": lambda: lines(lambda n: f"a{n},b,c,d"),
    "long nonsense": lambda: lines(lambda n: f"{n}{'x' * 3000},b,c,d"),
    "quotation marks": lambda: lines(lambda n: f'"{n}'),
    "children without end": lambda: lines(lambda n: f"{upn(n)},2025-09-01,AM,/"),
    "comments": lambda: lines(lambda n: f"{upn(1000 + n // 380)},{DAYS[n // 2 % 190]},AM,I,{n}", HEAD + ",comment"),
    "a roll": lambda: lines(lambda n: f"{upn(n)},Testerly,Ada,2015-04-30,7", "UPN,Surname,Forename,DOB,Year"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_takes_little_more_memory_than_its_own(name: str) -> None:
    """Three times its size beside what is kept of any file; rows kept as texts would take thirty times."""
    data = LARGE[name]()
    tracemalloc.start()
    with suppress(FileRefused):
        check_feed(data, TERMS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * SIZE + KEPT, f"{peak:,} bytes for {len(data):,}"
