"""A report as a workbook (XLSX): a sheet for each section, figures as numbers, and no text that a spreadsheet would take for a formula."""

import io
from datetime import UTC, datetime, time
from typing import Any, Final

import xlsxwriter

from services.referrals.domain.report import Cell, Report, Section, Style

_PLAIN: Final = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
_FORMS: Final[dict[Style, str]] = {"count": "#,##0", "percent": "0.0", "points": "+0.0;-0.0;0.0"}
_SHEET: Final = 31
"""Characters of a sheet's name at most; of it these are not allowed."""
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\", None))


def xlsx(report: Report) -> bytes:
    """Percentages are in per cent: 91.5, not 0.915. What is hidden is the letter c."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as book:
        book.set_properties(
            {
                "title": f"{report.school}: attendance and casework, {report.period}",
                "author": report.company,
                "created": datetime.combine(report.made, time(), UTC),
            }
        )
        paper = _Paper(book)
        _front(paper, report)
        for section in report.sections:
            _sheet(paper, section)
    return out.getvalue()


class _Paper:
    """The book with its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.heading = book.add_format({"bold": True, "font_size": 12})
        self.head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEF2F6", "valign": "top"})
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.right = book.add_format({"align": "right"})
        self._cells: dict[tuple[Style, bool, str], Any] = {}

    def cell(self, style: Style, bold: bool, beside: str = "") -> Any:
        """`beside` is shown with the number, which stays one."""
        if (style, bold, beside) not in self._cells:
            shown = _FORMS[style] + (f'" {beside}"' if beside else "") if style in _FORMS else ""
            self._cells[style, bold, beside] = self.book.add_format({"bold": bold, **({"num_format": shown} if shown else {})})
        return self._cells[style, bold, beside]

    def put(self, sheet: Any, row: int, column: int, cell: Cell, *, bold: bool = False, right: bool = False) -> None:
        if cell.number is None:
            sheet.write_string(row, column, cell.text, self.right if right else self.cell("text", bold))
        else:
            sheet.write_number(row, column, cell.number, self.cell(cell.style, bold, cell.beside))


def _front(paper: _Paper, report: Report) -> None:
    sheet = paper.book.add_worksheet("Report")
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 2, 28)
    whom = "for the head teacher" if report.audience == "head" else "for the governing body: counts under six are not shown"
    sheet.write_string(0, 0, "Attendance and casework", paper.title)
    for row, said in enumerate((f"{report.school}, URN {report.urn}", report.period, whom, f"{report.company}, {report.made}"), 1):
        sheet.write_string(row, 0, said)
    sheet.write_string(6, 0, f"From {report.first} to {report.last}")
    for row, headline in enumerate(report.headlines, 8):
        sheet.write_string(row, 0, headline.label[:1].upper() + headline.label[1:])
        paper.put(sheet, row, 1, headline.cell, right=True)
        sheet.write_string(row, 2, headline.beside)


def _sheet(paper: _Paper, section: Section) -> None:
    sheet = paper.book.add_worksheet(section.title.translate(_NOT_IN_NAMES)[:_SHEET])
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 12, 16)
    sheet.write_string(0, 0, section.title, paper.title)
    row = 2
    for table in section.tables:
        sheet.write_string(row, 0, table.title, paper.heading)
        for column, name in enumerate(table.columns):
            sheet.write_string(row + 1, column, name, paper.head)
        for at, cells in enumerate(table.rows, row + 2):
            last = table.total and at == row + 1 + len(table.rows)
            for column, cell in enumerate(cells):
                paper.put(sheet, at, column, cell, bold=last, right=column > 0)
        row += len(table.rows) + 3
        if table.note:
            sheet.write_string(row - 1, 0, table.note)
            row += 1
    for said in section.words:
        sheet.merge_range(row, 0, row, 8, "", paper.words)
        sheet.write_string(row, 0, said, paper.words)
        sheet.set_row(row, 15 * (1 + len(said) // 110))
        row += 1
