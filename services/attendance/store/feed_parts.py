"""Parts of a feed: as they are to be stored, and as whoever enters them is given them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.parts import unpack_marks, unpack_roll
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.whole_rolls import Whole
from shared.errors import Disposed
from shared.mongo import Document


class PartGone(Disposed):
    """The part of a feed is no longer there."""


LARGE = 200_000
"""Bytes of a part above which it is unpacked beside the rest."""

Said = MarksBatch | list[RollRow]
"""What a part says: marks, or of a roll."""


@dataclass(frozen=True, slots=True)
class NewPart:
    kind: str
    """`roll` or `marks`."""
    year: int
    cohort: str
    content: bytes
    day: date | None = None
    """The last day, of those that have come, of which its marks speak."""
    marks: MarksBatch | None = None
    """What `content` packs, where it is at hand."""


@dataclass(frozen=True, slots=True)
class Part:
    feed: Document
    """The feed's document as it was read."""
    school: str
    number: int
    """The feed's."""
    whole: tuple[Whole, int] | None
    """Where the feed is a whole roll: what it ends, and how many parts it has."""
    part: int
    year: int
    said: Said


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A feed that has been taken back: its document."""

    feed: Document


def at_hand(document: Document, parts: Sequence[NewPart]) -> list[Part]:
    """All parts of a new feed of marks; none where they are not at hand."""
    held = [
        Part(document, document["school"], document["number"], None, place, part.year, part.marks)
        for place, part in enumerate(parts)
        if part.marks is not None
    ]
    return held if len(held) == len(parts) else []


async def unpacked(kind: str, content: bytes) -> Said:
    unpack = unpack_roll if kind == "roll" else unpack_marks
    return unpack(content) if len(content) <= LARGE else await asyncio.to_thread(unpack, content)


def whole_of(head: Document) -> tuple[Whole, int] | None:
    told = head.get("whole")
    return (Whole(head["number"], date.fromisoformat(told["day"])), told["parts"]) if told else None
