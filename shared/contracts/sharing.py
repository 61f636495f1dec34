"""What `sharing` publishes."""

from typing import ClassVar, Literal

from shared.contracts.envelope import Event


class PackSent(Event):
    """The pack is on the stream for its LA."""

    SUBJECT: ClassVar[str] = "events.sharing.pack-sent"
    type: Literal["pack-sent"] = "pack-sent"
    version: Literal[1] = 1
    pack: str
    case: str
    authority: str


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
