"""Reports of SIMS Command Reporter, and XML that must do nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.terms import ADA, BEN, answer, marks, refusals, roll, taken


def report(*records: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<SuperStarReport>{"".join(records)}</SuperStarReport>'.encode()


def record(**cells: str) -> str:
    return "<Record>" + "".join(f"<{name}>{text}</{name}>" for name, text in cells.items()) + "</Record>"


ADAS_MARK = record(multiple_id="1,2", UPN=ADA, Date="2026-09-07T00:00:00", Session_x0020_Name="AM", Mark="/")
ONE = [(ADA, "2026-09-07", "AM", "/")]


def test_a_roll_is_read_with_the_columns_of_all_records() -> None:
    whole = {"Forename": "Ada", "DOB": "2015-04-30T00:00:00+01:00", "Year": "Year  7", "Reg": "7A", "Adno": "001234"}
    checked = roll(
        report(
            record(primary_id="7", UPN=ADA, Legal_x0020_Surname="Testerly", **whole),
            record(primary_id="8", UPN=BEN, Legal_x0020_Surname="Sample", **whole, Gender="M"),
            record(primary_id="9", UPN="B1", Legal_x0020_Surname="Sample", **whole),
        )
    )
    assert [(row.upn, row.surname, row.born.isoformat(), row.year_group) for row in checked.rows] == [
        (ADA, "Testerly", "2015-04-30", "7"),
        (BEN, "Sample", "2015-04-30", "7"),
    ]
    assert [row.details["sex"] for row in checked.rows] == [None, "M"]
    assert refusals(checked.receipt) == [(3, "UPN", "not a UPN")]


def test_marks_are_read_and_a_record_is_named_by_its_place() -> None:
    checked = marks(report(ADAS_MARK, record(UPN=BEN, Date="2026-09-07", Session_x0020_Name="AM"), record(UPN=BEN, Mark="/")))
    assert taken(checked)[0] == ONE[0]
    assert refusals(checked.receipt) == [(3, "date", "not a date (2026-09-07 or 07/09/2026)")]
    assert checked.receipt.missing == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_it_is_known_by_what_stands_in_it(encoding: str) -> None:
    data = report(ADAS_MARK).decode().replace('encoding="utf-8"', f'encoding="{encoding.removesuffix("-sig")}"').encode(encoding)
    assert taken(marks(data)) == ONE
    assert taken(marks(b"\n \n" + report(ADAS_MARK).partition(b"\n")[2])) == ONE


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "laughs": f'<!DOCTYPE a [<!ENTITY e0 "ha">{ENTITIES}]><SuperStarReport><Record><UPN>&e9;</UPN></Record></SuperStarReport>',
    "one long entity": f'<!DOCTYPE a [<!ENTITY e "{"x" * 100_000}">]><SuperStarReport>{"&e;" * 10_000}</SuperStarReport>',
    "a file": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><SuperStarReport><Record><UPN>&e;</UPN></Record></SuperStarReport>',
    "a host": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><SuperStarReport/>',
    "parameters": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]><SuperStarReport/>',
    "declarations without end": "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "x">' for n in range(200_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_document_type_is_refused_before_anything_in_it_is_read(name: str) -> None:
    begun = time.monotonic()
    assert "DOCTYPE" in str(answer(BOMBS[name].encode()))
    assert time.monotonic() - begun < 30, "none of its entities was read"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<SuperStarReport><Record><UPN>Testerly</Record></SuperStarReport>", "not well-formed (line 1)"),
        (report(ADAS_MARK)[:-3], "not well-formed"),
        (report(ADAS_MARK).replace(b"<UPN>", b"<UPN>&Testerly;"), "not well-formed"),
        (report(ADAS_MARK).replace(b"AM", b"\xff"), "not well-formed"),
        (report(ADAS_MARK).replace(b'"utf-8"', b'"klingon"'), "not well-formed"),
        (b"<a>" * 1_000_000, "elements deep"),
        (b"<SuperStarReport><Record>" + b"<a/>" * 6_000, "a record of more than"),
        (report(*(f"<Record><c{n}/></Record>" for n in range(301))), "more than 300 columns"),
        (b"<SuperStarReport " + b" ".join(b'a%d="x"' % n for n in range(300_000)) + b"/>", "more than 1 MB"),
        (b"<html><body>Testerly</body></html>", "a kind that is not known"),
        (b"<SuperStarReport/>", "it is empty"),
        (b"<", "not well-formed"),
    ],
)
def test_what_is_not_a_report_is_refused_in_a_line(data: bytes, says: str) -> None:
    assert says in str(answer(data))


def test_other_files_are_never_taken_in() -> None:
    href = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert refusals(marks(report(ADAS_MARK.replace(ADA, href))).receipt) == [(1, "UPN", "not a UPN")]


@given(
    st.lists(
        st.sampled_from(
            ["<Record>", "</Record>", "<UPN>", "</UPN>", "<Mark/>", ADA, "&amp;", "&x;", "<!--", "-->", "<![CDATA[", "]]>", "<a b='"]
        )
    )
)
def test_a_report_of_nonsense_is_refused_in_a_line_or_read(parts: list[str]) -> None:
    answer(report(*parts))
    answer(report(ADAS_MARK, *parts))
