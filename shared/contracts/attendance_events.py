"""What `attendance` publishes, and what becomes of a feed."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Command, Event
from shared.contracts.standing import Rule


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
    """A child's attendance came to meet a rule's test. Raised once until it eases, and once more where it stands and the settings of the
    school or its authority let it propose by now."""

    model_config = ConfigDict(frozen=True)

    child: str
    rule: Rule
    order: int
    """Grows with each raising and easing of this rule for this child, school and year, whatever the order of arrival."""
    proposes: bool = True
    """Whether it proposes a referral; else it is shown with what there is of the child."""
    met: int | None = None
    """Of what stood already: the order by which it was met. None: it is met anew."""


class Eased(BaseModel):
    """The rule's test is no longer met; among `lapsed`: it is met, and proposes no more."""

    model_config = ConfigDict(frozen=True)

    child: str
    rule: Rule
    order: int


class ConcernsChanged(Event):
    """What one write of a register page has turned: the concerns over its children that came, that went, and that stand but propose no
    more since the settings changed; each rule of a child once."""

    SUBJECT: ClassVar[str] = "events.attendance.concerns-changed"
    type: Literal["concerns-changed"] = "concerns-changed"
    version: Literal[1] = 1
    school: str
    year: int
    profile: str | None = None
    """The version of the profile by which they were judged: `national 2024-08-19`, or an authority's code and a date."""
    raised: tuple[Raised, ...] = ()
    eased: tuple[Eased, ...] = ()
    lapsed: tuple[Eased, ...] = ()


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


FeedStanding = Literal["accepted", "stored", "waiting for a yes", "declined", "withdrawing", "withdrawn"]
"""`accepted`: safe, and on its way to `stored`, in the register or the roll. `waiting for a yes`: a whole roll that would end more than a
twentieth of the enrolments; nothing of it counts until a person has confirmed it. `declined`: nothing of it ever will. `withdrawing`: being
taken back, and on its way to `withdrawn`, when nothing of it counts any more."""


class FeedState(BaseModel):
    """What GET /v1/feeds/{id} says."""

    model_config = ConfigDict(frozen=True)

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
    not_withdrawn: str | None = None
    """Why the feed counts although it was to be taken back."""
    receipt: dict[str, Any]
