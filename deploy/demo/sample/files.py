"""A school's files as its own system would write them: the roll, and marks in one file for each half-term or day."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date

from deploy.demo.sample.model import Child, Parent, Style
from deploy.demo.sample.register import PRESENT, Register

_PARENT = ("name", "relationship", "address", "address confidential", "date of birth", "phone", "email")
ROLL = (
    *("UPN", "Surname", "Forename", "Date of birth", "Year group", "Sex", "Address"),
    *(f"Parent {place} {column}" for place in (1, 2) for column in _PARENT),
    *("Looked after", "Special educational needs", "Health needs"),
)
MARKS = ("UPN", "Date", "Session", "Code", "Minutes late", "Comment")
_CASES: tuple[Callable[[str], str], ...] = (str.lower, str.upper, str.title)


def header(columns: tuple[str, ...], style: Style) -> list[str]:
    """Odd letter case and underscores in the underscored style, as some systems export."""
    if style != "underscored":
        return list(columns)
    return [_CASES[place % 3](column.replace(" ", "_")) for place, column in enumerate(columns)]


def roll_csv(roll: Iterable[Child], year: int, style: Style) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header(ROLL, style))
    writer.writerows(_child(child, year, style) for child in roll)
    return out.getvalue().encode()


def marks_csv(register: Register, days: Iterable[date], style: Style) -> bytes:
    """The marks of some of the register's days, child by child."""
    place = {day: n for n, day in enumerate(register.days)}
    wanted = [2 * place[day] + half for day in days for half in (0, 1)]
    tails = {at: f",{_date(register.days[at // 2], style)},{'PM' if at % 2 else 'AM'}," for at in wanted}
    plain = {at: f"{tail}{_symbol(PRESENT, at)},,\r\n" for at, tail in tails.items()}
    noted = {child for child, _ in register.notes}
    lines = [",".join(header(MARKS, style)) + "\r\n"]
    for index, (child, row) in enumerate(zip(register.roll, register.cells, strict=True)):
        upn = child.upn
        if index not in noted:
            lines += [upn + (plain[at] if row[at] == PRESENT else f"{tails[at]}{row[at]},,\r\n") for at in wanted]
        else:
            lines += [f"{upn}{tails[at]}{_symbol(row[at], at)},{_note(register, index, at)}\r\n" for at in wanted]
    return "".join(lines).encode()


def _symbol(code: str, at: int) -> str:
    return "\\" if code == PRESENT and at % 2 else code


def _note(register: Register, child: int, at: int) -> str:
    minutes, comment = register.notes.get((child, at), (None, ""))
    quoted = f'"{comment}"' if "," in comment else comment
    return f"{'' if minutes is None else minutes},{quoted}"


def _child(child: Child, year: int, style: Style) -> list[str]:
    parents = [_parent(parent, style) for parent in child.parents] + [[""] * len(_PARENT)] * 2
    return [
        *(child.upn, child.surname, child.forename, _date(child.born, style)),
        *(_group(child.year_group(year), style), child.sex, child.address, *parents[0], *parents[1]),
        *("yes" if child.looked_after else "no", child.needs, child.health),
    ]


def _parent(parent: Parent, style: Style) -> list[str]:
    born = _date(parent.born, style) if parent.born else ""
    hidden = "yes" if parent.confidential else "no"
    return [parent.name, parent.relationship, parent.address, hidden, born, parent.phone, parent.email]


def _group(group: int, style: Style) -> str:
    if style == "british":
        return f"Year {group}" if group else "Reception"
    return str(group) if group else "R"


def _date(day: date, style: Style) -> str:
    return day.strftime("%d/%m/%Y") if style == "british" else day.isoformat()
