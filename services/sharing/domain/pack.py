"""The enforcement pack: the JSON document that a Local Authority receives, version 1 of its published schema.

It names one child and one parent and holds only what the authority needs for one measure. No other parent, brother or
sister, no health or special educational need, no notes of a conversation.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Day = date
"""The type, under a name that a field called `date` does not hide."""

Measure = Literal["penalty notice", "prosecution"]
StatisticalClass = Literal[
    "present",
    "late",
    "approved educational activity",
    "authorised absence",
    "unauthorised absence",
    "not a possible session",
    "administrative",
]
WITHHELD: Literal["withheld: confidential"] = "withheld: confidential"
"""Stands in the place of an address that must not be disclosed."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=1001)]
"""Forename and surname, each as long as a roll takes them (500 characters), and the blank between them."""
LongText = Annotated[str, Field(min_length=1, max_length=4000)]


def _school_day(day: date) -> date:
    if day.isoweekday() > 5:
        raise ValueError("a register has no session on a Saturday or Sunday")
    return day


class Part(BaseModel):
    """Any part of the pack: frozen, and a field that nobody declared is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Authority(Part):
    """The Local Authority to which the pack is sent, by its three-digit code."""

    code: Text
    name: Text


class School(Part):
    """The school whose register it is, by its unique reference number."""

    name: Text
    urn: Text


class Child(Part):
    """The child, as on the school's roll."""

    name: Name
    upn: Text
    date_of_birth: date
    year_group: Text
    sex: Text | None
    address: Text | None


class Parent(Part):
    """The one parent against whom the measure is asked for."""

    name: Text
    relationship: Text
    date_of_birth: date | None
    address: Text | None


class RegisterDay(Part):
    """The codes of a school day. None: the school has sent no mark for that session."""

    date: Annotated[Day, AfterValidator(_school_day)]
    am: Annotated[str, Field(pattern=r"^\S{1,2}$")] | None
    pm: Annotated[str, Field(pattern=r"^\S{1,2}$")] | None


class CodeCount(Part):
    """A code that the register uses, what it means, how it counts, and in how many sessions it stands."""

    code: Text
    meaning: Text
    statistical_class: StatisticalClass
    sessions: Annotated[int, Field(ge=0)]


class Totals(Part):
    """Sessions. possible = attended + absent; absent = authorised + unauthorised; late is part of attended."""

    possible: int
    attended: int
    late: int
    approved_educational_activity: int
    absent: int
    authorised: int
    unauthorised: int
    not_possible: int
    no_mark: int
    attendance_percentage: str | None


class Signature(Part):
    """The head teacher's name and the date of the signature. Source: Education Act 1996 s.566(1)(c)."""

    name: Text
    on: date


class AttendanceCertificate(Part):
    """The particulars of the child's attendance in a period; a draft until the head teacher has signed."""

    period_from: date
    period_to: date
    register_as_of: date
    days: tuple[RegisterDay, ...]
    codes: tuple[CodeCount, ...]
    totals: Totals
    signature: Signature | None


class MarkChange(Part):
    """A mark that differs between two of the school's submissions, and the day of the later one, None if its record is gone."""

    date: Day
    session: Literal["AM", "PM"]
    before: Text | None
    after: Text | None
    submitted_on: Day | None


class Contact(Part):
    """One entry of the chronology. What was said in a conversation is no part of it."""

    date: Day
    kind: Text
    with_whom: Text
    engagement: Text
    outcome: LongText
    officer: Text


class Concern(Part):
    """A rule that the register met, the day on which it did, and its figures by name."""

    rule: Text
    raised_on: date
    figures: dict[str, int]


class Reading(Part):
    """How a rule was read where its sources leave it open."""

    rule: Text
    reading: Text


class NotIncluded(Part):
    """A kind of record that may be held and is not in the pack, and why."""

    record: Text
    why: Text


class Pack(Part):
    """The whole pack. `matters_open` is what must be settled before it is relied on."""

    format: Literal["iewo.enforcement-pack"] = "iewo.enforcement-pack"
    version: Literal[1] = 1
    pack_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    created: date
    company: Text
    requested_by: Text
    requested_on: date
    measure: Measure
    authority: Authority
    school: School
    child: Child
    parent: Parent
    certificate: AttendanceCertificate
    changes: tuple[MarkChange, ...]
    concerns: tuple[Concern, ...]
    chronology: tuple[Contact, ...]
    readings: tuple[Reading, ...]
    not_included: tuple[NotIncluded, ...]
    matters_open: tuple[Text, ...]

    @property
    def is_draft(self) -> bool:
        """Whether the certificate is not signed."""
        return self.certificate.signature is None

    def as_json(self) -> bytes:
        """The published document: UTF-8, laid out for reading, the same bytes for the same pack."""
        return self.model_dump_json(indent=2).encode() + b"\n"
