"""Filling a register: the published mix of codes for the phase, shared out by what each child is like, in spells."""

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from deploy.demo.sample.habits import ATTENDING, COMMON, CONCENTRATED, Habit, Start
from deploy.demo.sample.propensity import PERSISTENT
from deploy.demo.sample.published import ABSENT, NOT_POSSIBLE, UNAUTHORISED, Phase, mixes
from deploy.demo.sample.register import FREE, Register

SCHOOLS_DIFFER = 0.01
"""Standard deviation of a school's count of a code around the published share."""
ROOM = 2.5
"""The few children of a concentrated code need this many times its sessions between them."""
SNOW_MONTHS = frozenset({12, 1, 2})
DUAL_REGISTERED = 120
"""One child in so many goes to another school on Wednesday afternoons."""
MORNINGS_LATE = 0.85


@dataclass(frozen=True)
class Nature:
    """What a child is like, from year to year."""

    absence: float
    """Rate, 0 to 0.97."""
    unauthorised: float
    """Leaning to unauthorised absence, around 1."""
    lateness: float
    """Weight, at least 1."""


def fill(random: Random, register: Register, phase: Phase, natures: list[Nature]) -> None:
    """Give every free session a code. Rows already laid (the story's children) stay, and count in the totals."""
    pinned = Counter(cell for row in register.cells for cell in row if cell != FREE)
    told = frozenset(n for n, row in enumerate(register.cells) if FREE not in row)
    _mark_not_possible(random, register, told)
    filler = _Filler(random, register, natures, told, _quota(random, register, phase, pinned))
    filler.lay_absence()
    filler.lay_attending()
    register.finish()


def _mark_not_possible(random: Random, register: Register, told: frozenset[int]) -> None:
    """One snow day (Y4) if the register has a winter, and a few children who are dual registered (D)."""
    winter = [n for n, day in enumerate(register.days) if day.month in SNOW_MONTHS]
    snow = random.choice(winter) if winter else None
    for child, row in enumerate(register.cells):
        if child in told:
            continue
        if snow is not None:
            row[2 * snow : 2 * snow + 2] = ["Y4", "Y4"]
        if random.randrange(DUAL_REGISTERED) == 0:
            for day in (n for n, day in enumerate(register.days) if day.weekday() == 2 and n != snow):
                row[2 * day + 1] = "D"


def _quota(random: Random, register: Register, phase: Phase, pinned: Counter[str]) -> Counter[str]:
    """Sessions still to lay, by code."""
    possible = sum(cell not in NOT_POSSIBLE for row in register.cells for cell in row)
    quota: Counter[str] = Counter()
    for code, share in mixes()[phase].shares.items():
        expected = possible * share * max(0.0, random.gauss(1.0, SCHOOLS_DIFFER))
        quota[code] = max(0, int(expected + random.random()) - pinned[code])
    return quota


def _stretched(rates: dict[int, float], room: dict[int, int], total: int) -> dict[int, float]:
    """Rates that sum to the total. Only what is above the line of persistent absence stretches: nobody crosses it."""
    below = sum(min(rate, PERSISTENT) * room[child] for child, rate in rates.items())
    above = sum(max(0.0, rate - PERSISTENT) * room[child] for child, rate in rates.items())
    if total <= below or not above:  # so few sessions that the line cannot be kept
        return {child: rate * total / ((below + above) or 1.0) for child, rate in rates.items()}
    factor = (total - below) / above
    return {child: min(rate, PERSISTENT) + max(0.0, rate - PERSISTENT) * factor for child, rate in rates.items()}


