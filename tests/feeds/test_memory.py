"""What a file asks of memory: bounded by what is kept of it, and not by how many things stand in it."""

import tracemalloc
from collections.abc import Callable

import pytest

from services.attendance.domain.formats import json_records
from services.attendance.domain.formats.workbook import TEXT
from tests.feeds.books import packed, parts, row
from tests.feeds.terms import ADA, answer
from tests.support.school import upn

MB = 1_000_000
WIDE = "\N{GRINNING FACE}"
"""One such character makes every other of its text four bytes long."""

HEAD = "UPN,date,session,code"
PEOPLE = "UPN,surname,forename,date of birth,year group"
RECORD = "<Record>" + "".join(f"<{name}>v</{name}>" for name in HEAD.split(",")) + "{}</Record>"
CELLS = "".join(f"<C{number}>{'y' * 39_990}{WIDE}</C{number}>" for number in range(90))


def report(record: str, times: int) -> bytes:
    return f"<SuperStarReport>{record * times}</SuperStarReport>".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "JSON of zeros": lambda: b"[" + b"0," * 4_000_000 + b"0]",
    "JSON of empty records": lambda: b"[" + b"{}," * 2_500_000 + b"{}]",
    "JSON of pages of nothing": lambda: b'{"data":[' + b"[]," * 2_500_000 + b"[]]}",
    "JSON in lines": lambda: b"{}\n" * 2_500_000,
    "JSON of names": lambda: b"{" + b",".join(b'"%d":0' % number for number in range(700_000)) + b"}",
    "JSON of students": lambda: b"[" + b",".join(b'{"upi":%d}' % number for number in range(500_000)) + b"]",
    "blank lines": lambda: f"{HEAD}\n{ADA},2026-09-07,AM,/\n".encode() + b"\n" * 8_000_000,
    "long comments": lambda: f"{HEAD},comment\n".encode() + f"{ADA},2026-09-07,AM,/,{'x' * 60_000}{WIDE}\n".encode() * 140,
    "long cells of a report": lambda: report(RECORD.format(CELLS), 2),
    "many long cells of a report": lambda: report(RECORD.format(CELLS[:400_000] + "</C9>"), 20),
    "a roll without end": lambda: f"{PEOPLE}\n".encode() + b"".join(b"%s,a,b,2012-01-01,8\n" % upn(n).encode() for n in range(200_000)),
    "a roll of nonsense": lambda: f"{PEOPLE}\n".encode() + b"".join(b"X%012d,a,b,2012-01-01,8\n" % n for n in range(200_000)),
    "refused rows of wide texts": lambda: f"{HEAD}\n".encode() + f"x,{'y' * 900}{WIDE},AM,/\n".encode() * 9_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_of_8_megabytes_asks_for_little(name: str) -> None:
    """40 MB beside itself at most; what it was found with asked for 350 and more at four times the size."""
    data = HOSTILE[name]()
    assert len(data) < 9 * MB
    tracemalloc.start()
    try:
        answer(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MB, f"{peak:,} bytes for {len(data):,}"


def test_texts_of_a_workbook_are_counted() -> None:
    texts = f"<si><t>{'x' * 39_999}{WIDE}</t></si>" * (TEXT // 40_000 + 1)
    contents = parts(row(1, *HEAD.split(",")) + row(2, ADA, "2026-09-07", "AM", "/"))
    contents["xl/sharedStrings.xml"] = f"<sst>{texts}</sst>"
    stored = packed(contents, pack=False)
    assert "too many texts" in str(answer(stored))


@pytest.mark.parametrize(
    ("document", "count"),
    [("[]", 1), ("[1]", 1), ("[1,2,[3,4],{}]", 4), ('{"a":"x,y","b":[1,2]}', 2), (r'["a\",\\\"b","\\",1]', 3), (r'["\\\\",2]', 2)],
)
def test_what_stands_in_a_document_is_counted(document: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "RECORD", 0)
    for block in range(2, len(document) + 1):
        monkeypatch.setattr(json_records, "_BLOCK", block)
        assert json_records._holds(memoryview(document.encode())) == count, block
