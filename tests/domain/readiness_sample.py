"""Invented material of a pack in which nothing is lacking: each test takes away or changes what it is about."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.sharing.domain.clocks import clocks
from services.sharing.domain.material import Certificate, Item, Material, NoticeHistory, Signature, Statement, Wanted
from services.sharing.domain.profile import Profile
from services.sharing.domain.readiness import judge
from services.sharing.domain.sessions import relied_on
from services.sharing.profiles import load_profiles
from shared.contracts.attendance import ChildRegister, CodeMeaning, Person, RegisterSession, SchoolFacts, Withheld
from shared.contracts.enforcement import CaseEvidence, EntryTold, LetterSent, ParentOfCase

PROFILES = load_profiles()
TODAY = date(2027, 2, 15)
FIRST, LAST = date(2026, 9, 7), date(2027, 2, 12)
NATIONAL = PROFILES.of("991", TODAY)
CHILD, PARENT = "c1", "p1"
HOME = "14 Pilchard Row, Example Haven, ZZ99 3WZ"
KEY = tuple(
    CodeMeaning(code=code, meaning=meaning, statistical_class=name)
    for code, meaning, name in (
        ("/", "Present, morning session", "present"),
        ("\\", "Present, afternoon session", "present"),
        ("G", "Holiday not granted by the school", "unauthorised absence"),
        ("N", "Reason not yet established", "unauthorised absence"),
        ("O", "Absent in other or unknown circumstances", "unauthorised absence"),
        ("U", "Arrived after the register closed", "unauthorised absence"),
    )
)
HOLIDAYS = (
    (date(2026, 10, 26), date(2026, 10, 30)),
    (date(2026, 12, 21), date(2027, 1, 1)),
)


def school_days(first: date = FIRST, last: date = TODAY) -> tuple[date, ...]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if day.isoweekday() <= 5 and not any(begin <= day <= end for begin, end in HOLIDAYS))


def register(absent: dict[tuple[date, str], str | None], days: Iterable[date] = ()) -> ChildRegister:
    """Present in every session but these."""
    sessions = [
        RegisterSession(day=day, session=half, code=absent.get((day, half), mark), feed=1)
        for day in (days or school_days(FIRST, LAST))
        for half, mark in (("AM", "/"), ("PM", "\\"))
    ]
    return ChildRegister(child=CHILD, sessions=tuple(sessions), statistics={}, key=KEY, submitted={1: LAST})


def absent(code: str = "O", count: int = 12, start: date = date(2026, 11, 16)) -> dict[tuple[date, str], str | None]:
    """The first so many sessions from a day on."""
    halves = [(day, half) for day in school_days(start) for half in ("AM", "PM")]
    return dict.fromkeys(halves[:count], code)


def parent(**changes: Any) -> ParentOfCase:
    said: dict[str, Any] = {
        "parent": PARENT,
        "ref": f"{CHILD}.1",
        "name": "Elowen Tregear",
        "relationship": "mother",
        "address": HOME,
        "confirmed_on": date(2027, 1, 11),
    }
    return ParentOfCase(**said | changes)


def entry(kind: str = "attendance contract", day: date = date(2026, 12, 1), **changes: Any) -> EntryTold:
    said: dict[str, Any] = {
        "entry": f"{kind} {day}",
        "day": day,
        "kind": kind,
        "with_whom": "mother",
        "engagement": "good",
        "outcome": "Agreed.",
        "officer": "T. Okafor",
        "parents": (PARENT,),
    }
    return EntryTold(**said | changes)


def letter(day: date = date(2027, 1, 4), **changes: Any) -> LetterSent:
    said: dict[str, Any] = {
        "letter": "l1",
        "kind": "warning",
        "records": "formal warning",
        "day": day,
        "way": "post",
        "document": "d1",
        "came_back": None,
    }
    return LetterSent(**said | changes)


def case(**changes: Any) -> CaseEvidence:
    said: dict[str, Any] = {
        "case": "k1",
        "school": "900101",
        "child": CHILD,
        "opened_on": date(2026, 11, 30),
        "state": "in progress",
        "parent": parent(),
        "entries": (entry(),),
        "letters": (letter(),),
    }
    return CaseEvidence(**said | changes)


def wanted(**changes: Any) -> Wanted:
    said: dict[str, Any] = {
        "request": "k1.1",
        "case": "k1",
        "school": "900101",
        "child": CHILD,
        "parent": f"{CHILD}.1",
        "measure": "penalty notice",
        "ground": "irregular attendance",
        "first": FIRST,
        "last": LAST,
        "requested_by": "T. Okafor",
        "requested_on": TODAY,
    }
    return Wanted(**said | changes)


def signature(on: date = TODAY) -> Signature:
    return Signature(name="R. Pascoe", role="head teacher", on=on)


def certificate(marks: ChildRegister, **changes: Any) -> Certificate:
    said: dict[str, Any] = {
        "first": FIRST,
        "last": LAST,
        "frozen_at": datetime.combine(TODAY, time(9), UTC),
        "marks": marks,
        "signed": signature(),
        "declaration": NATIONAL.declaration,
        "check": "0" * 64,
    }
    return Certificate(**said | changes)


def statement(**changes: Any) -> Statement:
    said: dict[str, Any] = {
        "maker": "officer-1",
        "name": "T. Okafor",
        "role": "Education Welfare Officer",
        "paragraphs": ("I am an Education Welfare Officer.",),
        "edition": 1,
        "edited_at": datetime.combine(TODAY, time(9), UTC),
        "signed": signature(),
    }
    return Statement(**said | changes)


def person(**changes: Any) -> Person:
    said: dict[str, Any] = {
        "child": CHILD,
        "upn": "B801200005001",
        "forename": "Merryn",
        "surname": "Tregear",
        "born": date(2013, 3, 9),
        "year_group": "9",
    }
    return Person(**said | changes)


def material(profile: Profile = NATIONAL, marks: ChildRegister | None = None, **changes: Any) -> Material:
    """With its clocks worked out, and its items not judged yet."""
    marks = marks or register(absent())
    said: dict[str, Any] = {
        "pack": "pack-1",
        "edition": 1,
        "created": TODAY,
        "company": "Example Education Welfare Ltd",
        "wanted": wanted(),
        "case": case(),
        "school": SchoolFacts(school="900101", name="Gull Rock Academy", authority="991", phase="secondary"),
        "authority_code": "991",
        "authority_name": "Example County Council",
        "person": person(),
        "withheld": Withheld(child=CHILD, confidential=False),
        "marks": marks,
        "this_year": marks,
        "school_days": school_days(),
        "notices": NoticeHistory(confirmed=True),
        "certificate": certificate(marks),
        "statement": statement(),
    } | changes
    asked, known = said["wanted"], said["case"]
    signed = said["certificate"].marks if said["certificate"] else marks
    relied = relied_on(asked, known, signed, said["notices"], profile, said["created"])
    days = said["school_days"]
    said.setdefault("clocks", clocks(relied, asked, known, profile, days, said["created"]))
    return Material(**said)


def item(rule: str, profile: Profile = NATIONAL, marks: ChildRegister | None = None, **changes: Any) -> Item:
    return next(one for one in judge(material(profile, marks, **changes), profile) if one.rule == rule)