class _Filler:
    def __init__(self, random: Random, register: Register, natures: list[Nature], told: frozenset[int], quota: Counter[str]) -> None:
        self.random, self.register, self.natures, self.quota = random, register, natures, quota
        self.children = [n for n in range(len(natures)) if n not in told]
        self.need = self._needs()

    def _needs(self) -> dict[int, int]:
        """Sessions of absence for each child: by its rate, stretched so that all together meet the quota."""
        total = sum(self.quota[code] for code in ABSENT)
        room = {child: self.register.cells[child].count(FREE) for child in self.children}
        drawn = {child: self.natures[child].absence for child in self.children}
        rates = _stretched(drawn, room, total)
        need = {child: min(room[child], int(rate * room[child] + self.random.random())) for child, rate in rates.items()}
        short = total - sum(need.values())
        for child in self.random.choices(self.children, k=abs(short)) if self.children else []:
            need[child] = max(0, need[child] + (1 if short > 0 else -1))
        return need

    def lay_absence(self) -> None:
        for code, habit in CONCENTRATED.items():
            self._lay_few(code, habit)
        tickets = [child for child, need in self.need.items() for _ in range(need)]
        self.random.shuffle(tickets)
        for child in tickets:
            reason = self._common_code(child) if self.need[child] > 0 else None
            if reason:
                self._spell(child, reason, COMMON[reason])

    def _lay_few(self, code: str, habit: Habit) -> None:
        """A code that few children have. What does not fit becomes illness, the most common reason."""
        holders = self._holders(code, habit) if self.register.starts[habit.start, self.register.groups[0]] else []
        had: Counter[int] = Counter()
        while self.quota[code] > 0 and holders:
            child = self.random.choice(holders)
            had[child] += self._spell(child, code, habit)
            if self.need[child] <= 0 or had[child] >= habit.most:
                holders.remove(child)
        self.quota["I"] += self.quota.pop(code)

    def _holders(self, code: str, habit: Habit) -> list[int]:
        """Enough children of the right year groups, rather those who are away much."""
        order = sorted(self._eligible(habit), key=lambda child: -self.need[child] * self.random.random())
        holders: list[int] = []
        room = 0.0
        for child in order:
            if room >= ROOM * self.quota[code] or self.need[child] <= 0:
                break
            holders.append(child)
            room += min(self.need[child], habit.most)
        return holders

    def _common_code(self, child: int) -> str | None:
        """A reason for the next spell: by what is left of each, the child's age and leaning, and room for a holiday."""
        group, lean = self.register.groups[child], self.natures[child].unauthorised
        weights = []
        for code, habit in COMMON.items():
            weight = self.quota[code] * len(habit.lengths) / sum(habit.lengths)
            barred = (habit.groups is not None and group not in habit.groups) or (code == "G" and self.need[child] < 4)
            weights.append(0.0 if barred else weight * (lean if code in UNAUTHORISED else 1.0))
        if not any(weight > 0 for weight in weights):
            return None
        return self.random.choices(list(COMMON), weights)[0]

    def _spell(self, child: int, code: str, habit: Habit) -> int:
        length = min(self.random.choice(habit.lengths), self.need[child], self.quota[code])
        laid = self.register.lay(self.random, child, code, habit.start, length)
        self.quota[code] -= laid
        self.need[child] -= laid or self.need[child]  # a full row needs no more
        return laid

    def lay_attending(self) -> None:
        """Late marks and approved activities, over what is left of the register."""
        for code, habit in ATTENDING.items():
            pool = self._eligible(habit)
            pool = self.random.sample(pool, max(1, int(len(pool) * habit.few))) if pool else []
            weights = list(accumulate(self.natures[child].lateness if code == "L" else 1.0 for child in pool))
            for _ in range(self.quota[code] if pool else 0):
                if self.quota[code] <= 0:
                    break
                self._attending_spell(self.random.choices(pool, cum_weights=weights)[0], code, habit)

    def _attending_spell(self, child: int, code: str, habit: Habit) -> None:
        start: Start = "afternoon" if code == "L" and self.random.random() > MORNINGS_LATE else habit.start
        length = min(self.random.choice(habit.lengths), self.quota[code])
        self.quota[code] -= self.register.lay(self.random, child, code, start, length)

    def _eligible(self, habit: Habit) -> list[int]:
        groups = self.register.groups
        return [child for child in self.children if habit.groups is None or groups[child] in habit.groups]
