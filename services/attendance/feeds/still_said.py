"""Whether the register and the roll still say what a file says.

The same bytes are the same feed only as long as they do: a school that goes back to what it sent before a correction means it.
"""

from dataclasses import dataclass

from services.attendance.domain.check_feed import Checked, marks_of, roll_of
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.said import said_by
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class StillSaid:
    rolls: Rolls
    register: Register
    settings: Settings

    async def of(self, urn: str, year: int, checked: Checked, *, whole: bool) -> bool:
        """`year`: of the roll. `whole`: it ended the enrolment of whom it did not name."""
        roll, marks = roll_of(checked), marks_of(checked)
        return (not roll or await self._of_roll(urn, year, roll, whole)) and (not marks or await self._of_marks(urn, marks))

    async def _of_marks(self, urn: str, marks: CheckedMarks) -> bool:
        for year, batch in marks.batches.items():
            ids = await self.rolls.children(urn, year)
            if not ids.keys() >= set(batch.keys) or not await self.register.says(urn, year, said_by(batch, ids)):
                return False
        return True

    async def _of_roll(self, urn: str, year: int, roll: CheckedRoll, whole: bool) -> bool:
        here = await self.rolls.enrolled(urn, year, self.settings.today())
        named = {here[row.keys[0]] for row in roll.rows if row.keys[0] in here}
        if len(named) < len(roll.rows) or (whole and named != set(here.values())):
            return False
        return await self.rolls.says(urn, year, roll.rows)
