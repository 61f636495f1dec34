"""What `attendance` publishes and answers."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Command, Event

Rule = Literal[
    "persistent absence",
    "severe absence",
    "at risk of persistent absence",
    "ten sessions unauthorised",
    "ten days unauthorised",
    "fifteen days of illness",
    "late before the register closed",
    "late after the register closed",
    "same weekday",
    "edge of holidays",
    "sudden drop",
]


class StoreFeed(Command):
    """The ticket of one part of an accepted feed; the part itself is in the collection, sealed. Of a feed that is being taken back, the
    ticket to take it out.
    """

    SUBJECT: ClassVar[str] = "feeds.ticket"
    STREAM: ClassVar[str] = "FEEDS"
    type: Literal["store-feed"] = "store-feed"
    version: Literal[1] = 1
    school: str
    feed: str
    part: int


class FeedStored(Event):
    """Every part of a feed is in the register or the roll."""

    SUBJECT: ClassVar[str] = "events.attendance.feed-stored"
    type: Literal["feed-stored"] = "feed-stored"
    version: Literal[1] = 1
    school: str
    feed: str
    number: int
    years: tuple[int, ...]


class ChildrenJoined(Event):
    """Two records of a school are one child from now on: what was the joined record's is shown with the kept one's."""

    SUBJECT: ClassVar[str] = "events.attendance.children-joined"
    type: Literal["children-joined"] = "children-joined"
    version: Literal[1] = 1
    school: str
    kept: str
    joined: str
    order: int
    """Grows with each thing said of these two, whatever the order of arrival."""


class ChildrenParted(Event):
    """They are two children again, each with what was its own."""

    SUBJECT: ClassVar[str] = "events.attendance.children-parted"
    type: Literal["children-parted"] = "children-parted"
    version: Literal[1] = 1
    school: str
    kept: str
    joined: str
    order: int


class Raised(BaseModel):
    """A child's attendance came to meet a rule's test. Raised once until it eases."""

    model_config = ConfigDict(frozen=True)

    child: str
    rule: Rule
    order: int
    """Grows with each raising and easing of this rule for this child, school and year, whatever the order of arrival."""
    proposes: bool = True
    """Whether it proposes a referral; else it is shown with what there is of the child."""


class Eased(BaseModel):
    """The rule's test is no longer met."""

    model_config = ConfigDict(frozen=True)

    child: str
    rule: Rule
    order: int


class ConcernsChanged(Event):
    """What one write of a register page has turned: the concerns over its children that came and that went, each rule of a child once."""

    SUBJECT: ClassVar[str] = "events.attendance.concerns-changed"
    type: Literal["concerns-changed"] = "concerns-changed"
    version: Literal[1] = 1
    school: str
    year: int
    profile: str | None = None
    """The version of the profile by which they were judged: `national 2024-08-19`, or an authority's code and a date."""
    raised: tuple[Raised, ...] = ()
    eased: tuple[Eased, ...] = ()


class SchoolSilent(Event):
    """The school is open and has sent no register of this day by its hour. Once for each school and day."""

    SUBJECT: ClassVar[str] = "events.attendance.school-silent"
    type: Literal["school-silent"] = "school-silent"
    version: Literal[1] = 1
    school: str
    day: date


class SchoolHeard(Event):
    """The alarm over this day is at an end: marks of it or of a later day are stored, or the school was closed."""

    SUBJECT: ClassVar[str] = "events.attendance.school-heard"
    type: Literal["school-heard"] = "school-heard"
    version: Literal[1] = 1
    school: str
    day: date


RollChange = Literal[
    "entered",
    "left",
    "returned",
    "name",
    "date of birth",
    "identifier",
    "year group",
    "address",
    "contacts",
    "enrolment",
    "other",
]


class RollChanged(Event):
    """A feed has changed what a school's roll says of a child: in what respects, and not what. Who needs to know asks."""

    SUBJECT: ClassVar[str] = "events.attendance.roll-changed"
    type: Literal["roll-changed"] = "roll-changed"
    version: Literal[1] = 1
    school: str
    child: str
    year: int
    feed: int
    """Number of the school's feed; a roll that was taken back too changes what is known. 0: an officer was told."""
    changes: tuple[RollChange, ...]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class AskSchool(_Answer):
    """query.attendance.school"""

    SUBJECT: ClassVar[str] = "query.attendance.school"
    school: str


