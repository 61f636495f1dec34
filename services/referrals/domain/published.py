"""What the Department has published of England and its Local Authorities, for comparison."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

ENGLAND: Final = ""
"""In place of an LA's code."""
WHOLE: Final = "Total"
"""The row of all phases together, for a school of a phase of which none is published."""
PHASES: Final = ("Primary", "Secondary", "Special")


@dataclass(frozen=True, slots=True)
class Row:
    """Per cent, as published."""

    name: str
    phase: str
    attendance: float
    absence: float
    authorised: float
    unauthorised: float
    persistent: float


@dataclass(frozen=True, slots=True)
class Publication:
    """`rows`: by LA code (ENGLAND: all) and phase."""

    title: str
    publisher: str
    source: str
    licence: str
    first: date
    last: date
    rows: Mapping[tuple[str, str], Row]

    def of(self, authority: str, phase: str) -> Row | None:
        """The row of the school's phase, or of all phases; None where none is published."""
        return self.rows.get((authority, phase if phase in PHASES else WHOLE))


def latest(publications: Iterable[Publication], day: date) -> Publication | None:
    """The one that had begun by a day and began last; else the first that there is."""
    ordered = sorted(publications, key=lambda one: one.first)
    return next((one for one in reversed(ordered) if one.first <= day), ordered[0] if ordered else None)
