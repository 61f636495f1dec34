"""Rows of a file of marks that were taken one by one, seen together: what is refused because of another row of the child, of its enrolment
or of a disposal. One number stands for each row (see mark_tables); a row that is refused after all is `NOT_TAKEN`.
"""

from array import array
from typing import Final

import numpy as np

from services.attendance.domain.codes import CLEARED
from services.attendance.domain.enrolment import outside
from services.attendance.domain.mark_tables import Children, Saying, Terms
from services.attendance.domain.receipts import Account
from services.attendance.domain.two_keys import contrary, named_twice

NO_MARK: Final[Saying] = ("code", "no mark: counted as missing")
NOT_TAKEN: Final = -1


class TakenRows:
    """`children`: their numbers stand in the entries."""

    def __init__(self, terms: Terms, account: Account, children: Children) -> None:
        self._terms, self._account, self._children = terms, account, children
        self._entries = array("q")  # one for each row that is taken, in the order of the file
        self._lines = array("I")  # in step
        self._blanks = array("I")  # places of rows that say that there is no mark

    def _settled(self) -> "array[int]":
        """The entries that are left, sorted."""
        self._refuse_disposed()
        ordered = self._ordered()
        if self._refuse_outside(ordered):
            ordered = self._ordered()
        if self._settle_repeats(ordered):
            ordered = self._ordered()
        if self._refuse_contrary_keys():
            ordered = self._ordered()
        self._count_missing()
        return ordered

    def _ordered(self) -> "array[int]":
        """The entries of rows that are taken, sorted; never as objects, of which a large file has millions."""
        entries = np.sort(np.frombuffer(self._entries, np.int64))
        return array("q", entries[np.searchsorted(entries, 0) :].tobytes())

    def _refuse_disposed(self) -> None:
        if not self._terms.disposed:
            return
        numbers = {key: number for number, key in enumerate(self._children.names)}
        oldest = self._terms.oldest_year
        gone = {(numbers[key] << 8) + year - oldest for key, year in self._terms.disposed if key in numbers and year >= oldest}
        for row, entry in enumerate(self._entries):
            if entry >> 24 in gone:
                self._entries[row] = NOT_TAKEN
                about = self._about(entry)
                self._account.refused.add(self._lines[row], "date", "the child's records of that year are disposed of", about=about)

    def _refuse_outside(self, ordered: "array[int]") -> bool:
        """Refuses the marks dated outside their child's enrolment; that there is none there is true. Whether there were any."""
        sayings = outside(ordered, self._children.names, self._terms.enrolled, self._terms.oldest_year)
        for row, entry in enumerate(self._entries) if sayings else ():
            if (saying := sayings.get(entry)) and entry & 0xFF != CLEARED:
                self._entries[row] = NOT_TAKEN
                self._account.refused.add(self._lines[row], *saying, about=self._about(entry))
        return bool(sayings)

    def _settle_repeats(self, ordered: "array[int]") -> bool:
        """Keeps one of several like rows for a session, and none of several that differ. Whether there were any."""
        cells = np.frombuffer(ordered, np.int64) >> 8
        if not (cells[1:] == cells[:-1]).any():
            return False
        cells = np.frombuffer(self._entries, np.int64) >> 8
        rows = np.argsort(cells, kind="stable").astype(np.uint32)
        cells = cells[rows]
        starts = np.flatnonzero(np.concatenate(([True], cells[1:] != cells[:-1])))
        ends = np.append(starts[1:], len(cells))
        twice = (ends - starts > 1) & (cells[starts] >= 0)
        # never all of them as objects, of which a file that stands there twice has millions
        for start, end in zip(starts[twice], ends[twice], strict=True):
            self._settle(array("I", rows[start:end].tobytes()))
        return True

    def _settle(self, rows: "array[int]") -> None:
        """Settles the rows, two or more, that speak of one session of one child. No mark beside one says nothing."""
        self._settle_marks(self._without_blanks(rows))

    def _refuse_contrary_keys(self) -> bool:
        """Refuses what is said differently under two keys of one child; whether there was any. What is said alike stays with each key:
        the records may be parted again."""
        found = contrary(self._entries, named_twice(self._children.names, self._terms.several))
        for rows in found:
            marked = self._without_blanks(rows)
            if len({self._entries[row] & 0xFF for row in marked}) > 1:
                self._refuse_contrary(marked)
        return bool(found)

    def _without_blanks(self, rows: "array[int]") -> "array[int]":
        marked = array("I", (row for row in rows if self._entries[row] & 0xFF != CLEARED))
        for row in rows if marked else ():
            if self._entries[row] & 0xFF == CLEARED:
                self._entries[row] = NOT_TAKEN
                self._blanks.append(row)
        return marked or rows

    def _refuse_contrary(self, rows: "array[int]") -> None:
        """Refuses rows of which some say otherwise than the first, each with the line of one that does."""
        first, kept = rows[0], self._entries[rows[0]] & 0xFF
        other = next(row for row in rows if self._entries[row] & 0xFF != kept)
        for row in rows:
            mark, reason = self._entries[row], "a different mark for the same session"
            against = self._lines[other if mark & 0xFF == kept else first]
            self._account.refused.add(self._lines[row], "code", reason, f": line {against}", self._about(mark))
            self._entries[row] = NOT_TAKEN

    def _settle_marks(self, rows: "array[int]") -> None:
        first, kept = rows[0], self._entries[rows[0]]
        if any(self._entries[row] != kept for row in rows):
            self._refuse_contrary(rows)
            return
        for row in rows[1:]:
            reason, detail = "the same session and mark twice: kept once", f": line {self._lines[first]}"
            self._account.repeated += 1
            self._account.warnings.add(self._lines[row], "row", reason, detail, self._about(kept))
            self._entries[row] = NOT_TAKEN

    def _count_missing(self) -> None:
        cleared = np.flatnonzero(np.frombuffer(self._entries, np.int64) & 0xFF == CLEARED)
        self._account.missing = len(cleared) + len(self._blanks)
        if self._account.missing:
            first = min(self._lines[row] for row in (*cleared[:1].tolist(), *self._blanks))
            self._account.warnings.add_once(first, *NO_MARK)
            self._account.warnings.count_on(self._account.missing - 1, first, *NO_MARK)

    def _about(self, entry: int) -> tuple[str, str]:
        """The child, and its year, session and mark."""
        return self._children.names[entry >> 32], str(entry & 0xFFFFFFFF)
