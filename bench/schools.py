"""Invented schools, made fast: rolls and registers as CSV. One child in five is away often, so that every rule finds somebody."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from deploy.demo.sample.calendar import open_days
from services.attendance.domain.upn import check_letter

CHILDREN = 900
"""On the roll of each school; 1,000 at most, by their UPNs' serial."""

CODES = ("/", "I", "M", "O", "L", "U")
OFTEN_HERE, OFTEN_AWAY = (93, 3, 1, 1, 1.7, 0.3), (78, 7, 2, 9, 3, 1)
"""Of 100 sessions. Together near the absence of a secondary school in England."""


@dataclass(frozen=True)
class School:
    urn: str
    upns: tuple[str, ...]

    @property
    def facts(self) -> dict[str, Any]:
        return {"name": f"Bench School {self.urn}", "authority": "991", "phase": "Secondary"}

    def roll(self, year: int) -> bytes:
        rows = [f"{upn},Sample,Child,{year - 12}-01-15,7\n" for upn in self.upns]
        return ("UPN,Surname,Forename,Date of birth,Year group\n" + "".join(rows)).encode()

    def marks(self, days: Sequence[date], seed: int = 0, said: Mapping[int, str] = MappingProxyType({})) -> bytes:
        """Both sessions of every child on these days, child by child. `said`: by the children's places, the code of every session for
        those of whom it is not left to chance."""
        draw = random.Random(f"{seed} {self.urn} {days[0]}")
        slots = [f",{day},{session}," for day in days for session in ("AM", "PM")]
        lines = ["UPN,Date,Session,Code,Minutes late\n"]
        for place, upn in enumerate(self.upns):
            codes = draw.choices(CODES, OFTEN_HERE if place % 5 else OFTEN_AWAY, k=len(slots))
            codes = [said[place]] * len(slots) if place in said else codes
            lines += [upn + slot + _shown(code, at) for at, (slot, code) in enumerate(zip(slots, codes, strict=True))]
        return "".join(lines).encode()


def _shown(code: str, at: int) -> str:
    if code == "/" and at % 2:
        return "\\,\n"
    return f"{code},12\n" if code == "L" else f"{code},\n"


def make_schools(count: int, children: int = CHILDREN) -> list[School]:
    return [School(f"{900_001 + n}", tuple(_upn(n, serial) for serial in range(children))) for n in range(count)]


def _upn(school: int, serial: int) -> str:
    digits = f"991{school:04}20{serial:03}"
    return check_letter("A" + digits) + digits  # the letter itself is left out of the sum


def days_until(last: date, count: int) -> list[date]:
    """The school days of an autumn up to a day, in order."""
    return [day for day in open_days(last.year) if day <= last][-count:]
