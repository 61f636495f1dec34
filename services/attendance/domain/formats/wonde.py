"""Wonde's JSON: students with their contacts (a roll), and session marks whose code is an id (marks).

Sources: wondeltd/php-client (endpoints, paging, the record that is written back: student_id, date, session, attendance_code_id, comment,
minutes_late); a published sample of students with contacts. What the reply to a question for session marks looks like is not
published: both the names that are written back and the plain ones (student, attendance_code), each an id or an included object,
are read. A student's UPN stands among the education details, by all that can be seen.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.json_records import decoded, records
from services.attendance.domain.formats.table import Table, table
from services.attendance.domain.formats.wonde_people import NEEDED, plain, student, text, upn_of
from services.attendance.domain.rows import Unreadable, in_chunks
from services.attendance.domain.text import File

_MARKS: Final = ["UPN", "pupil id", "date", "session", "code", "minutes late", "comment"]

_STUDENT, _MARK, _CODE, _OTHER, _BROKEN = range(5)
"""What a record is."""

_SAID: Final = {
    _OTHER: ("row", "neither a student, a session mark nor an attendance code"),
    _BROKEN: ("row", "a record that is not well-formed, too large or too deep"),
}
_NO_CODE: Final = ("code", "an id that is not among the attendance codes of the file: put them into it")


def read_wonde(data: File) -> list[Table]:
    """The roll, the marks, or both, as the records are. Raises FileRefused."""
    found = records(data)
    kinds = bytes(_kind(decoded(record)) for record in found)
    if _STUDENT not in kinds and _MARK not in kinds:
        raise FileRefused("its JSON holds neither students nor session marks as Wonde gives them")
    tables = []
    if _STUDENT in kinds and (_MARK not in kinds or _tells_who(found, kinds)):
        tables.append(_roll(found, kinds, odd=_MARK not in kinds))
    if _MARK in kinds:
        tables.append(table(_MARKS, 1, in_chunks(_marks(found, kinds))))
    return tables


def _kind(record: dict[str, Any] | None) -> int:
    if record is None:
        return _BROKEN
    if "student" in record or "student_id" in record:
        return _MARK if "session" in record else _OTHER
    if "surname" in record or "legal_surname" in record or "upi" in record or "education_details" in record:
        return _STUDENT
    return _CODE if "code" in record and "id" in record else _OTHER


def _of(found: list[msgspec.Raw], kinds: bytes, kind: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, record in enumerate(found):
        if kinds[place] == kind and (known := decoded(record)) is not None:
            yield place + 1, known


def _tells_who(found: list[msgspec.Raw], kinds: bytes) -> bool:
    """Whether students stand there as a roll, and not only for their UPNs."""
    return any("date of birth" in student(record) for _, record in _of(found, kinds, _STUDENT))


def _roll(found: list[msgspec.Raw], kinds: bytes, *, odd: bool) -> Table:
    """`odd`: whether records that are nothing are told of here."""
    names = dict.fromkeys(NEEDED)
    for _, record in _of(found, kinds, _STUDENT):
        names |= dict.fromkeys(student(record))
    return table(list(names), 1, in_chunks(_children(found, kinds, tuple(names), odd)))


def _children(found: list[msgspec.Raw], kinds: bytes, names: tuple[str, ...], odd: bool) -> Iterator[tuple[int, list[str]]]:
    for line, record in _of(found, kinds, _STUDENT):
        child = student(record)
        yield line, [child.get(name, "") for name in names]
    yield from _oddities(kinds) if odd else ()


def _oddities(kinds: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
    return ((place, Unreadable(*_SAID[kind])) for place, kind in enumerate(kinds, 1) if kind in _SAID)


def _marks(found: list[msgspec.Raw], kinds: bytes) -> Iterator[tuple[int, list[str]]]:
    codes = {text(record["id"]): text(record["code"]) for _, record in _of(found, kinds, _CODE)}
    upns = {text(record.get("id")): upn_of(record) for _, record in _of(found, kinds, _STUDENT)} | {"": ""}
    for line, record in _of(found, kinds, _MARK):
        yield line, _mark(record, codes, upns)
    yield from _oddities(kinds)


def _mark(record: dict[str, Any], codes: dict[str, str], upns: dict[str, str]) -> list[str]:
    who = plain(record.get("student", record.get("student_id")))
    code = plain(record.get("attendance_code", record.get("attendance_code_id")))
    pupil, upn = (text(who.get("id")), upn_of(who)) if isinstance(who, dict) else (text(who), "")
    if isinstance(code, dict):
        letter: str | None = text(code["code"]) if "code" in code else codes.get(text(code.get("id")))
    else:
        letter = codes.get(text(code)) if code is not None else ""
    if letter is None:
        return Unreadable(*_NO_CODE)
    late, comment = text(record.get("minutes_late")), text(record.get("comment"))
    return [upn or upns.get(pupil, ""), pupil, text(record.get("date")), text(record.get("session")), letter, late, comment]
