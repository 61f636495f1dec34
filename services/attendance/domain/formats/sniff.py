"""Which format a file has, by what stands in it: names and content types are not asked."""

from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.delimited import read_delimited
from services.attendance.domain.formats.table import Table
from services.attendance.domain.formats.workbook import read_workbook
from services.attendance.domain.text import File

_HEAD: Final = 1024
_ZIP: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"


def read_tables(data: File) -> list[Table]:
    """The tables of a file: one of a roll or of marks, or one of each. Raises FileRefused."""
    head = bytes(data[:_HEAD])
    if head.startswith(_OLD_WORKBOOK):
        raise FileRefused('a workbook of before 2007, or one with a password: save it as "Excel workbook (.xlsx)" or as "CSV UTF-8"')
    if head.startswith(_ZIP):
        return [read_workbook(data)]
    return [read_delimited(data)]
