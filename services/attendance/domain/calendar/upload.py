"""From an uploaded calendar, CSV or JSON, to what it says. A calendar is one thing: a line that cannot be read refuses the whole file."""

import csv
import io
import json
import re
from typing import Any, Final, get_args

from pydantic import ValidationError

from services.attendance.domain.calendar.said import Reason, Said
from services.attendance.domain.dates import parse_day
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.text import pieces
from shared.academic_year import Session, label, of_session

LARGEST: Final = 256 * 1024
"""Bytes of a calendar: a year day by day is some 10,000."""
MOST: Final = 1000
"""Statements of a calendar."""

COLUMNS: Final = ("date", "to", "session", "state", "reason", "year groups")
_DATES: Final = ("date", "to")
_WORDS: Final = {
    "session": f"{' or '.join(get_args(Session))}, or nothing for both",
    "state": "open or closed",
    "reason": f"one of: {', '.join(get_args(Reason))}",
    "year_groups": "year groups: N1, N2, R, 1 to 14 or X, parted by commas or spaces",
    "date": "a date (2026-09-07 or 07/09/2026)",
    "to": "a date (2026-09-07 or 07/09/2026), or nothing",
}


def read_calendar(data: bytes, year: int) -> tuple[Said, ...]:
    """What the file says of an academic year. FileRefused names the first line (CSV) or item (JSON) that cannot be read, and no value."""
    text = "".join(pieces(data))
    said = _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text)
    if not said:
        raise FileRefused("it says nothing: one line for each day or span, with date and state")
    if len(said) > MOST:
        raise FileRefused(f"a calendar is {MOST} lines at most: say spans by `date` and `to`")
    for where, one in said:
        if of_session(one.first) != year:
            raise FileRefused(f"{where}: the date is not in {label(year)} (1 August to 31 July)")
    return tuple(one for _, one in said)


def _from_json(text: str) -> list[tuple[str, Said]]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        raise FileRefused("it begins as JSON and cannot be read as JSON") from None
    if not isinstance(items, list):
        raise FileRefused('JSON is a list of days: [{"date": "2026-10-26", "to": "2026-10-30", "state": "closed"}]')
    return [(f"item {place}", _said(f"item {place}", item)) for place, item in enumerate(items, 1)]


def _from_csv(text: str) -> list[tuple[str, Said]]:
    header, _, _ = text.partition("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",")
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise FileRefused("it cannot be read as CSV") from None
    if not rows:
        raise FileRefused("it has no header line")
    names = [" ".join(cell.lower().replace("_", " ").split()) for cell in rows[0][1]]
    if not {"date", "state"} <= set(names) <= set(COLUMNS) or len(set(names)) != len(names):
        raise FileRefused(f"its columns are {', '.join(COLUMNS)}, in any order; date and state must be there")
    return [(f"line {line}", _said(f"line {line}", _item(line, names, row))) for line, row in rows[1:]]


def _item(line: int, names: list[str], row: list[str]) -> dict[str, Any]:
    if len(row) != len(names):
        raise FileRefused(f"line {line}: wrong number of columns")
    cells = {name: cell.strip() for name, cell in zip(names, row, strict=True) if cell.strip()}
    item: dict[str, Any] = {name: day if (day := parse_day(cell)) else cell for name, cell in cells.items() if name in _DATES}
    item |= {name: cells[name].lower() for name in ("state", "reason") if name in cells}
    if "session" in cells:
        item["session"] = cells["session"].upper()
    if "year groups" in cells:
        item["year_groups"] = _parted(cells["year groups"])
    return item


def _parted(cell: str) -> list[str]:
    return re.split("[,;]", cell) if {",", ";"} & set(cell) else cell.split()


def _said(where: str, item: object) -> Said:
    try:
        return Said.model_validate(item)
    except ValidationError as error:
        raise FileRefused(f"{where}: {_why(error.errors()[0])}") from None


def _why(fault: Any) -> str:
    """In words, without the value; a field that is not known might be one."""
    field = str(fault["loc"][0]) if fault["loc"] else None
    if field is None:
        return str(fault["msg"]).removeprefix("Value error, ")
    return f"{field}: {_WORDS[field]}" if field in _WORDS else f"its fields are {', '.join(_WORDS)}"
