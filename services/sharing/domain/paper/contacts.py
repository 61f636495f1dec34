"""Which entries of a case stand in which volume.

What is told of the child's needs and of other agencies, and what was said with another parent, is for the authority alone. Words of an
entry that tell of others are served whole or not at all: a name that is struck leaves beside it what was said of whom it named.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.paper.servable import Servable
from services.sharing.domain.this_parent import was_with_another, was_with_parent
from shared.contracts.enforcement import EntryTold
from shared.pack.parts import WORDS_LEFT_OUT, Contact

WORDS: Final = ("with_whom", "outcome")
"""What is in an officer's own words."""


class Contacts(NamedTuple):
    """Each in the order of its days."""

    served: tuple[Contact, ...]
    needs: tuple[Contact, ...]
    agencies: tuple[Contact, ...]
    others: tuple[Contact, ...]


def served(material: Material) -> tuple[EntryTold, ...]:
    """Those of which the served volume tells, in the order of their days."""
    rest = [entry for entry in in_order(material) if entry.tells not in ("needs", "agencies")]
    return tuple(entry for entry in rest if not another_parents(material, entry))


def fit(entries: Iterable[EntryTold], servable: Servable, instead: str) -> Iterator[EntryTold]:
    """The entries as they may be served. `instead`: what stands in the place of words that may not be."""
    for entry in entries:
        changed = {field: instead for field in WORDS if unfit(getattr(entry, field), servable)}
        yield entry.model_copy(update=changed) if changed else entry


def chronology(material: Material, servable: Servable) -> tuple[Contact, ...]:
    """As it is served. Of words that name this parent and another the record still says that it was with this one."""
    entries, left = served(material), f"[{WORDS_LEFT_OUT}]"
    shown = zip(entries, fit(entries, servable, left), strict=True)
    return told(
        fitting.model_copy(update={"with_whom": f"{_of_record(material, entry)}{left}"}) if fitting.with_whom == left else fitting
        for entry, fitting in shown
    )


def _of_record(material: Material, entry: EntryTold) -> str:
    wanted, case = material.wanted, material.case
    if not was_with_parent(wanted, case, entry):
        return ""
    return "this parent and another " if was_with_another(wanted, case, entry) else "this parent "


def unfit(text: str, servable: Servable) -> bool:
    return any(True for _ in servable.findings(text))


def in_order(material: Material) -> list[EntryTold]:
    """Of their days."""
    return sorted(material.case.entries, key=lambda entry: entry.day)


def another_parents(material: Material, entry: EntryTold) -> bool:
    """Whether it was with somebody, and not with the parent of this pack."""
    return bool(entry.parents) and not was_with_parent(material.wanted, material.case, entry)


def contacts(material: Material) -> Contacts:
    """Notes of a conversation are never told to us, so there are none to leave out."""
    entries = in_order(material)
    rest = [entry for entry in entries if entry.tells not in ("needs", "agencies")]
    mine = served(material)
    return Contacts(
        served=told(mine),
        needs=told(entry for entry in entries if entry.tells == "needs"),
        agencies=told(entry for entry in entries if entry.tells == "agencies"),
        others=told(entry for entry in rest if entry not in mine),
    )


def not_served(material: Material) -> tuple[Contact, ...]:
    """What is for the authority alone."""
    found = contacts(material)
    return (*found.needs, *found.agencies, *found.others)


def told(entries: Iterable[EntryTold]) -> tuple[Contact, ...]:
    return tuple(
        Contact(
            date=entry.day,
            kind=entry.kind,
            with_whom=entry.with_whom,
            engagement=entry.engagement,
            outcome=entry.outcome,
            officer=entry.officer,
        )
        for entry in entries
    )
