"""Workbooks: typed cells, several sheets, and what must do nothing."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import numbers
from python_calamine import CalamineWorkbook

from services.attendance.domain.formats.archive import Archive
from services.attendance.domain.formats.sniff import read_tables
from tests.feeds.books import MAIN, packed, parts, row, saved, workbook
from tests.feeds.terms import ADA, BEN, CY, answer, marks, refusals, roll, taken

HEAD = ["UPN", "Date", "Session", "Mark"]
DAY = date(2026, 9, 7)
ONE = [(ADA, "2026-09-07", "AM", "/")]


def test_typed_cells_are_read_as_their_user_sees_them() -> None:
    head = ["Adno", "UPN", "Legal Surname", "Legal Forename", "DOB", "NC Year", "Looked after"]
    day = datetime(2015, 4, 30)  # noqa: DTZ001
    checked = roll(workbook([head, [1234, ADA, "Testerly", "Ada", day, 7, True], [None] * 7, ["x", BEN, "Sample", "Ben", "x", 7.0, None]]))
    (ada,) = checked.rows
    assert (ada.born, ada.year_group, ada.details["looked after"]) == (date(2015, 4, 30), "7", True)
    assert refusals(checked.receipt) == [(4, "date of birth", "not a date (2015-04-30 or 30/04/2015)")]


def test_the_first_sheet_with_a_header_is_read_below_its_titles_and_by_the_rows_of_the_sheet() -> None:
    notes = [["Printed for the governors"], ["Mark", "Testerly"]]
    checked = marks(workbook(notes, [["Attendance"], [], HEAD, [ADA, DAY, "AM", "/"], [BEN, DAY, "AM", "?"]], [HEAD, [CY, DAY, "AM", "I"]]))
    assert taken(checked) == ONE
    assert refusals(checked.receipt) == [(5, "code", "not a register code")]


@pytest.mark.parametrize("code", ["dd/mm/yyyy", "[$-809]d mmmm yyyy;@", 'd" of "mmmm', numbers.FORMAT_DATE_XLSX14])
def test_a_number_is_a_day_by_the_format_of_its_cell(code: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for cells in (HEAD, [ADA, 46272, "AM", "/"], [BEN, 46272, "AM", "/"]):
        sheet.append(cells)
    sheet["B2"].number_format = code
    checked = marks(saved(book))
    assert taken(checked) == ONE
    assert [line for line, field, _ in refusals(checked.receipt) if field == "date"] == [3]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    for cells in (HEAD, [ADA, DAY, "AM", "/"]):
        book.worksheets[0].append(cells)
    assert taken(marks(saved(book))) == ONE


def test_a_formula_is_its_stored_value_and_without_one_its_row_is_refused() -> None:
    cells = f'<c r="A2" t="str"><f>HYPERLINK("http://example.test")</f><v>{ADA}</v></c><c r="B2" t="d"><v>2026-09-07</v></c>'
    marked = '<c r="C2" t="str"><f>"A"&amp;"M"</f><v>AM</v></c><c r="D2" t="str"><f>1+1</f><v>/</v></c>'
    empty = f'<row r="3"><c r="A3" t="str"><f>"{BEN}"</f></c><c r="B3"><f>TODAY()</f></c></row>'
    checked = marks(packed(parts(row(1, *HEAD) + f'<row r="2">{cells}{marked}</row>' + empty + row(4, BEN, "2026-09-07", "AM", "?"))))
    assert taken(checked) == ONE
    assert [(line, field) for line, field, _ in refusals(checked.receipt)] == [(3, "UPN"), (4, "code")]


def test_a_formula_that_nobody_computed_clears_no_mark() -> None:
    book = Workbook()
    rows = ([*HEAD, "total"], [ADA, "2026-09-07", "AM", "/", "=1+1"], [BEN, "2026-09-07", "AM", "=1+1", "=1+1"])
    for cells in rows:
        book.worksheets[0].append(cells)
    checked = marks(saved(book))
    assert taken(checked) == ONE
    assert refusals(checked.receipt) == [(3, "code", "a formula without a value: open and save the workbook in Excel first")]


def test_the_empty_value_of_a_formula_is_no_mark() -> None:
    cells = row(3, BEN, "2026-09-07", "AM").replace("</row>", '<c r="D3" t="str"><f>""</f><v></v></c></row>')
    checked = marks(packed(parts(row(1, *HEAD) + cells)))
    assert checked.receipt.missing == 1


@pytest.mark.parametrize(("from_1904", "serial"), [("1", "2958465"), ("0", "2958465.9999999999")])
def test_a_day_behind_the_last_is_no_date(from_1904: str, serial: str) -> None:
    contents = parts(row(1, *HEAD) + row(2, ADA, "2026-09-07", "AM", "/"))
    sheet = str(contents["xl/worksheets/sheet1.xml"])
    day = '<c r="B2" t="inlineStr"><is><t>2026-09-07</t></is></c>'
    assert day in sheet
    contents["xl/worksheets/sheet1.xml"] = sheet.replace(day, f'<c r="B2" s="1"><v>{serial}</v></c>')
    contents["xl/workbook.xml"] = str(contents["xl/workbook.xml"]).replace("<sheets>", f'<workbookPr date1904="{from_1904}"/><sheets>')
    contents["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    assert [(line, field) for line, field, _ in refusals(marks(packed(contents)).receipt)] == [(2, "date")]


def test_a_sheet_that_many_tabs_name_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = parts("<row/>")
    sheets = "".join(f'<sheet name="S{at}" sheetId="{at}" r:id="rId1"/>' for at in range(20))
    contents["xl/workbook.xml"] = str(contents["xl/workbook.xml"]).replace("</sheets>", f"{sheets}</sheets>")
    read, pieces = list[str](), Archive.pieces

    def told(archive: Archive, name: str) -> Iterator[bytes]:
        read.append(name)
        return pieces(archive, name)

    monkeypatch.setattr(Archive, "pieces", told)
    assert "it is empty" in str(answer(packed(contents)))
    assert len([name for name in read if "sheet1" in name]) == 1


def test_cells_that_do_not_say_where_they_are_stand_one_after_the_other() -> None:
    cells = "".join(
        f'<c t="inlineStr"><is><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r></is></c>' for text in (ADA, "2026-09-07", "AM", "/")
    )
    assert taken(marks(packed(parts(row(1, *HEAD) + f"<row>{cells}</row>")))) == ONE


def test_two_cells_in_the_far_corners_of_a_sheet_are_two_cells() -> None:
    """A reader that lays the sheet out asks for terabytes and ends the process."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    checked = marks(packed(parts(row(1, *HEAD) + row(2, ADA, "2026-09-07", "AM", "/") + far)))
    assert taken(checked) == ONE
    assert [line for line, _, _ in refusals(checked.receipt)] == [1048576]


