"""What is kept of a roll: who every child is, and of the rest what the school's agreement lists; all of it of a child with an open case.

What is not listed is dropped before anything is stored, and counted. Source: UK GDPR Art. 5(1)(c), data minimisation.
"""

from collections import Counter
from collections.abc import Collection, Set
from dataclasses import replace
from typing import Final

from services.attendance.domain.roll_book import Entry, fields_told
from services.attendance.domain.roll_row import Cell, RollRow
from shared.agreement import AGREEABLE

IDENTITY: Final = frozenset(("entry date", "leaving date"))
"""Kept of every child, with the UPN (the former one too), the pupil id, the names, the date of birth and the year group."""

CONFIDENTIAL: Final = "parent address confidential"
"""Goes with any address: without it one might be disclosed that has to stay hidden."""


def allowed(agreement: Collection[str]) -> frozenset[str]:
    """The names of fields, a parent's without number, that may be kept of every child."""
    addresses = {"address", "parent address"} & set(agreement)
    return IDENTITY | set(agreement) | ({CONFIDENTIAL} if addresses else set())


def keep_agreed(rows: Collection[RollRow], agreement: Collection[str], in_need: Set[str]) -> tuple[list[RollRow], dict[str, int]]:
    """The rows as they may be stored, and in how many of them each field was dropped. `in_need`: keys of children with an open case."""
    kept = allowed(agreement)
    dropped = Counter[str]()
    return [row if not in_need.isdisjoint(row.keys) else _without(row, kept, dropped) for row in rows], dict(sorted(dropped.items()))


def missing(entry: Entry | None) -> list[str]:
    """Of a child with an open case: the fields that no roll has said anything of, not even that there is nothing."""
    told = fields_told(entry) if entry else set()
    names = {f"parent {name.removeprefix('1 ')}" if name.startswith("1 ") else name for name in told}
    return [name for name in AGREEABLE if name not in names]


def _without(row: RollRow, kept: frozenset[str], dropped: Counter[str]) -> RollRow:
    gone: set[str] = set()
    details = _those(row.details, "", kept, gone)
    parents = {number: some for number, parent in row.parents.items() if (some := _those(parent, "parent ", kept, gone))}
    dropped.update(gone)
    return replace(row, details=details, parents=parents)


def _those(fields: dict[str, Cell], prefix: str, kept: frozenset[str], gone: set[str]) -> dict[str, Cell]:
    """The fields that may be kept; the names of those in which something stood and that may not are added to `gone`."""
    gone |= {prefix + name for name, value in fields.items() if prefix + name not in kept and value is not None}
    return {name: value for name, value in fields.items() if prefix + name in kept}
