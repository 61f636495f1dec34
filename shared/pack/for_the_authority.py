"""Volume A: what the Local Authority needs to decide, and nobody else is to see."""

from datetime import date
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from shared.pack.parts import Contact, Count, Day, Id, LongText, Name, NoticeHistory, Part, Signature, Text
from shared.pack.register import MarkChange, Register


class CoverLine(Part):
    """A field of the Local Authority's own form, under the name that the form gives it."""

    label: Text
    says: LongText


class LegalClocks(Part):
    """The days that end what can be done. Source: Magistrates' Courts Act 1980 s.127; None where no session is relied on.

    `lay_by`: the last day on which an information can be laid for the earliest session relied on, and for the latest.
    """

    earliest_session: date | None
    latest_session: date | None
    lay_by_for_earliest: date | None
    lay_by_for_latest: date | None
    request_by: date | None


class Overridden(Part):
    """Why a person went on although this was lacking."""

    by: Name
    on: date
    why: LongText


class Requirement(Part):
    """Something that the authority's profile, or the law, requires, and whether it is there."""

    rule: Text
    says: LongText
    met: bool
    overridden: Overridden | None


class Referrer(Part):
    name: Name
    role: Text
    telephone: Text | None
    email: Text | None


class Child(Part):
    """The child, as on the school's roll."""

    name: Name
    upn: Text
    date_of_birth: date
    year_group: Text | None
    sex: Text | None
    address: Text | None
    looked_after: bool | None
    special_educational_needs: Text | None


class Parent(Part):
    """A parent or carer. `address`: None where none is known; `withheld: confidential` where it must not be disclosed, another word that
    begins with `withheld` where it may be that of somebody else. So of another parent's telephones and `lives_with`, where that parent's
    address is confidential: a telephone finds a person, and where the child lives may tell where the parent does."""

    title: Text | None
    name: Name
    relationship: Text | None
    responsibility: Text | None
    """Parental responsibility: yes, no or not known."""
    lives_with: Text | None
    date_of_birth: date | None
    address: Text | None
    telephones: tuple[Text, ...]
    language: Text | None
    interpreter: bool | None
    contacts_confirmed_on: date | None


Particular = Literal[
    "relationship",
    "responsibility",
    "lives with",
    "date of birth",
    "address",
    "telephones",
    "language",
    "contacts confirmed",
]
PARTICULARS: Final[tuple[Particular, ...]] = get_args(Particular)


class OtherParent(Parent):
    """A parent or carer whom this pack is not about. `told`: the particulars that the authority asks for of such a one; the others are
    empty, whatever is held. `why_no_measure`: as a person said; None where nobody has."""

    told: tuple[Particular, ...] = PARTICULARS
    requested: bool
    why_no_measure: LongText | None


class Sibling(Part):
    """A brother or sister, confirmed by a person. `requested`: whether a request of its own stands. None: not known, or not asked for."""

    name: Name
    school_urn: Text | None
    year_group: Text | None
    requested: bool | None


class OtherContact(Part):
    """With another parent. None: what the authority does not ask for of one."""

    date: Day
    kind: Text
    with_whom: Text | None = None
    engagement: Text | None = None
    outcome: LongText | None = None
    officer: Name | None = None


class ConcernSessions(Part):
    """`as_of`: the day of the school's last submission about them."""

    as_of: date | None
    possible: Count
    absent: Count
    unauthorised: Count
    late: Count


class Concern(Part):
    """A rule that the register met, the day on which it did, and the sessions of that academic year by what they are: those of the register
    in this pack, whatever stood in it on that day. None where the pack has no register of that year."""

    rule: Text
    raised_on: date
    sessions: ConcernSessions | None


class YearRegister(Part):
    """The whole register of an academic year so far."""

    label: Literal["this year", "last year"]
    attendance: Register


class Reading(Part):
    """How a rule was read where its sources leave it open."""

    rule: Text
    reading: LongText


class NotIncluded(Part):
    """A kind of record that may be held and is not in the pack, and why."""

    record: Text
    why: Text


class EditionBefore(Part):
    """The pack in whose place this one comes: why, in the words of who began this one, and what is another than it was sent.

    `changed`: of what a pack rests on, by kinds. `sessions`: the mark that was certified then, and the one of this pack. `flags`: those
    that have come or gone. Of a parent and an address the kind alone: what they are now stands in this volume.
    """

    pack: Id
    edition: Annotated[int, Field(ge=1)]
    sent_on: Day
    why: LongText
    by: Name
    changed: tuple[Literal["sessions", "parent", "address", "flag"], ...]
    sessions: tuple[MarkChange, ...]
    flags: tuple[Text, ...]


class ForTheAuthority(Part):
    cover: tuple[CoverLine, ...]
    clocks: LegalClocks
    requirements: tuple[Requirement, ...]
    referrer: Referrer | None
    child: Child
    parent: Parent
    other_parents: tuple[OtherParent, ...]
    siblings: tuple[Sibling, ...]
    flags: tuple[Text, ...]
    needs: tuple[Contact, ...]
    """Needs of the child and adjustments made."""
    agencies: tuple[Contact, ...]
    """Other agencies brought in."""
    other_contacts: tuple[OtherContact, ...]
    """With other parents: no part of what may be served on this one."""
    child_view: LongText | None
    concerns: tuple[Concern, ...]
    registers: tuple[YearRegister, ...]
    changes: tuple[MarkChange, ...]
    """Between the school's submissions, within the certificate's period."""
    marks_since_signature: tuple[MarkChange, ...]
    """Where the register now differs from the certificate that the head teacher signed."""
    notices: NoticeHistory
    readings: tuple[Reading, ...]
    not_included: tuple[NotIncluded, ...]
    checked: Signature | None
    checked_by_witness: bool = False
    """Who checked it makes the statement too; it is approved by another person always."""
    approved: Signature | None
    edition_before: EditionBefore | None = None
    """None of a first edition."""
