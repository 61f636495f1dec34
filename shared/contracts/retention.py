"""What `retention` publishes and answers, and how every service answers it."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Command, Event, Ground


class DisposalDateMoved(Event):
    """Every record of the child is now kept until `due`; one that is due later by itself stays where it is.

    `due` may be earlier than what was told before, and is empty where nothing keeps the records any more: then each goes back to its own
    date, or to `due` where that is later.
    """

    SUBJECT: ClassVar[str] = "events.retention.disposal-date-moved"
    type: Literal["disposal-date-moved"] = "disposal-date-moved"
    version: Literal[1] = 1
    child: str
    due: str
    order: int = 0
    """Grows with each change of the child's date, whatever the order of arrival. 0: `due` is never brought forward by it."""


class Purge(Command):
    """Delete what belongs to a cohort: one school's, or (school None, sent last) what belongs to no school."""

    SUBJECT: ClassVar[str] = "commands.retention.purge"
    STREAM: ClassVar[str] = "COMMANDS"
    type: Literal["purge"] = "purge"
    version: Literal[1] = 1
    purge: str
    cohort: str
    school: str | None
    children: tuple[str, ...]


class PurgeAnswered(Event):
    """One service's answer to one purge command, child by child; published under the answering service's own name.

    A child of whom something was erased stands in `retained` too where another record of the same child keeps a document that names both.
    """

    SUBJECT: ClassVar[str] = "events.{service}.purge-answered"
    type: Literal["purge-answered"] = "purge-answered"
    version: Literal[1] = 1
    purge: str
    cohort: str
    school: str | None
    service: str
    erased: tuple[str, ...]
    nothing_held: tuple[str, ...]
    retained: dict[str, Ground]
    failed: tuple[str, ...]
    records: int
    """Documents deleted."""


class AskUntold(BaseModel):
    """query.<service>.untold: what of these subjects the service has written down and not told yet, before anybody is judged by what was
    told."""

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.{service}.untold"
    subjects: tuple[str, ...]


class Untold(BaseModel):
    model_config = ConfigDict(frozen=True)
    documents: int
    """Whose outbox holds such a message: counted no further than a few."""


class AskDisposed(BaseModel):
    """query.retention.disposed: which of these fingerprints stand in the purge ledger for this academic year."""

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.retention.disposed"
    year: int
    fingerprints: tuple[str, ...]


class Disposed(BaseModel):
    model_config = ConfigDict(frozen=True)
    fingerprints: tuple[str, ...]
