"""A school's returns to its local authority, as files. They are the school's own to send: the duty is its proprietor's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.attendance.domain.returns import Kind, as_csv, due
from services.attendance.domain.standing import class_table, classes_of
from services.attendance.judging.ages import Ages
from services.attendance.judging.judges import Judges
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import School
from shared.academic_year import SLOTS, day_of, of_session, slot, slots_by
from shared.contracts.attendance import Person

COLUMNS = (
    "UPN",
    "Surname",
    "Forename",
    "Date of birth",
    "Address",
    "School",
    "URN",
    "First session",
    "Last session",
    "Sessions",
)
CONFIDENTIAL = "confidential: to be told by the school"
_CLASSES = class_table()

Line = tuple[str, str, str, int]
"""Child, first and last session in words, sessions."""


@dataclass(frozen=True, slots=True)
class Returns:
    """Built in the composition root."""

    register: Register
    rolls: Rolls
    judges: Judges
    ages: Ages
    today: Callable[[], date]

    async def file(self, urn: str, school: School, kind: Kind, first: date, last: date) -> str:
        """The return of a period, both days included, as CSV; its header alone where nobody is to be returned."""
        lines: list[Line] = []
        for year in range(of_session(first), of_session(last) + 1):
            lines += await self._lines(urn, kind, year, first, last)
        people = await self.rolls.people(urn, {line[0] for line in lines})
        rows = [await self._row(urn, school, people.get(line[0]), line) for line in lines]
        return as_csv(COLUMNS, sorted(rows, key=lambda row: (row[1], row[2], row[7])))

    async def _lines(self, urn: str, kind: Kind, year: int, first: date, last: date) -> list[Line]:
        thresholds = (await self.judges.of(urn, self.today())).thresholds
        begin = slot(first, "AM") if of_session(first) == year else 0
        until = slots_by(min(last, self.today()), year)
        before = await self._series(urn, year - 1)
        series = {child: one[:until] for child, one in (await self._series(urn, year)).items()}
        likely = [child for child, one in series.items() if due(kind, before.get(child, b""), one, begin, thresholds)]
        ages = await self.ages.of(urn, likely)
        lines = []
        for child in likely:
            now, then = series[child], before.get(child, b"")
            if age := ages.get(child):
                now, then = age.of(now, year), age.of(then, year - 1)[: len(then)]
            for spell in due(kind, then, now, begin, thresholds):
                lines.append((child, _when(spell.first, year), _when(spell.last, year), spell.sessions))
        return lines

    async def _series(self, urn: str, year: int) -> dict[str, bytes]:
        """The class bytes of every child of a year's register."""
        return {
            child: classes_of(page.series(child), _CLASSES)
            for page in await self.register.of_school(urn, year)
            for child in page.children
            if child
        }

    async def _row(self, urn: str, school: School, person: Person | None, line: Line) -> list[str]:
        child, first, last, sessions = line
        named = person or Person(child=child, upn=None)
        hidden = (await self.rolls.withheld(urn, child)).confidential
        return [
            named.upn or named.pupil_id or "",
            named.surname or "",
            named.forename or "",
            named.born.isoformat() if named.born else "",
            CONFIDENTIAL if hidden else named.address or "",
            school.name,
            urn,
            first,
            last,
            str(sessions),
        ]


def _when(place: int, year: int) -> str:
    """The session in words; a negative place is one of the year before."""
    day, session = day_of(year, place) if place >= 0 else day_of(year - 1, place + SLOTS)
    return f"{day.isoformat()} {session}"
