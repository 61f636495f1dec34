"""Volume B: fit to be served on the parent. It holds no other person's address, telephone or date of birth, no witness's home address and
no address that is confidential; of the parent, the address at which papers are served."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.pack.parts import Contact, Day, Id, LongText, Name, NoticeHistory, Part, Sha256, Signature, Text
from shared.pack.register import Register, Unauthorised


class Child(Part):
    """The date of birth shows compulsory school age: Education Act 1996 s.8."""

    name: Name
    date_of_birth: date
    year_group: Text | None


class Parent(Part):
    name: Name
    relationship: Text | None
    address: Text | None


class Certificate(Part):
    """The particulars of the child's attendance, every session in the period with its code. Source: Education Act 1996 s.566(1)(c).

    `attendance`: as it was frozen when the head teacher signed; as it is now while nobody has signed. `declaration`: what the head teacher
    declares, sentence by sentence. `shown`: SHA-256 of what was shown to be signed, or is to be.
    """

    attendance: Register
    unauthorised: tuple[Unauthorised, ...]
    declaration: tuple[LongText, ...]
    signature: Signature | None
    frozen_at: datetime | None
    shown: Sha256 | None
    section: Text | None = None
    """Of the Education Act 1996, for a prosecution: of which proceedings it is, and no word on the parent."""


class Exhibit(Part):
    """A document that the statement shows. `file`: its name in the pack, where it lies byte for byte."""

    mark: Annotated[str, Field(pattern=r"^\S{1,20}/[0-9]{1,4}$")]
    title: Text
    file: Annotated[str, Field(pattern=r"^exhibit-[A-Za-z0-9]{1,20}-[0-9]{1,4}\.[a-z0-9]{1,5}$")]
    type: Text
    sha256: Sha256
    pages: Annotated[int, Field(ge=1)] | None = None
    """None of a file that has none, or of which they could not be counted."""
    dated: Day | None = None
    """The day of the document: on which a photograph was taken, a letter went."""
    brought_by: Name | None = None
    """Who added it to the case."""


class Statement(Part):
    """A witness statement (Criminal Justice Act 1967 s.9) in its maker's words; a draft until its maker has signed this edition."""

    maker: Name
    role: Text
    paragraphs: tuple[LongText, ...]
    declaration: LongText
    """What stands above the signature."""
    exhibits: tuple[Exhibit, ...]
    edition: Annotated[int, Field(ge=0)]
    edited_on: date
    signature: Signature | None


class Letter(Part):
    """A letter to this parent, as it went. `came_back`: the day on which the post brought it back.

    `copy_held`: of a letter whose exact copy is held, whether its pages are in this volume; not served, where it names what may not be.
    Of a letter that was recorded by hand: `held`, where a document of the case is said to be its copy (`exhibit`: as which it is
    produced); else `not tied`, since one among the documents of the case may be.
    `sha256`: of the copy whose pages are.
    """

    date: Day
    kind: Text
    subject: Text | None = None
    way: Text
    came_back: Day | None
    copy_held: Literal["in this volume", "not served", "none", "held", "not tied"] = "none"
    exhibit: Text | None = None
    sha256: Sha256 | None = None


class Leave(Part):
    """A leave of absence in term time that was asked for, or taken without asking, and what the school decided."""

    period_from: date
    period_to: date
    asked_on: date | None
    asked_by_this_parent: bool | None
    """None where it is not known who asked."""
    decision: Literal["refused", "granted in part", "not asked for"]
    granted: tuple[date, ...]
    decided_on: date | None
    told_on: date | None
    """The day on which the parent was told of the decision and that a notice may follow."""
    told_this_parent: bool | None = None
    """None where nobody was told, or it is not known who: one day is on record for all parents of a leave."""


class Knowledge(Part):
    """Of a prosecution for Education Act 1996 s.444(1A): on which day, and by what, our records show that this parent was first told of
    the absence. `sessions_before`: whether the measure rests on sessions up to and on that day too."""

    told_on: Day
    told_by: Text
    sessions_before: Literal["not relied on", "relied on"]


class EditionBefore(Part):
    """The pack in whose place this one comes, as far as it concerns this parent: no word on why, and nothing of anybody else.

    `corrected`: the days of which a mark is another than was certified then. `changed`: this parent's name or relationship, or the address
    at which papers are served on them.
    """

    pack: Id
    sent_on: Day
    corrected: tuple[Day, ...]
    changed: tuple[Literal["parent", "address"], ...]


class ToBeServed(Part):
    child: Child
    parent: Parent
    officer: Name | None = None
    """Whom to ask for at the company."""
    certificate: Certificate
    statement: Statement | None
    leave: tuple[Leave, ...]
    chronology: tuple[Contact, ...]
    """Contacts with this parent, and those of which nobody said with whom they were."""
    letters: tuple[Letter, ...]
    notices: NoticeHistory
    edition_before: EditionBefore | None = None
    """None of a first edition."""
    knowledge: Knowledge | None = None
    """None of any other offence or measure, and where our records show nothing."""
