"""The table of children of a file that has a column of pupil ids: each distinct pair of texts once, as in mark_tables."""

from typing import Final

from services.attendance.domain.child_key import is_shaped, read_pupil_id, read_upn
from services.attendance.domain.mark_tables import CACHED, REFUSED, SHORT, Children, Saying

NEITHER: Final[Saying] = ("UPN", "neither UPN nor pupil id")
NO_PUPIL_ID: Final[Saying] = ("pupil id", "not a pupil id (up to 64 characters)")
NO_UPN: Final[Saying] = ("UPN", "not a UPN")
TWO_UPNS: Final = "its pupil id stands beside another UPN too: they are not linked"

ANOTHERS: Final = "its pupil id is that of a child with another UPN: it is taken by its UPN alone"


class Pupils(dict[tuple[str, str], int]):
    """From the texts of UPN and pupil id to a child's part of the entry.

    `beside`: each pupil id that stands beside a UPN, with that UPN, both as keys: the file's statement that they are one child.
    `doubtful`: UPNs of which one pupil id would make one child, which states nothing.
    """

    def __init__(self, children: Children) -> None:
        super().__init__()
        self._children = children
        self._upns: dict[str, set[str]] = {}

    def __missing__(self, texts: tuple[str, str]) -> int:
        entry = self._entry(*texts)
        if len(self) < CACHED and sum(map(len, texts)) <= 2 * SHORT:
            self[texts] = entry
        return entry

    def _entry(self, upn_text: str, pupil_text: str) -> int:
        if self.fault(upn_text, pupil_text):
            return REFUSED
        upn, pupil = read_upn(upn_text), read_pupil_id(pupil_text)
        if upn is None:
            assert pupil is not None
            return self._children.number(pupil)
        if pupil is not None:
            self._upns.setdefault(pupil, set()).add(upn)
        return self._children[upn]

    @staticmethod
    def fault(upn_text: str, pupil_text: str) -> Saying | None:
        """Why a row with these texts is refused."""
        upn = read_upn(upn_text)
        try:
            pupil = read_pupil_id(pupil_text)
        except ValueError:
            return NO_PUPIL_ID
        if upn is None:
            return None if pupil else NEITHER
        return None if is_shaped(upn) else NO_UPN

    @property
    def beside(self) -> dict[str, str]:
        return {pupil: next(iter(upns)) for pupil, upns in self._upns.items() if len(upns) == 1}

    @property
    def doubtful(self) -> set[str]:
        return {upn for upns in self._upns.values() if len(upns) > 1 for upn in upns}
