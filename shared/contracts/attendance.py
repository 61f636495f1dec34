"""What `attendance` answers; what it publishes is in `attendance_events`."""

from datetime import date
from typing import Any, ClassVar, Literal

from shared.frozen import Frozen


class AskSchool(Frozen):
    """query.attendance.school"""

    SUBJECT: ClassVar[str] = "query.attendance.school"
    school: str


class SchoolFacts(Frozen):
    school: str
    name: str
    authority: str
    phase: str
    penalty_threshold: str | None = None
    """How the school's LA reads the threshold for a penalty notice, in words, with the version of its profile."""


class AskCredential(Frozen):
    """query.attendance.credential: for which schools a key stands, asked by its digest: a key never goes over the bus."""

    SUBJECT: ClassVar[str] = "query.attendance.credential"
    credential: str
    digest: str
    """SHA-256 of the key, in hexadecimal digits."""


class CredentialStands(Frozen):
    """None: the key is good for nothing (any more)."""

    schools: tuple[str, ...] | None


class AskPeople(Frozen):
    """query.attendance.people: who these children are, as their school's latest roll says."""

    SUBJECT: ClassVar[str] = "query.attendance.people"
    school: str
    children: tuple[str, ...]


class Carer(Frozen):
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


class Person(Frozen):
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


class Asked(Frozen):
    """A child with an open case, and the fields of a roll that the school has told nothing of."""

    child: str
    upn: str | None
    pupil_id: str | None
    """Both for the school itself alone."""
    fields: tuple[str, ...]


class People(Frozen):
    people: tuple[Person, ...]


class AskRolls(Frozen):
    """query.attendance.rolls: which schools have rolls, and when they have changed."""

    SUBJECT: ClassVar[str] = "query.attendance.rolls"


class RollStamp(Frozen):
    school: str
    stamp: str
    """Another one whenever anything of what the school's rolls say of anybody may be another."""


class RollStamps(Frozen):
    rolls: tuple[RollStamp, ...]


class AskRoll(Frozen):
    """query.attendance.roll: everybody whom the school's rolls name, a page at a time, in the order of the children's ids."""

    SUBJECT: ClassVar[str] = "query.attendance.roll"
    school: str
    after: str = ""
    """The last child of the page before."""


class RollPage(Frozen):
    people: tuple[Person, ...]
    """A joined child is one, under the record that is kept."""
    last: str | None
    """The last child of the page; None: there is no other."""


class AskWithheld(Frozen):
    """query.attendance.withheld: the addresses that no pack about this child may name, wherever they were written down, and whichever
    school's roll calls them confidential.

    Who takes an address out of a text has to know it. The bus lets `sharing` alone ask; the answer is stored nowhere.
    """

    SUBJECT: ClassVar[str] = "query.attendance.withheld"
    school: str
    child: str


class Withheld(Frozen):
    child: str
    confidential: bool
    """Whether the address of any parent or carer is confidential, one without a name or a known address included."""
    addresses: tuple[str, ...] = ()


class AskRegister(Frozen):
    """query.attendance.register: a child's sessions in a period, both days included."""

    SUBJECT: ClassVar[str] = "query.attendance.register"
    school: str
    child: str
    first: date
    last: date


class EarlierMark(Frozen):
    code: str | None
    """None: the session was said to have no mark."""
    feed: int
    changed_by: str | None = None
    reason: str | None = None
    """Who changed the mark before into this one and why, where the feed carries them."""


class RegisterSession(Frozen):
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


class CodeMeaning(Frozen):
    """A register code, what it means and the statistical class by which it counts."""

    code: str
    meaning: str
    statistical_class: str


class ChildRegister(Frozen):
    child: str
    sessions: tuple[RegisterSession, ...]
    statistics: dict[str, Any]
    key: tuple[CodeMeaning, ...] = ()
    """Explains every code of the sessions, and of the marks that stood before."""
    submitted: dict[int, date] = {}
    """The day on which each of the school's feeds named in the sessions was accepted, as far as its record is still held."""


class AskSchoolDays(Frozen):
    """query.attendance.school-days: the days of a period, both included, on which a school was open, as its calendar says so far."""

    SUBJECT: ClassVar[str] = "query.attendance.school-days"
    school: str
    first: date
    last: date


class SchoolDays(Frozen):
    days: tuple[date, ...]


class AskFingerprints(Frozen):
    """query.attendance.fingerprints: keyed hashes by which a returning file of disposed children is recognised."""

    SUBJECT: ClassVar[str] = "query.attendance.fingerprints"
    school: str
    cohort: str


class Fingerprint(Frozen):
    child: str
    year: int
    fingerprint: str


class Fingerprints(Frozen):
    fingerprints: tuple[Fingerprint, ...]