@pytest.mark.parametrize(
    "name", ["../../../tmp/evil.xml", "/etc/passwd", "..\\..\\evil", "C:\\evil.xml", "xl/worksheets/../../../evil.xml"]
)
def test_paths_in_names_do_nothing(name: str) -> None:
    assert taken(marks(packed(parts(row(1, *HEAD) + row(2, ADA, "2026-09-07", "AM", "/"), **{name: "x"})))) == ONE


def test_a_sheet_that_is_said_to_lie_elsewhere_is_not_looked_for() -> None:
    contents = parts(row(1, *HEAD))
    relations = str(contents["xl/_rels/workbook.xml.rels"])
    for target in ("../../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://example.test/sheet.xml"):
        said = packed({**contents, "xl/_rels/workbook.xml.rels": relations.replace("worksheets/sheet1.xml", target)})
        assert answer(said) == "The file is refused: it is empty."


def test_what_unpacks_to_far_more_than_a_workbook_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(parts(" " * 30_000_000))
    monkeypatch.delattr(zipfile.ZipFile, "open")
    assert "unpacks to far more" in str(answer(bomb))


def test_a_part_that_hides_its_size_is_refused() -> None:
    contents = parts(row(1, *HEAD) + row(2, ADA, "2026-09-07", "AM", "/") * 50_000)
    data = packed(contents)
    size = len(str(contents["xl/worksheets/sheet1.xml"])).to_bytes(4, "little")
    assert data.count(size) == 2
    assert "cannot be unpacked" in str(answer(data.replace(size, (5000).to_bytes(4, "little"))))


def test_more_parts_than_a_workbook_has_are_refused_before_they_are_listed() -> None:
    assert "parts" in str(answer(packed({f"xl/{number}.xml": "" for number in range(2001)})))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_document_type_in_any_part_is_refused(part: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
    assert "DOCTYPE" in str(answer(packed({**parts(row(1, *HEAD)), part: bomb})))


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_an_archive_that_is_no_workbook_is_refused_in_a_line(missing: str) -> None:
    contents = parts(row(1, *HEAD))
    del contents[missing]
    assert isinstance(answer(packed(contents)), str)


def test_a_workbook_with_a_password_is_refused_with_what_to_do() -> None:
    assert "password" in str(answer(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))
    data = bytearray(packed(parts(row(1, *HEAD))))
    for start in (at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02"):
        data[start + 8] |= 1
    assert "password" in str(answer(bytes(data)))


@given(st.data())
@settings(max_examples=200)
def test_a_workbook_that_was_damaged_is_refused_in_a_line_or_read(data: st.DataObject) -> None:
    whole = bytearray(packed(parts(row(1, *HEAD) + row(2, ADA, "2026-09-07", "AM", "/"))))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=5)):
        whole[place] = byte
    answer(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@given(st.text(st.sampled_from('<>/rc=" vt1AB&;!-[]'), max_size=200))
def test_a_sheet_of_nonsense_is_refused_in_a_line_or_read(rows: str) -> None:
    answer(packed(parts(row(1, *HEAD) + rows)))


cells = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.dates(date(1930, 1, 1), date(2100, 1, 1))
    | st.sampled_from(["x", "é &<", " y "])
)


@given(st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=10))
@settings(max_examples=50)
def test_a_library_that_reads_workbooks_reads_the_same(table: list[list[Any]]) -> None:
    data = workbook([HEAD, *table])
    (read,) = read_tables(data)
    ours = [line_row for chunk in read.chunks for line_row in zip(chunk.lines, chunk.rows, strict=True)]
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    filled = [(number, [_text(cell) for cell in cells]) for number, cells in enumerate(theirs, 2)]
    assert ours == [(number, cells) for number, cells in filled if any(map(str.strip, cells))]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(int(cell))
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def test_a_pdf_is_refused_with_what_to_export_instead() -> None:
    assert "a PDF: export CSV or XLSX" in str(answer(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"))