class SchoolFacts(_Answer):
    school: str
    name: str
    authority: str
    phase: str
    penalty_threshold: str | None = None
    """How the school's LA reads the threshold for a penalty notice, in words, with the version of its profile."""


class AskCredential(BaseModel):
    """query.attendance.credential: for which schools a key stands, asked by its digest: a key never goes over the bus."""

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.attendance.credential"
    credential: str
    digest: str
    """SHA-256 of the key, in hexadecimal digits."""


class CredentialStands(BaseModel):
    """None: the key is good for nothing (any more)."""

    model_config = ConfigDict(frozen=True)
    schools: tuple[str, ...] | None


class AskPeople(_Answer):
    """query.attendance.people: who these children are, as their school's latest roll says."""

    SUBJECT: ClassVar[str] = "query.attendance.people"
    school: str
    children: tuple[str, ...]


class Carer(_Answer):
    """A parent or carer as the roll names them. `address` is None where it is confidential: see AskWithheld."""

    parent: str
    """`<child>.1` or `<child>.2`: the place on the roll."""
    name: str
    relationship: str | None = None
    address: str | None = None
    address_confidential: bool = False
    born: date | None = None
    phone: str | None = None
    email: str | None = None


class Person(_Answer):
    child: str
    upn: str | None
    """None where the school has none: then `pupil_id` is its own name for the child."""
    pupil_id: str | None = None
    records: tuple[str, ...] = ()
    """Of a joined child, the ids of all its records at the school, the one that is kept first; else none."""
    forename: str | None = None
    surname: str | None = None
    """Names are None for a child known from marks alone."""
    born: date | None = None
    year_group: str | None = None
    entered: date | None = None
    left: date | None = None
    """First and last day on roll, where the roll tells them or a whole roll has ended the enrolment."""
    sex: str | None = None
    address: str | None = None
    looked_after: bool | None = None
    special_educational_needs: str | None = None
    carers: tuple[Carer, ...] = ()


class Asked(_Answer):
    """A child with an open case, and the fields of a roll that the school has told nothing of."""

    child: str
    upn: str | None
    pupil_id: str | None
    """Both for the school itself alone."""
    fields: tuple[str, ...]


class People(_Answer):
    people: tuple[Person, ...]


class AskRolls(_Answer):
    """query.attendance.rolls: which schools have rolls, and when they have changed."""

    SUBJECT: ClassVar[str] = "query.attendance.rolls"


class RollStamp(_Answer):
    school: str
    stamp: str
    """Another one whenever anything of what the school's rolls say of anybody may be another."""


class RollStamps(_Answer):
    rolls: tuple[RollStamp, ...]


class AskRoll(_Answer):
    """query.attendance.roll: everybody whom the school's rolls name, a page at a time, in the order of the children's ids."""

    SUBJECT: ClassVar[str] = "query.attendance.roll"
    school: str
    after: str = ""
    """The last child of the page before."""


class RollPage(_Answer):
    people: tuple[Person, ...]
    """A joined child is one, under the record that is kept."""
    last: str | None
    """The last child of the page; None: there is no other."""


class AskWithheld(_Answer):
    """query.attendance.withheld: the addresses that no pack about this child may name, wherever they were written down.

    Who takes an address out of a text has to know it. The bus lets `sharing` alone ask; the answer is stored nowhere.
    """

    SUBJECT: ClassVar[str] = "query.attendance.withheld"
    school: str
    child: str


class Withheld(_Answer):
    child: str
    confidential: bool
    """Whether the address of any parent or carer is confidential, one without a name or a known address included."""
    addresses: tuple[str, ...] = ()


class AskRegister(_Answer):
    """query.attendance.register: a child's sessions in a period, both days included."""

    SUBJECT: ClassVar[str] = "query.attendance.register"
    school: str
    child: str
    first: date
    last: date


