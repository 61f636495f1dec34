"""A school's register of one year while it is being filled: a row of sessions for each child on roll."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from deploy.demo.sample.habits import COMMENTS, MINUTES_LATE, Start
from deploy.demo.sample.model import Child
from deploy.demo.sample.published import ABSENT, NOT_POSSIBLE

FREE = ""
PRESENT = "/"
"""In the cells; the files write it as the session's own symbol."""
TRIES = 8
TRIP_EVERY, OBSERVANCES = 25, 3
"""A trip for each year group in so many days; days of observance in the register."""


@dataclass
class Register:
    """`cells[child][session]` is a code or free; sessions run AM, PM, AM, ... over `days`."""

    days: tuple[date, ...]
    roll: list[Child]
    groups: list[int]
    cells: list[list[str]]
    notes: dict[tuple[int, int], tuple[int | None, str]] = field(default_factory=dict)
    """(child, session) to minutes late and comment."""
    starts: dict[tuple[Start, int], Sequence[int]] = field(default_factory=dict)

    @classmethod
    def blank(cls, random: Random, days: tuple[date, ...], roll: list[Child], year: int) -> "Register":
        groups = [child.year_group(year) for child in roll]
        register = cls(days, roll, groups, [[FREE] * (2 * len(days)) for _ in roll])
        register.starts = {(kind, group): places for group in set(groups) for kind, places in _starts(random, days).items()}
        return register

    @property
    def width(self) -> int:
        return 2 * len(self.days)

    def lay(self, random: Random, child: int, code: str, start: Start, length: int) -> int:
        """One spell where it fits, else the same sessions scattered; how many were laid."""
        row, places = self.cells[child], self.starts[start, self.groups[child]]
        for _ in range(TRIES if places else 0):
            at = random.choice(places)
            if row[at : at + length] == [FREE] * length:
                return self._write(random, child, code, range(at, at + length))
        free = [at for at, cell in enumerate(row) if cell == FREE]
        return self._write(random, child, code, sorted(random.sample(free, min(length, len(free)))))

    def _write(self, random: Random, child: int, code: str, places: Sequence[int]) -> int:
        row = self.cells[child]
        for at in places:
            row[at] = code
            if code in MINUTES_LATE:
                self.notes[child, at] = (random.randint(*MINUTES_LATE[code]), "")
        if places and code in COMMENTS and random.random() < 0.1:
            minutes, _ = self.notes.get((child, places[0]), (None, ""))
            self.notes[child, places[0]] = (minutes, random.choice(COMMENTS[code]))
        return len(places)

    def finish(self) -> None:
        """Who has no other mark was present."""
        self.cells = [[cell or PRESENT for cell in row] for row in self.cells]

    def counts(self) -> Counter[str]:
        """Sessions by code, `/` and `\\` apart."""
        total: Counter[str] = Counter()
        for row in self.cells:
            total.update(row)
        afternoons = sum(row[1::2].count(PRESENT) for row in self.cells)
        total[PRESENT] -= afternoons
        total["\\"] = afternoons
        return +total

    def persistent(self) -> int:
        """Children absent for a tenth or more of their own possible sessions (DfE methodology 3.2.2)."""
        return sum(_is_persistent(row) for row in self.cells)


def _is_persistent(row: list[str]) -> bool:
    absent = sum(cell in ABSENT for cell in row)
    possible = sum(cell not in NOT_POSSIBLE for cell in row)
    return possible > 0 and 10 * absent >= possible


def _starts(random: Random, days: tuple[date, ...]) -> dict[Start, Sequence[int]]:
    """Where spells may begin; trips and observances are drawn."""
    mornings = range(0, 2 * len(days), 2)
    observances = Random(days[0].toordinal()).sample(mornings, min(OBSERVANCES, len(days))) if days else []
    return {
        "any": range(2 * len(days)),
        "day": mornings,
        "morning": mornings,
        "afternoon": range(1, 2 * len(days), 2),
        "monday": [2 * n for n, day in enumerate(days) if day.weekday() == 0],
        "exams": [2 * n for n, day in enumerate(days) if (5, 11) <= (day.month, day.day) <= (6, 25)],
        "observance": observances,
        "trip": random.sample(mornings, min(len(days), 1 + len(days) // TRIP_EVERY)),
    }
