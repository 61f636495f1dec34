"""Invented evidence, small or large, for the tests of packs."""

from datetime import date, timedelta
from typing import Any

from services.sharing.domain import pack
from services.sharing.domain.assemble import assemble
from services.sharing.domain.evidence import (
    ChildOnRoll,
    Chronology,
    CodeMeaning,
    EnforcementRequest,
    EvidenceOfAttendance,
    ParentOnRecord,
)

SCHOOL = pack.School(name="Gull Rock Academy", urn="900101")
AUTHORITY = pack.Authority(code="893", name="Example County Council")
KEY = tuple(
    CodeMeaning(code=code, meaning=meaning, statistical_class=name)
    for code, meaning, name in (
        ("/", "Present, morning session", "present"),
        ("\\", "Present, afternoon session", "present"),
        ("L", "Late, before the register closed", "late"),
        ("V", "Educational visit or trip", "approved educational activity"),
        ("I", "Illness", "authorised absence"),
        ("G", "Holiday not granted by the school", "unauthorised absence"),
        ("N", "Reason not yet established", "unauthorised absence"),
        ("O", "Absent in other or unknown circumstances", "unauthorised absence"),
        ("U", "Arrived after the register closed", "unauthorised absence"),
        ("D", "Dual registered, due at the other school", "not a possible session"),
        ("#", "Planned whole-school closure", "administrative"),
    )
)


def school_days(first: date, number: int) -> list[date]:
    days = (first + timedelta(days=n) for n in range(number * 2))
    return [day for day in days if day.isoweekday() <= 5][:number]


def register(first: date, number: int) -> tuple[pack.RegisterDay, ...]:
    """A register with every sort of session, from a fixed pattern."""
    am = ("/", "O", "/", "L", "U", "/", "G", "I", "/", "O", "/", "N", "V", "/", None, "/", "#", "D")
    pm = ("\\", "O", "\\", "\\", "\\", "\\", "G", "I", "\\", "\\", "O", "\\", "V", "O", "\\", None, "#", "D")
    return tuple(pack.RegisterDay(date=day, am=am[n % len(am)], pm=pm[n % len(pm)]) for n, day in enumerate(school_days(first, number)))


def contact(day: date, **changes: Any) -> pack.Contact:
    said = {
        "date": day,
        "kind": "home visit",
        "with_whom": "mother",
        "engagement": "engaged",
        "outcome": "Agreed to meet the head of year on Monday.",
        "officer": "T. Okafor",
    }
    return pack.Contact(**said | changes)


def request(**changes: Any) -> EnforcementRequest:
    said: dict[str, Any] = {
        "measure": "penalty notice",
        "requested_by": "T. Okafor",
        "requested_on": date(2027, 2, 15),
        "period_from": date(2026, 9, 1),
        "period_to": date(2027, 2, 12),
        "head_teacher": "R. Pascoe",
        "signed_on": date(2027, 2, 16),
    }
    return EnforcementRequest(**said | changes)


def child(**changes: Any) -> ChildOnRoll:
    said: dict[str, Any] = {
        "forename": "Merryn",
        "surname": "Tregear",
        "upn": "B801200005001",
        "date_of_birth": date(2013, 3, 9),
        "year_group": "9",
        "sex": "F",
        "address": "14 Pilchard Row, Example Haven, ZZ99 3WZ",
    }
    return ChildOnRoll(**said | changes)


def parent(**changes: Any) -> ParentOnRecord:
    said: dict[str, Any] = {
        "name": "Jory Tregear",
        "relationship": "father",
        "date_of_birth": date(1984, 7, 1),
        "address": "14 Pilchard Row, Example Haven, ZZ99 3WZ",
    }
    return ParentOnRecord(**said | changes)


def attendance(days: tuple[pack.RegisterDay, ...] | None = None, **changes: Any) -> EvidenceOfAttendance:
    said: dict[str, Any] = {
        "child": child(),
        "withheld": (),
        "register_as_of": date(2027, 2, 12),
        "days": register(date(2026, 9, 3), 60) if days is None else days,
        "key": KEY,
        "changes": (pack.MarkChange(date=date(2026, 9, 4), session="AM", before="N", after="O", submitted_on=date(2026, 9, 11)),),
    }
    return EvidenceOfAttendance(**said | changes)


def chronology(contacts: int = 3, **changes: Any) -> Chronology:
    said: dict[str, Any] = {
        "parent": parent(),
        "contacts": tuple(contact(date(2026, 10, 1) + timedelta(days=2 * n)) for n in range(contacts)),
        "concerns": (
            pack.Concern(
                rule="ten sessions unauthorised",
                raised_on=date(2026, 10, 9),
                figures={"unauthorised sessions": 11, "school weeks": 6},
            ),
        ),
    }
    return Chronology(**said | changes)


def made(**parts: Any) -> pack.Pack:
    """A whole pack; `request`, `attendance`, `chronology`, `school`, `threshold` may be exchanged."""
    return assemble(
        parts.get("request", request()),
        parts.get("attendance", attendance()),
        parts.get("chronology", chronology()),
        parts.get("school", SCHOOL),
        AUTHORITY,
        pack_id="5f2c1a90b7d4",
        created=date(2027, 2, 17),
        company="Harbour Lane Education Welfare",
        threshold=parts.get("threshold"),
    )
