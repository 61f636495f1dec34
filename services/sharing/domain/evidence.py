"""What the other services answer when a pack is asked for: more than it shows, and what tells it to hold back."""

from datetime import date

from services.sharing.domain.pack import (
    Concern,
    Contact,
    MarkChange,
    Measure,
    Part,
    RegisterDay,
    StatisticalClass,
    Text,
)


class EnforcementRequest(Part):
    """What the officer asks for. Without both the head teacher's name and the date the certificate is a draft."""

    measure: Measure
    requested_by: Text
    requested_on: date
    period_from: date
    period_to: date
    head_teacher: Text | None = None
    signed_on: date | None = None


class ChildOnRoll(Part):
    """The child as on the roll. `address_confidential`: the child's, or that of any parent or carer."""

    forename: Text
    surname: Text
    upn: Text
    date_of_birth: date
    year_group: Text
    sex: Text | None = None
    address: Text | None = None
    address_confidential: bool = False


class ParentOnRecord(Part):
    """The parent named in the request."""

    name: Text
    relationship: Text
    date_of_birth: date | None = None
    address: Text | None = None
    address_confidential: bool = False


class CodeMeaning(Part):
    """A register code, what it means and how it counts."""

    code: Text
    meaning: Text
    statistical_class: StatisticalClass


class EvidenceOfAttendance(Part):
    """Answered by attendance. `key` explains every code in `days`; `register_as_of` is the last submission's day.

    `withheld`: every confidential address of the child's parents and carers. None of them may be in the pack.
    """

    child: ChildOnRoll
    withheld: tuple[str, ...]
    register_as_of: date
    days: tuple[RegisterDay, ...]
    key: tuple[CodeMeaning, ...]
    changes: tuple[MarkChange, ...] = ()


class Chronology(Part):
    """Answered by referrals: the parent, the contacts with the family, the concerns of the case."""

    parent: ParentOnRecord
    contacts: tuple[Contact, ...] = ()
    concerns: tuple[Concern, ...] = ()
