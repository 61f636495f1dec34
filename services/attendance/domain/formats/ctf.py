"""Common Transfer Files (CTF): a roll, and the children's attendance so far. Sent when a child moves, not daily.

Tree: CTfile / CTFpupilData / Pupil, with UPN, Surname, Forename, DOB, Sex (Gender before version 25), and Attendance / YearData /
AttendSessions. Source: Department for Education, get-information-about-pupils (CTF 25.0); files as public tools read them
(BasicDetails, Address, Contacts). The authority is called LEA in it.

A year of marks belongs to the register of the school that kept it, and is taken only where that is the school that the file is
pushed for: another school's sessions are not this one's.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from services.attendance.domain.dates import parse_day
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.ctf_marks import TOTALS, read_year
from services.attendance.domain.formats.table import Table, table
from services.attendance.domain.formats.xml_records import Element, Paths, records
from services.attendance.domain.headers import PARENTS
from services.attendance.domain.rows import Unreadable, in_chunks
from services.attendance.domain.text import File

ROOT: Final = "CTfile"
_PATHS: Final[Paths] = {ROOT: (("CTFpupilData", "Pupil"),)}

YEARS: Final = range(2000, 2101)

_MARKS: Final = ["UPN", "date", "session", "code"]
_NEEDED: Final = ("UPN", "surname", "forename", "date of birth", "year group")

_OTHERS: Final = ("attendance history", "of another school's register: that school's own feeds tell it")
_NOBODYS: Final = (
    "attendance history",
    "whose register it is cannot be told: this school's establishment number is not known here; an operator adds it",
)
_NO_START: Final = ("attendance history", "its start date is not a date")
_NO_READING: Final = ("attendance history", "no reading of the marks brings out the year's own totals on school days")

Row = tuple[int, list[str]]


def read_transfer(data: File, laestab: str | None) -> list[Table]:
    """The roll, and the marks if any child has a history. Raises FileRefused."""
    names = dict.fromkeys(_NEEDED)
    pupils, history = 0, False
    for pupil in records(data, _PATHS):
        pupils += 1
        names |= dict.fromkeys(_child(pupil))
        history = history or any(_years(pupil))
    if not pupils:
        raise FileRefused("it is empty: a CTF file without a Pupil")
    roll = table(list(names), 1, in_chunks(_roll_rows(records(data, _PATHS), tuple(names))))
    marks = in_chunks(_marks_rows(records(data, _PATHS), laestab))
    return [roll, table(_MARKS, 1, marks)] if history else [roll]


def _roll_rows(pupils: Iterable[Element], names: tuple[str, ...]) -> Iterator[Row]:
    for pupil in pupils:
        child = _child(pupil)
        yield pupil.ordinal, [child.get(name, "") for name in names]


def _child(pupil: Element) -> dict[str, str]:
    """What the file says of a child, by our names of columns; what it does not say is left out.

    Of a contact everything is said, be it that there is nothing: else one would be given what was said of another in his place.
    """
    basic = pupil.first("BasicDetails") or Element("")
    about = Element("", children=pupil.children + basic.children)
    said = {
        "UPN": pupil.said("UPN"),
        "former UPN": about.said("FormerUPN"),
        "surname": about.said("Surname", "LegalSurname"),
        "forename": about.said("Forename", "LegalForename"),
        "date of birth": about.said("DOB"),
        "year group": about.said("NCyearActual", "NCYearActual"),
        "sex": about.said("Sex", "Gender"),
        "address": _address(pupil),
    }
    child = {name: text for name, text in said.items() if text}
    contacts = pupil.first("Contacts") or Element("")
    for number, contact in zip(PARENTS, sorted(contacts.all("Contact"), key=_order), strict=False):
        child |= {f"parent {number} {field}": text for field, text in _parent(contact).items()}
    return child


def _order(contact: Element) -> int:
    order = contact.said("Order")
    return int(order) if order.isdecimal() and len(order) < 4 else 999


def _parent(contact: Element) -> dict[str, str]:
    phones = contact.first("Phones") or Element("")
    return {
        "name": " ".join(filter(None, (contact.said("Title"), contact.said("Forename"), contact.said("Surname")))),
        "relationship": contact.said("Relationship"),
        "address": _address(contact),
        "phone": next((number for phone in phones.all("Phone") if (number := phone.said("PhoneNo"))), ""),
        "email": contact.said("Email"),
    }


def _address(holder: Element) -> str:
    """The lines of the first address, whatever they are called."""
    found = holder.first("Address") or (holder.first("Addresses") or Element("")).first("Address") or Element("")
    lines = found.children + [line for child in found.children for line in child.children]
    return ", ".join(text for line in lines if (text := line.text.strip()) and text.lower() not in ("true", "false"))


def _years(pupil: Element) -> Iterator[tuple[Element, Element]]:
    """The years of a child's history and in each its strings of marks."""
    for year in (pupil.first("Attendance") or Element("")).all("YearData"):
        yield from ((year, part) for part in (year, *year.all("AttendSessions")) if part.said("AttendanceMarks"))


def _marks_rows(pupils: Iterable[Element], laestab: str | None) -> Iterator[Row]:
    for pupil in pupils:
        upn = pupil.said("UPN")
        for year, part in _years(pupil):
            for row in _year_rows(upn, year, part, laestab):
                yield pupil.ordinal, row


def _year_rows(upn: str, year: Element, part: Element, laestab: str | None) -> Iterator[list[str]]:
    start = parse_day(part.said("AttendanceStartDate"))
    if laestab is None:
        yield Unreadable(*_NOBODYS)
    elif year.said("LEA", "LA") + year.said("Estab").zfill(4) != laestab:
        yield Unreadable(*_OTHERS)
    elif start is None or start.year not in YEARS:
        yield Unreadable(*_NO_START)
    else:
        # the totals are a year's: beside several strings they are no single one's
        totals = _totals(year) if len(year.all("AttendSessions")) < 2 else {}
        marks = read_year((part.first("AttendanceMarks") or part).text, start, totals)
        if marks is None:
            yield Unreadable(*_NO_READING)
        for day, session, code in marks or ():
            yield [upn, day.isoformat(), session, code]


def _totals(year: Element) -> dict[str, int]:
    return {name: int(text) for name in TOTALS if (text := year.said(name)).isdecimal() and len(text) < 6}
