"""What `sharing` asks `referrals` of a case before a pack is made: all that a pack, or the list of what it still lacks, rests on.

It says more than a pack shows: `sharing` decides what each part of a pack may hold.
"""

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.referrals import ChronologyEntry, ConcernMet, HiddenParent
from shared.frozen import Carrying

Ground = Literal["leave in term time", "irregular attendance", "lateness after the register closes"]
"""Why enforcement is asked for: what a Local Authority requires depends on it."""


class AskCaseEvidence(Carrying):
    """query.referrals.case-evidence: what is held of a case, seen from one parent."""

    SUBJECT: ClassVar[str] = "query.referrals.case-evidence"
    case: str
    parent: str
    """`<child>.1` (the place on the roll) or the id of the parent's record."""
    reader: str | None = None
    """The `sub` of the token of somebody who looks: a case that is closed to them is none. None: nobody looks yet."""


class Referrer(Carrying):
    """The officer of the case."""

    name: str
    role: str
    telephone: str | None = None
    email: str | None = None


class ParentOfCase(Carrying):
    """A parent or carer as the record has them."""

    parent: str
    """The id of the record."""
    records: tuple[str, ...] = ()
    """Of all records that people have confirmed as this person, the one at the child's school among them."""
    ref: str | None = None
    """`<child>.1` and so on, where the roll names them and nobody doubts who stands there."""
    on_roll: str | None = None
    """The name that the roll gave in that place when it was last heard."""
    title: str | None = None
    name: str
    relationship: str | None = None
    responsibility: str | None = None
    """Parental responsibility: yes, no or not known."""
    lives_with: str | None = None
    address: str | None = None
    """None where it is confidential."""
    confidential: bool = False
    telephones: tuple[str, ...] = ()
    language: str | None = None
    interpreter: bool | None = None
    confirmed_on: date | None = None
    """The day on which the contacts of this parent were last confirmed or changed by somebody who knew."""
    requested: bool = False
    """Whether a request against this parent stands in the same case."""
    left_out: str | None = None
    """Why no measure is asked for against this parent, as a person said."""


class Sibling(Carrying):
    """A brother or sister, confirmed by a person; its name is the roll's to tell."""

    child: str
    school: str
    requested: bool = False


class LetterSent(Carrying):
    """A letter to the parent of whom is asked, as it went."""

    letter: str
    kind: str
    """The name of its template."""
    records: str
    """The kind of entry that sending it is: `formal warning`, `notice to improve` ..."""
    day: date
    way: str
    document: str | None
    """The exact copy that was sent."""
    came_back: date | None = None
    subject: str | None = None
    entry: str | None = None
    """The entry of the chronology that sending it was."""
    text: str = ""
    """All that the copy says, but for what is our own on it."""
    on_it: tuple[str, ...] = ()
    """Our address, telephones and mailboxes as they stand on it, and where it was sent."""
    shows_hidden: bool = False
    """It shows an address that is confidential now, so its copy is given to nobody."""


class EntryTold(ChronologyEntry):
    """An entry of the chronology with its id. Notes of a conversation are never told."""

    entry: str
    parents: tuple[str, ...] = ()
    """The records of the parents with whom it was, where that is known."""
    recorded_on: date | None = None
    """The day on which it was written down."""
    tells: Literal["support", "needs", "agencies"] | None = None
    """Of a kind that says something beside the chronology: support offered, a need met or adjustment made, an agency brought in."""


FileType = Literal["pdf", "jpeg", "png", "docx", "eml"]
"""Of a file of a case, by its first bytes; also how its name ends."""


class ServableDocument(Carrying):
    """A document of the case that may be served."""

    document: str
    kind: str
    day: date
    what: str
    author: str
    type: FileType | None
    size: int
    sha256: str | None
    paper: str | None = None
    """Where it lies, of what is paper alone."""
    copy_of: str | None = None
    """The entry of the chronology of whose letter it is the copy, where its author said so."""


class Leave(Carrying):
    """A leave of absence that a parent asked for, or took without asking, and what the school decided."""

    leave: str
    first: date
    last: date
    asked_on: date | None
    asked_by: str | None = None
    """The record of the parent who asked."""
    decision: Literal["refused", "granted in part", "not asked for"]
    granted: tuple[date, ...] = ()
    decided_on: date | None = None
    told_on: date | None = None
    """The day on which the parent was told of the decision and that a notice may follow."""
    told: tuple[str, ...] = ()
    """Records of the parents who were told, where that is said by name; else of those against whom a measure is to be asked for, one of
    whom was."""
    told_by_name: bool = False


class Contact(Carrying):
    """Where we are reached at work."""

    address: tuple[str, ...]
    telephone: str
    email: str


class CaseEvidence(Carrying):
    case: str
    school: str
    child: str
    opened_on: date
    state: str
    officer: Referrer | None = None
    company: Contact | None = None
    """The company's, as on its letters for this school."""
    parent: ParentOfCase | None
    """None: neither the roll nor a record names such a parent of this child."""
    other_parents: tuple[ParentOfCase, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    concerns: tuple[ConcernMet, ...] = ()
    entries: tuple[EntryTold, ...] = ()
    """The chronology, by day."""
    letters: tuple[LetterSent, ...] = ()
    documents: tuple[ServableDocument, ...] = ()
    leave: tuple[Leave, ...] = ()
    flags: tuple[str, ...] = ()
    """Kinds of flags that stand on the child or on the parent: `looked after`, `safeguarding`, `do not contact`."""
    child_view: str | None = None
    """The child's own view, once it was reviewed for being shown."""
    view_not_reviewed: date | None = None
    """The day of the latest view of the child's own, where nobody has reviewed that: whatever it says is not told."""
    hidden: tuple[HiddenParent, ...] = ()
    """Whose addresses are in no part of a pack, beside those that the roll hides."""


class AskCaseParents(Carrying):
    """query.referrals.case-parents: whom the packs of some cases are against, for a list that somebody reads, or a file of answers."""

    SUBJECT: ClassVar[str] = "query.referrals.case-parents"
    MOST: ClassVar[int] = 500
    cases: tuple[tuple[str, str], ...]
    """Case and parent: the id of the parent's record, or the place on the roll."""
    reader: str | None = None
    """The `sub` of the token of who reads; None: somebody to whom no case is closed."""


class CaseParent(Carrying):
    case: str
    parent: str
    name: str | None
    """None: no record names such a parent any more."""
    child: str | None = None
    """Whom the case is about now."""
    records: tuple[str, ...] = ()
    """The ids of the parent's record, and of others that people have confirmed as this person."""


class CaseParents(Carrying):
    """Without the cases that are closed to the reader, and those that are none."""

    parents: tuple[CaseParent, ...]


class AskCaseFile(Carrying):
    """query.referrals.case-file: a document of a case that may be served."""

    SUBJECT: ClassVar[str] = "query.referrals.case-file"
    case: str
    document: str


class CaseFile(Carrying):
    document: str
    type: FileType
    content: bytes
    """At most 6 MB; base64 in JSON."""
