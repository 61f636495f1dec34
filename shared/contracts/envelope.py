"""The envelope that every event and command wears, and how one is written and read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import Permanent


class Unreadable(Permanent):
    """The message is not what its subject promises."""


class Message(BaseModel):
    """A frozen message. An undeclared field is a bug where it is built and is ignored where it is read (a newer publisher)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    SUBJECT: ClassVar[str]
    STREAM: ClassVar[str]

    id: str
    """The writing service, its document's id and version, an id of the write, the type and the place in that version's outbox."""
    type: str
    version: int
    at: datetime
    correlation_id: str
    """The request or timer at the beginning of the chain."""
    causation_id: str
    """The message that this one answers; the correlation id at the beginning of a chain."""

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Unreadable without a word of the content, which might be anything."""
        try:
            return cls.model_validate_json(body, extra="ignore")
        except ValidationError as error:
            fields = sorted({".".join(str(part) for part in fault["loc"] if isinstance(part, str)) for fault in error.errors()})
            raise Unreadable(f"{cls.__name__}: {', '.join(fields) or 'not JSON'}") from None


class Event(Message):
    """Something that happened, in the past tense. On the stream EVENTS for 30 days."""

    STREAM: ClassVar[str] = "EVENTS"


class Command(Message):
    """Something to be done, in the imperative."""


class Cause(BaseModel):
    """What a message continues: given by whoever handles a request or a message."""

    model_config = ConfigDict(frozen=True)

    correlation_id: str
    causation_id: str

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(correlation_id=message.correlation_id, causation_id=message.id)

    @classmethod
    def beginning(cls, request: str) -> Self:
        return cls(correlation_id=request, causation_id=request)


class Draft:
    """A message before its document's write gives it an id, a time and a cause."""

    __slots__ = ("fields", "model")

    def __init__(self, model: type[Message], **fields: Any) -> None:
        self.model = model
        self.fields: Mapping[str, Any] = fields

    def write(self, write: str, place: int, at: datetime, cause: Cause) -> Message:
        """`write`: names the write of a document of which this is the message at a place."""
        kind = self.model.model_fields["type"].default
        return self.model(
            id=f"{write}/{kind}/{place}",
            at=at,
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
            **self.fields,
        )


Ground = Literal["later date", "hold", "open case"]
"""Why a service keeps a child's records through a purge."""
