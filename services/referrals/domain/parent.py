"""A parent or carer, as one school knows them: every field with who gave it, and the links to the school's children.

A record belongs to one school. Who is known to two schools has a record at each, and a named person says that they are the same
(same_person.py): so what one school gave is never shown to another through a parent, whatever is confirmed, taken back or changed later.

What the school's roll says is followed until an officer changes a field; from then on another word of the roll is a suggestion that a
person takes or leaves. A person on the roll is told by the name that the roll gives: who stands in the place of a parent under another
name may be the same person or somebody else, and only a person can say which.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal

from services.referrals.domain.flags import Word
from shared.frozen import Frozen
from shared.words import letters

Field = Literal["title", "name", "telephones", "email", "address", "language", "interpreter", "address confidential"]
Value = str | bool | tuple[str, ...] | None
Known = Literal["yes", "no", "not known"]
CONTACTS: Final[tuple[Field, ...]] = ("title", "name", "telephones", "email", "address", "language", "interpreter")
"""What whoever takes a call may change; whether the address is confidential is an officer's to say."""


class Told(Frozen):
    """What is known of one field: who gave it. `who` is the school's URN or the officer's id."""

    value: Value
    source: Literal["school", "officer"]
    who: str
    at: datetime


class Changed(Frozen):
    """A step of a record's history: what stood before, and who changed it and why (the roll gives no reason)."""

    field: str
    before: Told | None
    word: Word


class Doubt(Frozen):
    """The roll names somebody else in the place of this parent."""

    ref: str
    said: dict[Field, Value]
    relationship: str | None


class OfRoll(Frozen):
    """What the roll says of this parent with one child: `<child>.<place>` and the fields; no place once it no longer names them."""

    ref: str | None
    said: dict[Field, Value]
    relationship: str | None = None


class Parent(Frozen):
    id: str
    school: str
    fields: dict[Field, Told] = {}
    roll: dict[str, OfRoll] = {}
    """By child."""
    left: dict[Field, tuple[Value, ...]] = {}
    """Words of the roll that a person has looked at and not taken."""
    doubts: dict[str, Doubt] = {}
    """By child."""
    trail: tuple[Changed, ...] = ()

    def value(self, field: Field) -> Value:
        told = self.fields.get(field)
        return told.value if told else None

    def text(self, field: Field) -> str | None:
        """A field that is words."""
        value = self.value(field)
        return value if isinstance(value, str) else None

    @property
    def name(self) -> str:
        return str(self.value("name") or "")

    @property
    def telephones(self) -> tuple[str, ...]:
        said = self.value("telephones")
        return said if isinstance(said, tuple) else ()

    @property
    def refs(self) -> tuple[str, ...]:
        """The places on the roll under which enforcement names this parent."""
        return tuple(one.ref for one in self.roll.values() if one.ref)

    @property
    def hides_address(self) -> bool:
        """Whether the address is confidential: an officer or the school's roll says so. What the roll hides, no officer shows."""
        return self.value("address confidential") is True or any(one.said.get("address confidential") for one in self.roll.values())

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that was ever told of this parent."""
        told = [self.value("address"), *(step.before.value for step in self.trail if step.field == "address" and step.before)]
        of_rolls = [one.said.get("address") for one in self.roll.values()]
        return tuple(dict.fromkeys(one for one in (*told, *of_rolls) if isinstance(one, str) and one))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the record or the roll knows this parent."""
        told = [self.value("name"), *(step.before.value for step in self.trail if step.field == "name" and step.before)]
        of_rolls = [one.said.get("name") for one in self.roll.values()]
        return tuple(dict.fromkeys(one for one in (*told, *of_rolls) if isinstance(one, str) and one))

    def is_called(self, name: str) -> bool:
        return letters(name) in {letters(one) for one in self.names}

    def suggestions(self) -> dict[Field, Value]:
        """What the roll says now where an officer has said otherwise, and nobody has looked at it yet."""
        found: dict[Field, Value] = {}
        for said in (one.said for one in self.roll.values() if one.ref):
            for field, value in said.items():
                told = self.fields.get(field)
                if told and told.source == "officer" and field in CONTACTS and value not in (told.value, None, *self.left.get(field, ())):
                    found[field] = value
        return found


class Link(Frozen):
    """A parent and a child. A tie that the roll names is of the school's telling until an officer has said otherwise."""

    parent: str
    child: str
    school: str
    relationship: str | None = None
    parental_responsibility: Known = "not known"
    lives_with: Known = "not known"
    may_be_written_to: Known = "not known"
    court_order: str | None = None
    """An order or restriction that bears on who may be told what, in words."""
    since: date | None = None
    until: date | None = None
    said: Word
    """The latest word; earlier ones stand in the trail."""
    by_officer: bool = False
    trail: tuple["Link", ...] = ()

    def may_be_lettered(self, on: date) -> bool:
        """Whether a letter about this child may go to this parent: nobody has said no, and where an order stands somebody has said yes.
        Where nobody has said anything, the letters' settings say whether it waits for a person's yes."""
        current = (self.since is None or self.since <= on) and (self.until is None or on <= self.until)
        return current and (self.may_be_written_to == "yes" or (self.may_be_written_to == "not known" and not self.court_order))


def changed(parent: Parent, said: Mapping[Field, Value], word: Word) -> Parent:
    """An officer's word, field by field; what says nothing new changes nothing. None takes a field away."""
    new = {field: value for field, value in said.items() if parent.value(field) != value}
    if not new:
        return parent
    steps = tuple(Changed(field=field, before=parent.fields.get(field), word=word) for field in new)
    told = {field: Told(value=value, source="officer", who=word.by, at=word.at) for field, value in new.items()}
    known = {field: tuple(one.said[field] for one in parent.roll.values() if one.said.get(field) is not None) for field in new}
    left = {field: tuple(dict.fromkeys((*parent.left.get(field, ()), *values))) for field, values in known.items()}
    return parent.model_copy(
        update={"fields": {**parent.fields, **told}, "left": {**parent.left, **left}, "trail": (*parent.trail, *steps)}
    )


def taken(parent: Parent, field: Field, word: Word, *, take: bool) -> Parent:
    """A suggestion of the roll, taken or left; the record as it was where there is none (any more)."""
    suggested = parent.suggestions()
    if field not in suggested:
        return parent
    if take:
        return changed(parent, {field: suggested[field]}, word)
    return parent.model_copy(update={"left": {**parent.left, field: (*parent.left.get(field, ()), suggested[field])}})


def relinked(link: Link, said: Mapping[str, object], word: Word) -> Link:
    """What an officer says of the tie; said again it changes nothing."""
    if all(getattr(link, name) == value for name, value in said.items()):
        return link
    before = link.model_copy(update={"trail": ()})
    return link.model_copy(update={**said, "said": word, "by_officer": True, "trail": (*link.trail, before)})


def without(parent: Parent, child: str) -> Parent:
    """The record of a parent of several children when one of them is disposed of."""
    gone = {name: {key: value for key, value in getattr(parent, name).items() if key != child} for name in ("roll", "doubts")}
    return parent.model_copy(update=gone)
