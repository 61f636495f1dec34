"""What a roll states about who its children are: which pupil id stands beside which UPN, and which UPN a child had before.

A statement that the file itself contradicts states nothing: the row is taken without it, and the receipt says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from services.attendance.domain.pupils import ANOTHERS, TWO_UPNS
from services.attendance.domain.receipts import Findings
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.same_child import stands_for_another

STILL_THERE: Final = "another child of the file has this UPN: the two are not joined"
TWO_CHILDREN: Final = "another child of the file states it too: nobody is joined"


@dataclass(frozen=True, slots=True)
class Names:
    """`upns`: the UPNs beside each pupil id. `later`: the children who state each former UPN, by their own key. `current`: UPNs in use.

    `several`: the child of every key of those of whom several are known already.
    """

    upns: dict[str, set[str]]
    later: dict[str, set[str]]
    current: frozenset[str]
    several: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[RollRow], several: Mapping[str, str]) -> "Names":
        upns: defaultdict[str, set[str]] = defaultdict(set)
        later: defaultdict[str, set[str]] = defaultdict(set)
        current = set()
        for row in rows:
            if row.upn:
                current.add(row.upn)
                if row.pupil_id:
                    upns[row.pupil_id].add(row.upn)
            if row.former_upn:
                later[row.former_upn].add(row.keys[0])
        return cls(dict(upns), dict(later), frozenset(current), several)

    def child(self, row: RollRow) -> str:
        """The key under which the file knows the row's child."""
        beside = self.upns.get(row.keys[0], ())
        return next(iter(beside)) if len(beside) == 1 else row.keys[0]

    def sure(self, row: RollRow, line: int, warnings: Findings) -> RollRow:
        """The row with those of its statements that nothing in the file contradicts."""
        if row.upn and row.pupil_id and len(self.upns[row.pupil_id]) > 1:
            warnings.add(line, "pupil id", TWO_UPNS, about=row.keys)
            row = replace(row, pupil_id=None)
        if row.former_upn and (reason := self._doubt(row.former_upn)):
            warnings.add(line, "former UPN", reason, about=row.keys)
            row = replace(row, former_upn=None)
        if row.upn and row.pupil_id and stands_for_another(row.pupil_id, filter(None, (row.upn, row.former_upn)), self.several):
            warnings.add(line, "pupil id", ANOTHERS, about=row.keys)
            row = replace(row, pupil_id=None)
        return row

    def _doubt(self, former: str) -> str | None:
        if former in self.current:
            return STILL_THERE
        return TWO_CHILDREN if len(self.later[former]) > 1 else None
