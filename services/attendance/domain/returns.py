"""The two returns that a school owes its local authority: which children, for which sessions.

Source: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208), as Derbyshire's "Statutory absence reporting"
gives them. The attendance return: pupils of compulsory school age absent without leave for a continuous period of ten school days, with
name and address, at least once a calendar month. The sickness return: those recorded with code I who will miss fifteen school days; one is
enough for a continuous period of sickness in a school year. How the days add up is the authority's reading.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from services.attendance.domain.concerns import illness, ten_days
from services.attendance.domain.concerns.spells import Spell, spells
from services.attendance.domain.concerns.thresholds import Reading, Thresholds

Kind = Literal["attendance", "sickness"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate a cell."""


def due(kind: Kind, before: bytes, series: bytes, begin: int, thresholds: Thresholds) -> list[Spell]:
    """What is to be returned of a child: absences that have reached the number of days and are not over before slot `begin`.

    `series`: class bytes of an academic year up to the end of the period; `before`: those of the whole year before, from which a
    continuous absence without leave may come. Sessions outside compulsory school age are left empty in both. Places count from the
    beginning of `series`: a spell that began the year before has a negative first one.
    """
    if kind == "sickness":
        found = _found(series, illness.CLASSES, illness.LINE, thresholds.illness_days, thresholds.illness_days_read)
    elif thresholds.unauthorised_days_read == "continuous":
        joined = spells(before + series, ten_days.LINE, 2 * thresholds.unauthorised_days)
        found = [Spell(one.first - len(before), one.last - len(before), one.sessions) for one in joined if one.last >= len(before)]
    else:
        found = _found(series, ten_days.CLASSES, ten_days.LINE, thresholds.unauthorised_days, "in total")
    return [spell for spell in found if spell.last >= begin]


def _found(series: bytes, classes: bytes, line: bytes, days: int, read: Reading) -> list[Spell]:
    if read == "continuous":
        return spells(series, line, 2 * days)
    slots = [slot for slot, klass in enumerate(series) if klass in classes]
    return [Spell(slots[0], slots[-1], len(slots))] if len(slots) >= 2 * days else []


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A file that a spreadsheet shows and does not calculate: a cell that looks like a formula has an apostrophe before it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return file.getvalue()
