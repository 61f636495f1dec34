"""Invented material for a pack, small or large, for the tests of packs."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from services.sharing.domain.material import (
    Asked,
    Certificate,
    Exhibit,
    Item,
    LegalClocks,
    Material,
    Notice,
    NoticeHistory,
    Override,
    Signature,
    Statement,
    Wanted,
)
from services.sharing.domain.of_others import SIBLING_PARTICULARS, OfOthers
from services.sharing.profiles import load_profiles
from shared.contracts.attendance import Carer, ChildRegister, CodeMeaning, EarlierMark, Person, RegisterSession, SchoolFacts, Withheld
from shared.contracts.enforcement import CaseEvidence, Contact, EntryTold, Leave, LetterSent, ParentOfCase, Referrer, Sibling
from shared.contracts.referrals import ConcernMet
from shared.pack.document import Pack
from shared.pack.for_the_authority import PARTICULARS

CHILD, SIBLING, SCHOOL = "c0ffee", "beef01", "900101"
HOME = "14 Pilchard Row, Example Haven, ZZ99 3WZ"
ELSEWHERE = "2 Cockle Lane, Example Haven, ZZ99 4AA"
FIRST, LAST, TODAY = date(2026, 9, 3), date(2027, 2, 12), date(2027, 2, 17)
KEY = tuple(
    CodeMeaning(code=code, meaning=meaning, statistical_class=name)
    for code, meaning, name in (
        ("/", "Present, morning session", "present"),
        ("\\", "Present, afternoon session", "present"),
        ("L", "Late, before the register closed", "late"),
        ("V", "Educational visit or trip", "approved educational activity"),
        ("I", "Illness", "authorised absence"),
        ("G", "Holiday not granted by the school", "unauthorised absence"),
        ("O", "Absent in other or unknown circumstances", "unauthorised absence"),
        ("U", "Arrived after the register closed", "unauthorised absence"),
        ("D", "Dual registered, due at the other school", "not a possible session"),
        ("#", "Planned whole-school closure", "administrative"),
    )
)
_AM = ("/", "O", "/", "L", "U", "/", "G", "I", "/", "O", "/", "V", "/", None, "/", "#", "D", "/", "/", "/")
_PM = ("\\", "O", "\\", "\\", "\\", "\\", "G", "I", "\\", "\\", "O", "V", "O", "\\", None, "#", "D", "\\", "\\", "\\")

PROFILE = load_profiles().of("893", TODAY)
ASKING = PROFILE.model_copy(update={"of_others": OfOthers(parents=PARTICULARS, siblings=SIBLING_PARTICULARS, contacts="words")})
"""Of an authority that asks for all that there is to ask for of others."""


def school_days(first: date, number: int) -> list[date]:
    days = (first + timedelta(days=n) for n in range(number * 2))
    return [day for day in days if day.isoweekday() <= 5][:number]


def register(first: date = FIRST, number: int = 117, changed: bool = True) -> ChildRegister:
    """A register with every sort of session, from a fixed pattern."""
    sessions = tuple(_sessions(first, number, changed))
    return ChildRegister(child=CHILD, sessions=sessions, statistics={}, key=KEY, submitted={1: first + timedelta(days=8)})


def _sessions(first: date, number: int, changed: bool) -> Iterator[RegisterSession]:
    halves: tuple[tuple[Literal["AM", "PM"], tuple[str | None, ...]], ...] = (("AM", _AM), ("PM", _PM))
    for n, day in enumerate(school_days(first, number)):
        for half, codes in halves:
            earlier = (EarlierMark(code="I", feed=0),) if changed and n == 1 and half == "AM" else ()
            yield RegisterSession(day=day, session=half, code=codes[n % len(codes)], feed=1, earlier=earlier)


def person(**changes: Any) -> Person:
    told: dict[str, Any] = {
        "child": CHILD,
        "upn": "B801200005001",
        "forename": "Merryn",
        "surname": "Tregear",
        "born": date(2013, 3, 9),
        "year_group": "9",
        "sex": "F",
        "address": HOME,
        "looked_after": False,
        "special_educational_needs": "K",
        "carers": (
            Carer(parent=f"{CHILD}.1", name="Jory Tregear", relationship="father", address=HOME, born=date(1984, 7, 1)),
            Carer(parent=f"{CHILD}.2", name="Elowen Tregear", relationship="mother", address=ELSEWHERE, born=date(1986, 2, 3)),
        ),
    }
    return Person(**told | changes)


def entry(day: date, **changes: Any) -> EntryTold:
    told: dict[str, Any] = {
        "entry": f"e{day:%m%d}",
        "day": day,
        "kind": "home visit",
        "with_whom": "father",
        "engagement": "engaged",
        "outcome": "Agreed to meet the head of year on Monday.",
        "officer": "T. Okafor",
    }
    return EntryTold(**told | changes)


def case(**changes: Any) -> CaseEvidence:
    told: dict[str, Any] = {
        "case": "case1",
        "school": SCHOOL,
        "child": CHILD,
        "opened_on": date(2026, 10, 9),
        "state": "open",
        "company": Contact(address=("Welfare House", "1 Example Street", "WX1 1AA"), telephone="01632 960100", email="letters@example.org"),
        "officer": Referrer(name="T. Okafor", role="Education Welfare Officer", telephone="01632 960010", email="okafor@example.org"),
        "parent": ParentOfCase(
            parent="p1",
            ref=f"{CHILD}.1",
            on_roll="Jory Tregear",
            title="Mr",
            name="Jory Tregear",
            relationship="father",
            responsibility="yes",
            lives_with="yes",
            address=HOME,
            telephones=("07700 900100",),
            confirmed_on=date(2027, 1, 4),
        ),
        "other_parents": (
            ParentOfCase(
                parent="p2", ref=f"{CHILD}.2", name="Elowen Tregear", relationship="mother", address=ELSEWHERE, left_out="Abroad since May."
            ),
        ),
        "siblings": (Sibling(child=SIBLING, school=SCHOOL),),
        "concerns": (ConcernMet(rule="ten sessions unauthorised", raised_on=date(2026, 10, 9)),),
        "entries": (
            *(entry(date(2026, 10, 12) + timedelta(days=9 * n), parents=("p1",)) for n in range(4)),
            entry(date(2026, 10, 20), kind="adjustment agreed", outcome="A reader in tests: dyslexia.", tells="needs"),
            entry(date(2026, 11, 3), kind="early help assessment", outcome="A family support worker visits.", tells="agencies"),
            entry(date(2026, 11, 4), kind="telephone call", with_whom="mother", outcome="She is abroad.", parents=("p2",)),
        ),
        "letters": (
            LetterSent(
                letter="l1", kind="warning", records="formal warning", day=date(2026, 11, 16), way="first-class post", document=None
            ),
        ),
        "flags": (),
        "child_view": "I would like to change my tutor group.",
    }
    return CaseEvidence(**told | changes)


def but_own_address(pack: Pack) -> str:
    """The document without the address of its own parent in the three places where that stands."""
    told = json.loads(pack.as_json())
    own = told["for_the_authority"]["parent"].pop("address")
    told["to_be_served"]["parent"].pop("address")
    for line in told["for_the_authority"]["cover"]:
        if line["label"] == "Parent" and own:
            line["says"] = line["says"].replace(own, "", 1)
    return json.dumps(told)


def exhibit(number: int = 1, **changes: Any) -> Exhibit:
    told = {
        "initials": "TO",
        "number": number,
        "document": f"d{number}",
        "title": "Formal warning letter of 16 November 2026",
        "sha256": "0" * 64,
        "type": "pdf",
    }
    return Exhibit(**told | changes)


def statement(**changes: Any) -> Statement:
    told: dict[str, Any] = {
        "maker": "officer-7",
        "name": "T. Okafor",
        "role": "Education Welfare Officer",
        "paragraphs": (
            "I am an Education Welfare Officer and have worked with the family since October 2026.",
            "On 12 October 2026 I visited the home of Mr Tregear, who agreed to meet the head of year.",
            "On 16 November 2026 the school sent a formal warning, which I produce as exhibit TO/1.",
        ),
        "exhibits": (exhibit(),),
        "edition": 3,
        "edited_at": datetime(2027, 2, 15, 9, tzinfo=UTC),
        "signed": Signature(name="T. Okafor", role="Education Welfare Officer", on=date(2027, 2, 15)),
    }
    return Statement(**told | changes)


def certificate(**changes: Any) -> Certificate:
    told: dict[str, Any] = {
        "first": FIRST,
        "last": LAST,
        "frozen_at": datetime(2027, 2, 16, 10, tzinfo=UTC),
        "marks": register(),
        "signed": Signature(name="R. Pascoe", role="Head teacher", on=date(2027, 2, 16)),
        "declaration": PROFILE.declaration,
        "check": "a" * 64,
    }
    return Certificate(**told | changes)


def wanted(**changes: Any) -> Wanted:
    told: dict[str, Any] = {
        "request": "case1.1",
        "case": "case1",
        "school": SCHOOL,
        "child": CHILD,
        "parent": "p1",
        "measure": "prosecution",
        "ground": "irregular attendance",
        "first": FIRST,
        "last": LAST,
        "requested_by": "T. Okafor",
        "requested_on": date(2027, 2, 15),
    }
    return Wanted(**told | changes)


def items() -> tuple[Item, ...]:
    why = Override(rule="contacts confirmed", by="A. Nance", at=datetime(2027, 2, 16, tzinfo=UTC), why="Seen at home last week.")
    return (
        Item(rule="no missing marks", says="Every session has a mark.", met=True, before="checking", may_be_overridden=False),
        Item(
            rule="contacts confirmed",
            says="The contacts were last confirmed seven months ago.",
            met=False,
            before="checking",
            may_be_overridden=True,
            override=why,
        ),
    )


def material(**changes: Any) -> Material:
    told: dict[str, Any] = {
        "pack": "5f2c1a90b7d4",
        "edition": 1,
        "created": TODAY,
        "company": "Harbour Lane Education Welfare",
        "wanted": wanted(),
        "case": case(),
        "school": SchoolFacts(school=SCHOOL, name="Gull Rock Academy", authority="893", phase="secondary"),
        "authority_code": "893",
        "authority_name": "Example County Council",
        "person": person(),
        "siblings": (Person(child=SIBLING, upn=None, forename="Kerra", surname="Tregear", year_group="6", born=date(2016, 5, 20)),),
        "withheld": Withheld(child=CHILD, confidential=False),
        "marks": register(),
        "this_year": register(),
        "last_year": register(date(2025, 9, 3), 190, changed=False),
        "items": items(),
        "clocks": LegalClocks(
            earliest=date(2026, 9, 4),
            latest=date(2027, 2, 11),
            earliest_by=date(2027, 3, 3),
            latest_by=date(2027, 8, 10),
            request_by=date(2027, 2, 24),
        ),
        "notices": NoticeHistory(
            known=(
                Notice(
                    authority="893",
                    child=CHILD,
                    parent="p1",
                    issued_on=date(2026, 10, 30),
                    state="paid",
                    sessions=((date(2026, 9, 4), "AM"), (date(2026, 9, 4), "PM")),
                ),
            ),
            asked=(Asked(authority="893", asked_on=date(2027, 2, 1), answered_on=None),),
        ),
        "statement": statement(),
        "certificate": certificate(),
        "checked": Signature(name="B. Trewin", role="Education Welfare Officer", on=date(2027, 2, 15)),
        "approved": Signature(name="A. Nance", role="Head of service", on=date(2027, 2, 16)),
    }
    return Material(**told | changes)


def leave(**changes: Any) -> Leave:
    told: dict[str, Any] = {
        "leave": "v1",
        "first": date(2026, 11, 2),
        "last": date(2026, 11, 6),
        "asked_on": date(2026, 10, 12),
        "asked_by": "p1",
        "decision": "refused",
        "decided_on": date(2026, 10, 14),
        "told_on": date(2026, 10, 14),
        "told": ("p1",),
    }
    return Leave(**told | changes)
