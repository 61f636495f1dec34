"""What `sharing` publishes."""

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.envelope import Event

Rested = Literal["sessions", "parent", "address", "flag"]
"""On what a sent pack rests."""
Checked = Literal[
    "child", "particulars of parents", "siblings", "chronology", "letters", "leave", "notices", "concerns", "other registers", "particulars"
]
"""What else is looked at from the check of a pack to its sending."""
PackKind = Literal[Rested, Checked, "authority", "certificate"]


class PackSent(Event):
    """The pack is on the stream for its LA."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-sent"
    type: Literal["pack-sent"] = "pack-sent"
    version: Literal[1] = 1
    pack: str
    case: str
    authority: str
    edition: int = 1
    supersedes: str | None = None
    """The pack whose place this one takes."""


class PackFetched(Event):
    """The LA acknowledged that it has saved the pack."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-fetched"
    type: Literal["pack-fetched"] = "pack-fetched"
    version: Literal[1] = 1
    pack: str
    case: str
    authority: str


class DisclosureMade(Event):
    """Something about a child was told to an agency; the log says what, under which basis."""

    SUBJECT: ClassVar[str] = "events.sharing.disclosure-made"
    type: Literal["disclosure-made"] = "disclosure-made"
    version: Literal[1] = 1
    disclosure: str
    child: str
    authority: str


class DisclosureRefused(Event):
    SUBJECT: ClassVar[str] = "events.sharing.disclosure-refused"
    type: Literal["disclosure-refused"] = "disclosure-refused"
    version: Literal[1] = 1
    disclosure: str
    child: str
    authority: str


class _OfAChild(Event):
    """What is told of a pack to who works with the child."""

    pack: str
    case: str
    school: str
    child: str
    authority: str


class PackAnswered(_OfAChild):
    """The LA has said something of a pack, or a person has typed in what it said."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-answered"
    type: Literal["pack-answered"] = "pack-answered"
    version: Literal[1] = 1
    state: str
    """Where the pack stands after all that was said of it: one of the states of services/sharing/domain/life.py."""
    says: str | None = None
    """What was said now; it may lead nowhere, being late. None: a word was struck, or it is `state`."""
    on: date
    questions: int = 0
    """Of a pack that came back with questions: how many. Who may read them asks `sharing`."""
    edition: int
    """Grows with each thing said of this pack, and with each that is struck."""
    struck: str | None = None
    """The word that was brought by mistake and holds no more; then `state` is where the pack stands without it."""
    by: str | None = None
    """Id of whoever of our own people typed it in, brought the file, struck the word or took the pack back: they know it. None: the LA said
    it itself."""
    act_by: date | None = None
    """Of one that came back with questions: the nearest of its legal clocks."""


class PackOutdated(_OfAChild):
    """A session, parent, address or flag on which a sent pack rests is another now. Ids and kinds only."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-outdated"
    type: Literal["pack-outdated"] = "pack-outdated"
    version: Literal[1] = 1
    what: tuple[Rested, ...]
    people: tuple[str, ...] = ()
    """Ids of who had checked and approved what was sent."""
    answer_by: date | None = None
    """By when it is to be answered, by the LA's profile; it may be over where an earlier change is open still."""
    act_by: date | None = None
    """The last day in court: the nearest of its legal clocks; None once none runs."""
    edition: int


class PackChangeUnanswered(Event):
    """The day is over by which a change of a sent pack was to be answered, and nobody has. Told again every week until somebody does."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-change-unanswered"
    type: Literal["pack-change-unanswered"] = "pack-change-unanswered"
    version: Literal[1] = 1
    pack: str
    case: str
    school: str
    authority: str
    answer_by: date
    times: int
    """How often it is told by now."""
    act_by: date | None = None
    """The last day in court: the nearest of its legal clocks; None once none runs."""


class PackDraftAgain(_OfAChild):
    """A pack that was checked is a draft again, since something of it changed: nobody has checked what it is now. Ids and kinds only."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-draft-again"
    type: Literal["pack-draft-again"] = "pack-draft-again"
    version: Literal[1] = 1
    what: tuple[PackKind, ...]
    people: tuple[str, ...]
    """Ids of who had checked and approved it."""
    signed: bool = False
    """Whether the head teacher had signed: the school is to sign anew."""
    act_by: date | None
    """The nearest of its legal clocks."""
    edition: int
    """Grows with each thing that is done on the pack."""


class PackNotFetched(Event):
    """The LA has not taken a pack that waits for it in the days that its profile allows. Told again when as many have passed again."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-not-fetched"
    type: Literal["pack-not-fetched"] = "pack-not-fetched"
    version: Literal[1] = 1
    pack: str
    case: str
    school: str
    authority: str
    days: int
    act_by: date | None = None
    """The nearest of its legal clocks."""


class LegalClockMoved(Event):
    """The last day on which the LA can still act on a pack in preparation, for the caseload."""

    SUBJECT: ClassVar[str] = "events.sharing.legal-clock-moved"
    type: Literal["legal-clock-moved"] = "legal-clock-moved"
    version: Literal[1] = 1
    pack: str
    case: str
    request_by: date | None
    earliest_by: date | None
    """None: nothing in preparation rests on a session any more."""
    edition: int
