"""What officers were told of contacts, beside what the school's rolls say.

An officer's word stands over the roll's as long as the roll says what it said when the officer was told: the school's system may send the
old number for weeks. Once a roll says anything else, that is newer and counts. A parent is known by name, since files put the same
parents in different places; a name that the roll no longer has takes nothing.

Kept in a child's entry of the roll book as `told`: {intervention: [[name, field, value, instead, day], ...]}. `name`: letters of the
parent's name, empty for the child. `value`: None where the roll's was confirmed. `instead`: what the roll said then.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from services.attendance.domain.headers import PARENTS
from shared.contracts.referrals import ContactField, ContactSaid
from shared.words import letters

Told = Mapping[str, list[list[Any]]]


class ToldContact(BaseModel):
    """One line of the trail."""

    parent: str | None = Field(description="`<child>.1` and so on, where the roll names the parent now; none is the child.")
    field: ContactField
    what: str = Field(description="`confirmed` or `changed`.")
    on: date
    source: str = "officer"
    counts: bool = Field(description="Whether the roll shows it: until a file says something else than it did that day.")


def heard(told: Told, intervention: str, contacts: Iterable[ContactSaid], day: date, roll: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
    """With what an entry says now, in place of what it said before. `roll`: the fields as the files say them."""
    before = {(letters(name), field, value): instead for name, field, value, instead, _ in told.get(intervention, ())}
    lines = []
    for one in contacts:
        place = one.parent.rpartition(".")[2] if one.parent else ""
        name = letters(str(roll.get(f"{place} name") or "")) if place else ""
        if place and not name:
            continue
        now = roll.get(_key(place, one.field))
        lines.append([name, one.field, one.value, before.get((name, one.field, one.value), now), day.isoformat()])
    others = {key: said for key, said in told.items() if key != intervention}
    return {**others, intervention: lines} if lines else others


def over(told: Told, roll: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are known: the files' and over them what officers were told, the latest day's last."""
    known = dict(roll)
    for _, name, field, value, instead in _in_order(told):
        key = _place_of(name, field, roll)
        if key is not None and value is not None and roll.get(key) == instead:
            known[key] = value
    return known


def trail(child: str, told: Told, roll: Mapping[str, Any]) -> list[ToldContact]:
    """Everything that was told, the earliest first."""
    lines = []
    for day, name, field, value, instead in _in_order(told):
        key = _place_of(name, field, roll)
        lines.append(
            ToldContact(
                parent=f"{child}.{key.partition(' ')[0]}" if name and key else None,
                field=field,
                what="confirmed" if value is None else "changed",
                on=date.fromisoformat(day),
                counts=key is not None and roll.get(key) == instead,
            )
        )
    return lines


def _in_order(told: Told) -> list[tuple[str, str, ContactField, str | None, str | None]]:
    lines = [(day, key, name, field, value, instead) for key, said in told.items() for name, field, value, instead, day in said]
    return [(day, name, field, value, instead) for day, _, name, field, value, instead in sorted(lines, key=lambda one: one[:4])]


def _place_of(name: str, field: str, roll: Mapping[str, Any]) -> str | None:
    if not name:
        return _key("", field)
    place = next((place for place in PARENTS if letters(str(roll.get(f"{place} name") or "")) == letters(name)), None)
    return None if place is None else _key(str(place), field)


def _key(place: str, field: str) -> str:
    return f"{place} {field}" if place else field
