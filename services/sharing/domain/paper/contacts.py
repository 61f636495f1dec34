"""Which entries of a case stand in which volume.

What is told of the child's needs and of other agencies, and what was said with another parent, is for the authority alone.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.this_parent import was_with_parent
from shared.contracts.enforcement import EntryTold
from shared.pack.parts import Contact


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
