"""What must be seen before anybody writes to or visits a family: a flag on a child, or on a parent of the child.

A flag stands until the day that was given with it, or until somebody lifts it with a reason. Nothing is forgotten: who set and lifted it
and why stays with the child's records. A flag of a parent counts with every child of that parent; one of a child, with that child alone.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.attendance import Person

FlagKind = Literal["safeguarding", "looked after", "do not contact"]
OF_A_PARENT: Final[FlagKind] = "do not contact"
"""The kind that is always of one parent; the others are of the child."""


class Word(BaseModel):
    """Who said something, when and why."""

    model_config = ConfigDict(frozen=True)

    by: str
    at: datetime
    why: str


class Flag(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    school: str
    child: str
    kind: FlagKind
    parent: str | None = None
    """The record of the parent who must not be contacted."""
    set: Word
    until: date | None = Field(None, description="The last day on which it stands; null: until it is lifted.")
    lifted: Word | None = None

    def stands(self, on: date) -> bool:
        return self.lifted is None and (self.until is None or on <= self.until)

    def same_as(self, other: "Flag") -> bool:
        """Whether it says the same thing of the same person."""
        return (self.school, self.child, self.kind, self.parent) == (other.school, other.child, other.kind, other.parent)


def standing(told: Iterable[Flag], child: str, on: date, parents: Collection[str] | None = None) -> list[Flag]:
    """The flags that stand over writing to these parents about this child: the child's own, and those of the parents.

    `parents`: all records of the one or ones who are meant; None: of whichever parent.
    """
    return [flag for flag in told if flag.stands(on) and _concerns(flag, child, parents)]


def of_roll(person: Person, school: str, at: datetime) -> list[Flag]:
    """The school's roll says "looked after" too: it stands for as long as the roll says so, and only the school can lift it."""
    if not person.looked_after:
        return []
    said = Word(by=f"roll of {school}", at=at, why="the school's roll says so")
    return [Flag(id="roll", school=school, child=person.child, kind="looked after", set=said)]


def _concerns(flag: Flag, child: str, parents: Collection[str] | None) -> bool:
    if flag.kind != OF_A_PARENT:
        return flag.child == child
    return parents is None or flag.parent in parents
