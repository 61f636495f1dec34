"""What a roll has changed of what is known of its children, by kind: what others are told, who then ask for the rest."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

from services.attendance.domain.enrolment import Span
from services.attendance.domain.register_page import feed_of
from services.attendance.domain.roll_book import Entry, fields_now, named_by
from shared.contracts.attendance_events import RollChange

KINDS: Final[tuple[RollChange, ...]] = get_args(RollChange)

_BY_FIELD: Final[Mapping[str, RollChange]] = {
    "surname": "name",
    "forename": "name",
    "born": "date of birth",
    "upn": "identifier",
    "pupil id": "identifier",
    "year_group": "year group",
    "address": "address",
    "entry date": "enrolment",
}
_NOT_BY_FIELD: Final = "leaving date"
"""Whether a child has left is not one roll's word alone: see whole_rolls."""


class Seen(NamedTuple):
    """What is known of a child."""

    named: bool
    fields: Mapping[str, Any]
    span: Span | None


class Changed(NamedTuple):
    child: str
    kinds: tuple[RollChange, ...]


def seen(people: Mapping[str, Entry], spans: Mapping[str, Span]) -> dict[str, Seen]:
    return {child: Seen(named_by(entry) > 0, fields_now(entry), spans.get(child)) for child, entry in people.items()}


def is_begun(people: Iterable[Entry], feed: int) -> bool:
    """Whether another feed's roll has named anybody: the first roll of a year enters everybody, which is no change."""
    return any(feed_of(named_by(entry)) not in (0, feed) for entry in people)


def changes(before: Mapping[str, Seen], after: Mapping[str, Seen], *, begun: bool) -> list[Changed]:
    """The children of whom something else is known now, with what kinds of thing. `begun`: see is_begun."""
    found = []
    for child, now in after.items():
        kinds = set(_kinds(before.get(child), now, begun=begun))
        if kinds:
            found.append(Changed(child, tuple(kind for kind in KINDS if kind in kinds)))
    return found


def _kinds(before: Seen | None, now: Seen, *, begun: bool) -> Iterator[RollChange]:
    if before is None or not before.named:
        if now.named and begun:
            yield "entered"
        return
    left, has_left = (bool(one.span and one.span.last) or not one.named for one in (before, now))
    if has_left != left:
        yield "left" if has_left else "returned"
    if now.named:
        for name in {*before.fields, *now.fields} - {_NOT_BY_FIELD}:
            if before.fields.get(name) != now.fields.get(name):
                yield _kind(name)


def _kind(field: str) -> RollChange:
    if field[0].isdigit():  # a parent's
        return "address" if "address" in field else "contacts"
    return _BY_FIELD.get(field, "other")
