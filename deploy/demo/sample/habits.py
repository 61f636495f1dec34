"""How each code shows in a register: how long its spells are, when they begin, who has them.

These are assumptions; only the totals are published.
"""

from dataclasses import dataclass
from typing import Literal

Start = Literal["any", "day", "monday", "morning", "afternoon", "exams", "observance", "trip"]


@dataclass(frozen=True)
class Habit:
    lengths: tuple[int, ...]
    """Of a spell, in sessions; drawn alike."""
    start: Start
    groups: frozenset[int] | None = None
    """The year groups that can have it; None is all."""
    few: float = 1.0
    """Share of the children among whom an attending code stays."""
    most: int = 366
    """Sessions that one child has of a concentrated code."""


EXAM_YEAR, PLACEMENT_YEAR = frozenset({11}), frozenset({10})
COMPULSORY = frozenset(range(1, 12))
"""Reception is left out: unauthorised absence does not apply below compulsory school age (DfE methodology 4.4.3)."""

CONCENTRATED = {
    "S": Habit((2, 4, 6), "exams", EXAM_YEAR),
    "T": Habit((10, 20), "monday"),
    "C2": Habit((1,), "afternoon"),
    "E": Habit((2, 4, 6, 10), "day", COMPULSORY),
    "R": Habit((2,), "observance", most=6),
    "C1": Habit((1, 2), "any"),
    "J1": Habit((1, 2), "any", EXAM_YEAR, most=4),
}
"""Absence of a few children, laid first."""

COMMON = {
    "I": Habit((1, 2, 2, 2, 4, 4, 6, 8, 10), "any"),
    "O": Habit((1, 1, 2, 2, 4, 10), "any", COMPULSORY),
    "G": Habit((4, 6, 8, 10, 10), "monday", COMPULSORY),
    "C": Habit((2, 2, 4), "day"),
    "M": Habit((1,), "any"),
    "U": Habit((1,), "morning", COMPULSORY),
    "N": Habit((1, 2), "any", COMPULSORY),
}
"""Absence that any child has."""

ATTENDING = {
    "W": Habit((10,), "monday", PLACEMENT_YEAR),
    "K": Habit((2, 4, 10), "day", few=0.04),
    "B": Habit((1, 2, 4), "any", few=0.1),
    "P": Habit((1,), "afternoon", few=0.25),
    "V": Habit((2,), "trip"),
    "L": Habit((1,), "morning"),
}

MINUTES_LATE = {"L": (1, 30), "U": (31, 95)}
"""A register may stay open for at most 30 minutes, so who comes later is absent."""

COMMENTS = {
    "B": ("Off-site tutor, confirmed by phone", "Alternative provision, attended"),
    "C": ("Leave agreed by head", "Family funeral"),
    "E": ("Suspended, letter sent",),
    "G": ("Holiday, request not granted", "Abroad with family"),
    "I": ("Sickness bug", "Parent phoned, temperature", "Chest infection"),
    "M": ("Dentist", "Hospital appointment"),
    "O": ("No reason accepted", "Seen in town by neighbour"),
    "U": ("Came after registration closed",),
}