class EarlierMark(_Answer):
    code: str | None
    """None: the session was said to have no mark."""
    feed: int
    changed_by: str | None = None
    reason: str | None = None
    """Who changed the mark before into this one and why, where the feed carries them."""


class RegisterSession(_Answer):
    day: date
    session: Literal["AM", "PM"]
    code: str | None
    """None: a mark that stood was taken away, so the session is missing."""
    minutes_late: int | None = None
    feed: int
    """Number of the school's feed that first said so."""
    changed_by: str | None = None
    reason: str | None = None
    """Who changed the mark before into this one and why, where the feed carries them."""
    earlier: tuple[EarlierMark, ...] = ()
    planned: bool = False
    """Entered ahead for a day that is yet to come: it counts from that day."""


class CodeMeaning(_Answer):
    """A register code, what it means and the statistical class by which it counts."""

    code: str
    meaning: str
    statistical_class: str


class ChildRegister(_Answer):
    child: str
    sessions: tuple[RegisterSession, ...]
    statistics: dict[str, Any]
    key: tuple[CodeMeaning, ...] = ()
    """Explains every code of the sessions, and of the marks that stood before."""
    submitted: dict[int, date] = {}
    """The day on which each of the school's feeds named in the sessions was accepted, as far as its record is still held."""


class AskStanding(_Answer):
    """query.attendance.standing: the figures behind children's concerns."""

    SUBJECT: ClassVar[str] = "query.attendance.standing"
    school: str
    year: int
    children: tuple[str, ...]
    detailed: bool = False
    """Whether each concern is to be told with the sessions on which it rests."""
    as_judged: bool = False
    """Whether the figures by which a concern over the child has turned will do, where that was seconds ago."""


class ConcernSession(_Answer):
    day: date
    session: Literal["AM", "PM"]
    code: str


class MetConcern(_Answer):
    """A rule that a child's register meets today, worked out from the register when it is asked for."""

    rule: Rule
    profile: str
    """The version of the profile by which it is judged."""
    raised: bool
    """Whether it stands raised. Patterns that propose nothing are shown and never raised."""
    proposes: bool
    since: date
    """The day with whose register it was met and has been since."""
    figures: dict[str, int]
    sessions: tuple[ConcernSession, ...]
    """Those on which it rests, in order."""


class Standing(_Answer):
    child: str
    possible: int
    absent: int
    unauthorised: int
    late: int
    rules: tuple[Rule, ...]
    profile: str | None = None
    """The version of the profile by which the rules are judged."""
    concerns: tuple[MetConcern, ...] = ()


class Standings(_Answer):
    standings: tuple[Standing, ...]


class AskSchoolDays(_Answer):
    """query.attendance.school-days: the days of a period, both included, on which a school was open, as its calendar says so far."""

    SUBJECT: ClassVar[str] = "query.attendance.school-days"
    school: str
    first: date
    last: date


class SchoolDays(_Answer):
    days: tuple[date, ...]


class AskFingerprints(_Answer):
    """query.attendance.fingerprints: keyed hashes by which a returning file of disposed children is recognised."""

    SUBJECT: ClassVar[str] = "query.attendance.fingerprints"
    school: str
    cohort: str


class Fingerprint(_Answer):
    child: str
    year: int
    fingerprint: str


class Fingerprints(_Answer):
    fingerprints: tuple[Fingerprint, ...]


FeedStanding = Literal["accepted", "stored", "waiting for a yes", "declined", "withdrawing", "withdrawn"]
"""`accepted`: safe, and on its way to `stored`, in the register or the roll. `waiting for a yes`: a whole roll that would end more than a
twentieth of the enrolments; nothing of it counts until a person has confirmed it. `declined`: nothing of it ever will. `withdrawing`: being
taken back, and on its way to `withdrawn`, when nothing of it counts any more."""


class FeedState(_Answer):
    """What GET /v1/feeds/{id} says."""

    feed: str
    number: int
    school: str
    state: FeedStanding
    accepted_at: datetime
    stored_at: datetime | None = None
    withdrawn_at: datetime | None = None
    """When it was asked for."""
    withdrawn_by: str | None = None
    """The role of who asked for it."""
    receipt: dict[str, Any]
