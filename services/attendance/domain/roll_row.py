"""One row of a roll, as it is taken and stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

Cell = str | bool | None
"""Text, yes or no; None where the cell was empty."""


@dataclass(frozen=True, slots=True)
class RollRow:
    """One child, with a UPN or a pupil id (as a key, see child_key) or both.

    `former_upn`: the file's statement that the child had it before. `details` and `parents` (number 1 to 4, then field) have only what the
    file had columns for.

    A child's "looked after" and a parent's "address confidential" are bools; a child's "entry date" and "leaving date" and a
    parent's "date of birth" are ISO dates; everything else is text.
    """

    upn: str | None
    surname: str
    forename: str
    born: date
    year_group: str
    details: dict[str, Cell]
    parents: dict[int, dict[str, Cell]]
    pupil_id: str | None = None
    former_upn: str | None = None

    @property
    def group(self) -> tuple[str, ...]:
        """The same, the one whose record is kept first: a former UPN's is the earlier one."""
        return tuple(filter(None, (self.former_upn, self.upn, self.pupil_id)))

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that the row states to be this child's: the one by which the child is known first, the former UPN last."""
        return tuple(filter(None, (self.upn, self.pupil_id, self.former_upn)))

    def to_json(self) -> dict[str, Any]:
        return {
            "upn": self.upn,
            **({"pupil_id": self.pupil_id} if self.pupil_id else {}),
            **({"former_upn": self.former_upn} if self.former_upn else {}),
            "surname": self.surname,
            "forename": self.forename,
            "born": self.born.isoformat(),
            "year_group": self.year_group,
            "details": self.details,
            "parents": {str(number): parent for number, parent in self.parents.items()},
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "RollRow":
        parents = {int(number): parent for number, parent in row["parents"].items()}
        return cls(**{**row, "born": date.fromisoformat(row["born"]), "parents": parents})
