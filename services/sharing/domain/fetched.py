"""Whether an LA has fetched a pack, told from how far its own consumer has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["sent", "fetched", "expired"]
"""Of the states of a pack (life.py), those that the bus tells."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one LA's consumer, read first, and of the stream, read afterwards. Places are sequences of the stream."""

    acknowledged: int
    """Every message for the consumer up to this place has been acknowledged, or is gone from the stream."""
    first: int
    """The place of the oldest message that the stream still holds."""
    stream_since: datetime


def state(sequence: int, sent_at: datetime, progress: Progress) -> State:
    """`fetched` only of a message that still stood when its acknowledgement was seen: an LA saves a pack before it acknowledges.

    A message that left the stream by its age takes the consumer's mark with it, so it is `expired`. A stream made after the pack was sent
    is another one, whose places say nothing of it.
    """
    if progress.stream_since >= sent_at:
        return "sent"
    if sequence < progress.first:
        return "expired"
    return "fetched" if sequence <= progress.acknowledged else "sent"
