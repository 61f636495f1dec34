"""Everything that a pack is made from, and what people have said and signed about it. Pure data: who gathers it is `gathering.py`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from shared.contracts.attendance import ChildRegister, Person, SchoolFacts, Withheld
from shared.contracts.enforcement import CaseEvidence, FileType, Ground
from shared.contracts.referrals import Measure, Offence
from shared.contracts.sharing import Rested
from shared.frozen import Exact
from shared.pack.document import Pack


class Wanted(Exact):
    """What is asked for: one child, one parent, one measure, and the period that the certificate of attendance covers."""

    request: str | None
    """None where nobody has asked yet, and somebody looks what would be lacking."""
    case: str
    school: str
    child: str
    parent: str
    """The parent's record."""
    measure: Measure
    offence: Offence | None = None
    """Of a prosecution, where somebody has said one (offence.py)."""
    ground: Ground
    first: date
    last: date
    requested_by: str
    requested_on: date


class Signature(Exact):
    """By whom and when; `way`: in the system, or on paper, of which the scan is a document of the case."""

    name: str
    role: str
    on: date
    way: Literal["in the system", "on paper"] = "in the system"
    document: str | None = None
    sha256: str | None = None
    type: FileType | None = None
    """Of the scan, which goes with the pack."""


class Override(Exact):
    """A person's reason for going on although something is lacking. It is printed."""

    rule: str
    by: str
    at: datetime
    why: str
    says: str = ""
    """The item's sentence, which was looked at: it lets nothing else pass."""
    authority: str = ""
    """For which LA."""


class Item(Exact):
    """One thing that the LA's profile, or the law, requires, and whether it is there."""

    rule: str
    """Its name in the profile: `no unsettled codes`, `certificate signed` ..."""
    says: str
    """What is lacking, or how it is met, in plain words: they are printed for the LA. What is overridden is this sentence."""
    todo: str = ""
    """What whoever prepares the pack does about it; in no pack."""
    each: tuple[str, ...] = ()
    """What a reason for going on has to name, one by one: marks of exhibits."""
    met: bool
    before: Literal["checking", "signing", "sending"]
    """By when it has to be there."""
    may_be_overridden: bool
    override: Override | None = None

    @property
    def holds_up(self) -> bool:
        return not self.met and self.override is None


class LegalClocks(Exact):
    """The days that end what can be done. Source: Magistrates' Courts Act 1980 s.127 (six months); how an LA counts is its profile's."""

    earliest: date | None
    """The first and the last unauthorised session relied on."""
    latest: date | None
    earliest_by: date | None
    """The last day on which an information for the earliest session can be laid."""
    latest_by: date | None
    request_by: date | None
    """The last day on which the LA takes a request: before `earliest_by` by its lead time, or by its own deadline: the earlier."""


class Exhibit(Exact):
    """A document that the statement shows, by its maker's initials and a number: TO/1."""

    initials: str
    number: int
    document: str
    title: str
    sha256: str
    type: FileType


class ExhibitText(Exact):
    """The text of an exhibit, page by page; no page of a file that could not be read, "" of a page that has no text."""

    document: str
    pages: tuple[str, ...]
    beside: str = ""
    """What stands elsewhere in the file: in notes on a page, in fields, in its titles."""
    whole: bool = True
    """Nothing else in it is to be looked at: no scan under a stamp, no attachment, no font that does not tell its letters."""

    @property
    def unread(self) -> bool:
        return not self.whole or not self.pages or not all(page.strip() for page in self.pages)


class Statement(Exact):
    """A witness statement (Criminal Justice Act 1967 s.9). It belongs to its maker, in whose first person it speaks."""

    maker: str
    """The id of the person; `name` and `role` are printed."""
    name: str
    role: str
    paragraphs: tuple[str, ...]
    exhibits: tuple[Exhibit, ...] = ()
    edition: int
    """Grows with each edit."""
    begun_at: datetime | None = None
    """When its first draft was made from the case; None of one from before this was kept."""
    edited_at: datetime
    signed: Signature | None = None
    """Of this edition: an edit takes it away."""


