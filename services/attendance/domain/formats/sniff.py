"""Which format a file has, by what stands in it: names and content types are not asked."""

from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats import ctf, sims
from services.attendance.domain.formats.delimited import read_delimited
from services.attendance.domain.formats.table import Table
from services.attendance.domain.formats.wonde import read_wonde
from services.attendance.domain.formats.workbook import read_workbook
from services.attendance.domain.formats.xml_records import root_of
from services.attendance.domain.text import UTF_16, File

_HEAD: Final = 1024
_ZIP: Final = b"PK\x03\x04"
_PDF: Final = b"%PDF-"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"


def read_tables(data: File, laestab: str | None = None) -> list[Table]:
    """The tables of a file: one of a roll or of marks, or a roll's and one of marks. Raises FileRefused.

    `laestab`: the school's LA and establishment numbers, where they are known.
    """
    head = bytes(data[:_HEAD])
    if head.startswith(_OLD_WORKBOOK):
        raise FileRefused('a workbook of before 2007, or one with a password: save it as "Excel workbook (.xlsx)" or as "CSV UTF-8"')
    if head.startswith(_PDF):
        raise FileRefused("a PDF: export CSV or XLSX")
    if head.startswith(_ZIP):
        return [read_workbook(data)]
    match _first_character(head):
        case "<":
            return _read_xml(data, laestab)
        case "{" | "[":
            return read_wonde(data)
        case _:
            return [read_delimited(data)]


def _first_character(head: bytes) -> str:
    """The first that is not a space, by which XML and JSON are known, in any encoding that they come in."""
    encoding = "utf-16" if head.startswith(UTF_16) else "utf-8-sig"
    return head.decode(encoding, "ignore").lstrip()[:1]


def _read_xml(data: File, laestab: str | None) -> list[Table]:
    root = root_of(data)
    if root == sims.ROOT:
        return [sims.read_report(data)]
    if root == ctf.ROOT:
        return ctf.read_transfer(data, laestab)
    raise FileRefused("an XML file of a kind that is not known: SIMS Command Reporter's (SuperStarReport) and CTF are")
