"""Invented marks with habits, so that a feed raises concerns over children who are known beforehand."""

import random
from collections.abc import Sequence
from datetime import date

from tests.support.plain import Row
from tests.support.school import upn

HABITS = 12
"""One child in so many has each habit; most have none."""


def children(count: int, first: int = 1) -> list[str]:
    return [upn(number) for number in range(first, first + count)]


def sheet(upns: Sequence[str], days: Sequence[date], seed: int = 1) -> list[Row]:
    """A mark for every child and session. In every twelve children one is never there, one ill every fifth day, one late every morning,
    one away on one morning in four without leave; `seed` turns who it is, and decides the other children's marks."""
    dice = random.Random(seed)
    return [
        (child, day, session, _code((place + 7 * seed) % HABITS, at, session, dice))
        for place, child in enumerate(upns)
        for at, day in enumerate(days)
        for session in ("AM", "PM")
    ]


def _code(habit: int, day: int, session: str, dice: random.Random) -> str:
    present = "/" if session == "AM" else "\\"
    if habit == 0:
        return "O"
    if habit == 1:
        return "I" if day % 5 == 0 else present
    if habit == 2:
        return "L" if session == "AM" else present
    if habit == 3 and day % 4 == 0 and session == "AM":
        return "O"
    return dice.choices([present, "M", "V"], [97, 1, 2])[0]