class Certificate(Exact):
    """The marks as they stood when the head teacher signed. Source: Education Act 1996 s.566(1)(c)."""

    first: date
    last: date
    frozen_at: datetime
    marks: ChildRegister
    signed: Signature
    declaration: tuple[str, ...]
    """What the head teacher declared, sentence by sentence, as the LA's profile words it."""
    check: str
    """SHA-256 of what was shown to be signed."""
    relied_on_after: date | None = None
    """Up to which day no session of these is relied on, as it stood then (knowledge.py)."""


class Notice(Exact):
    """A penalty notice, as the LA told it."""

    authority: str
    child: str
    parent: str
    issued_on: date
    state: Literal["issued", "paid", "unpaid", "withdrawn", "in court"]
    sessions: tuple[tuple[date, Literal["AM", "PM"]], ...] = ()
    """On which it rests, where the LA said so or a pack of ours did."""
    reference: str | None = None
    """The LA's own."""
    request: str | None = None
    """Of whose pack it came; None: somebody told us of it."""


class OtherPack(Exact):
    """Another pack against the same parent for the same child, of another request, of which no notice has come.

    `standing`: it is signed and on its way, or with an LA. `checked`: somebody has said that it is right as it is, so that its sessions
    are asked for. Otherwise somebody prepares it.
    """

    pack: str
    measure: Measure
    standing: bool
    checked: bool = False
    first: date
    last: date
    sessions: tuple[tuple[date, Literal["AM", "PM"]], ...] = ()
    """On which it rests; none before it is checked."""
    version: int = 0
    """Of what was read of it."""


class Asked(Exact):
    """An LA asked for the notices that it knows of, and its answer."""

    authority: str
    asked_on: date
    answered_on: date | None


class NoticeHistory(Exact):
    """Notices known to us, and which LAs were asked. Confirmed: all who were to be asked have answered."""

    known: tuple[Notice, ...] = ()
    packs: tuple[OtherPack, ...] = ()
    asked: tuple[Asked, ...] = ()
    confirmed: bool = False
    to_ask: tuple[str, ...] = ()
    """Codes of the LAs that were to be asked: the school's, and those under which the child was before."""
    came_on: date | None = None
    """The child's first day at its school, where nobody has said yet under which LA it was before."""
    given_up: frozenset[str] = frozenset()
    """Ids of parents against whom there were packs about the child, of which none is prepared or with an LA any more."""
    names: Mapping[str, str] = {}
    """Of the LAs that issued or were asked, by code, as far as we know them."""


class EditionBefore(Exact):
    """The pack in whose place another is prepared. `why`, `by`: of who began the other."""

    pack: str
    edition: int
    sent_on: date
    why: str
    by: str
    told: tuple[Rested, ...] = ()
    """The kinds of changes of which the LA was told since."""
    marks: ChildRegister | None
    """As they were certified."""
    sent: Pack | None
    """The document that was sent; None of one in an earlier version of its schema."""


class Material(Exact):
    pack: str
    edition: int
    """1, and one more for each version that supersedes another."""
    supersedes: str | None = None
    edition_before: EditionBefore | None = None
    """Of a pack in preparation that is to supersede another."""
    created: date
    company: str
    wanted: Wanted
    case: CaseEvidence
    school: SchoolFacts
    authority_code: str
    authority_name: str
    person: Person
    siblings: tuple[Person, ...] = ()
    withheld: Withheld
    marks: ChildRegister
    """Of the certificate's period: the marks as they are now; the certificate has those that were signed."""
    this_year: ChildRegister
    last_year: ChildRegister | None = None
    """For the cover and the herringbone page; None where the school's registers do not reach back."""
    school_days: tuple[date, ...] = ()
    """Days from the first of the certificate's period to today on which the school was open."""
    overrides: tuple[Override, ...] = ()
    items: tuple[Item, ...] = ()
    clocks: LegalClocks
    notices: NoticeHistory = NoticeHistory()
    statement: Statement | None = None
    exhibit_texts: tuple[ExhibitText, ...] = ()
    """Of the statement's exhibits, as they are in the case."""
    certificate: Certificate | None = None
    checked: Signature | None = None
    checked_by_witness: bool = False
    """Who checked it makes the statement too."""
    approved: Signature | None = None
