"""Checks a file of marks row by row and groups what is good by academic year and child.

A row costs two dictionary look-ups and an addition (see mark_tables); only a row of which something is to be said costs
more. A child who is not on the roll is taken: the roll may come second.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, repeat
from operator import add, eq
from typing import Final

from services.attendance.domain import notes
from services.attendance.domain.child_key import is_upn
from services.attendance.domain.codes import CLEARED
from services.attendance.domain.enrolment import outside
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.table import Table
from services.attendance.domain.group_marks import group_marks
from services.attendance.domain.headers import Header
from services.attendance.domain.mark_tables import NOTICE, REFUSED, Children, Marks, Saying, Terms
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.notes import Note
from services.attendance.domain.pupils import ANOTHERS, TWO_UPNS, Pupils
from services.attendance.domain.receipts import Account, Receipt
from services.attendance.domain.rows import Chunk, Unreadable
from services.attendance.domain.same_child import named_twice, stands_for_another
from services.attendance.domain.upn import Verdict

NO_MARK: Final[Saying] = ("code", "no mark: counted as missing")

NOT_TAKEN: Final = -1

_LOW_BYTE: Final = 0 if sys.byteorder == "little" else -1
"""Where the mark stands in the bytes of an entry."""


@dataclass(frozen=True, slots=True)
class CheckedMarks:
    """What the receipt is made of and, by academic year (an August session in the new one), what is to be stored."""

    account: Account
    batches: dict[int, MarksBatch]

    @property
    def receipt(self) -> Receipt:
        """As for a school that was told nothing before."""
        return self.account.receipt()


def check_marks(table: Table, terms: Terms, account: Account | None = None) -> CheckedMarks:
    """Checks the rows of a table, on an account of their own or one with others. Raises FileRefused if there is none."""
    checker = _Checker(table.header, terms, account or Account.open("marks", table.header.unknown, table.header_line))
    for chunk in table.chunks:
        checker.take(chunk)
    return checker.close()


class _Checker:
    def __init__(self, header: Header, terms: Terms, account: Account) -> None:
        self._terms = terms
        self._width = header.width
        self._date, self._session, self._code = (header.columns[name] for name in ("date", "session", "code"))
        self._upn, self._pupil = header.columns.get("UPN"), header.columns.get("pupil id")
        self._said = [header.columns.get(name) for name in notes.COLUMNS]
        self._account = account
        self._children, self._marks = Children(), Marks(terms)
        self._pupils = Pupils(self._children)
        self._entries = array("q")  # one a row, in the order of the file
        self._lines = array("I")  # in step
        self._notes: dict[int, Note] = {}  # by row
        self._blanks: list[int] = []  # rows that say that there is no mark

    def take(self, chunk: Chunk) -> None:
        rows = chunk.rows
        if set(map(len, rows)) != {self._width}:
            blank = [""] * self._width
            rows = [row if len(row) == self._width else blank for row in rows]
        columns = list(zip(*rows, strict=True))
        texts = zip(columns[self._date], columns[self._session], columns[self._code], strict=True)
        entries = list(map(add, self._who(columns), map(self._marks.__getitem__, texts)))
        faults = self._read_notes(columns, len(self._entries))
        if faults or min(entries) < 0 or max(entries) >= NOTICE:
            self._look(chunk, entries, faults)
        self._entries.extend(entries)
        self._lines.extend(chunk.lines)
        self._account.rows += len(entries)

    def _who(self, columns: list[tuple[str, ...]]) -> Iterator[int]:
        """Each row's child's part of its entry."""
        if self._pupil is None:
            assert self._upn is not None
            return map(self._children.__getitem__, columns[self._upn])
        upns = repeat("") if self._upn is None else columns[self._upn]
        return map(self._pupils.__getitem__, zip(upns, columns[self._pupil], strict=False))

    def _read_notes(self, columns: list[tuple[str, ...]], base: int) -> dict[int, Saying]:
        """Keeps the notes of a chunk whose first row has the number `base`; gives the faults by place in the chunk."""
        faults: dict[int, Saying] = {}
        if not any(at is not None and any(columns[at]) for at in self._said):
            return faults
        nothing = ("",) * len(columns[0])
        for place, texts in enumerate(zip(*(nothing if at is None else columns[at] for at in self._said), strict=True)):
            if not any(texts):
                continue
            if fault := notes.fault(texts):
                faults[place] = fault
            elif note := notes.note_of(texts):
                self._notes[base + place] = note
        return faults

    def _look(self, chunk: Chunk, entries: list[int], faults: dict[int, Saying]) -> None:
        """Says what is to be said of rows of a chunk, and leaves in `entries` only what is taken."""
        for place, entry in enumerate(entries):
            if 0 <= entry < NOTICE and place not in faults:
                continue
            line, row = chunk.lines[place], chunk.rows[place]
            entries[place] = NOT_TAKEN
            if not any(map(str.strip, row)):
                self._account.rows -= 1
            elif fault := self._fault(row, entry) or faults.get(place):
                self._account.refused.add(line, *fault, about=None if isinstance(row, Unreadable) else row)
            elif notice := self._say(row):
                entries[place] = entry - NOTICE
                self._account.warnings.add_once(line, *notice)

    def _fault(self, row: list[str], entry: int) -> Saying | None:
        if isinstance(row, Unreadable):
            return row.said
        if len(row) != self._width:
            return "row", "wrong number of columns"
        if entry > REFUSED // 2:
            return None
        return self._unknown(row) or self._say(row)

    def _unknown(self, row: list[str]) -> Saying | None:
        """Why the row names no child."""
        upn = "" if self._upn is None else row[self._upn]
        if self._pupil is not None:
            return self._pupils.fault(upn, row[self._pupil])
        return ("UPN", Verdict.WRONG_SHAPE.value) if self._children[upn] < 0 else None

    def _say(self, row: list[str]) -> Saying | None:
        return self._marks.judge((row[self._date], row[self._session], row[self._code]))[1]

    def close(self) -> CheckedMarks:
        if not self._account.rows:
            raise FileRefused("it has a header line and no rows")
        beside = self._link()
        self._refuse_disposed()
        ordered = self._ordered()
        if self._refuse_outside(ordered):
            ordered = self._ordered()
        if self._settle_repeats(ordered):
            ordered = self._ordered()
        if self._refuse_contrary_keys(ordered):
            ordered = self._ordered()
        self._count_missing()
        self._warn_of_children(beside)
        said = {self._entries[row]: note for row, note in self._notes.items()}
        said.pop(NOT_TAKEN, None)
        batches = group_marks(ordered, said, self._children.names, self._terms.oldest_year)
        if beside:
            batches = {year: batch.stating(beside) for year, batch in batches.items()}
        return CheckedMarks(self._account, batches)

    def _link(self) -> dict[str, str]:
        """Pupil ids with the UPN beside them. Rows with that pupil id alone are the same child's: they get the UPN's number."""
        beside = {pupil: upn for pupil, upn in self._pupils.beside.items() if not self._is_anothers(pupil, upn)}
        numbers = {key: number for number, key in enumerate(self._children.names)} if beside else {}
        same = {numbers[pupil]: numbers[upn] for pupil, upn in beside.items() if pupil in numbers}
        for row, entry in enumerate(self._entries) if same else ():
            if entry >= 0 and (number := same.get(entry >> 32)) is not None:
                self._entries[row] = (number << 32) + (entry & 0xFFFFFFFF)
        return beside

    def _is_anothers(self, pupil: str, upn: str) -> bool:
        return stands_for_another(pupil, (upn,), self._terms.several)

    def _ordered(self) -> list[int]:
        entries = sorted(self._entries)
        return entries[bisect_left(entries, 0) :]

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

    def _refuse_outside(self, ordered: list[int]) -> bool:
        """Refuses the marks dated outside their child's enrolment; that there is none there is true. Whether there were any."""
        sayings = outside(ordered, self._children.names, self._terms.enrolled, self._terms.oldest_year)
        for row, entry in enumerate(self._entries) if sayings else ():
            if (saying := sayings.get(entry)) and entry & 0xFF != CLEARED:
                self._entries[row] = NOT_TAKEN
                self._account.refused.add(self._lines[row], *saying, about=self._about(entry))
        return bool(sayings)

    def _settle_repeats(self, ordered: list[int]) -> bool:
        """Keeps one of several like rows for a session, and none of several that differ. Whether there were any."""
        cells = [entry >> 8 for entry in ordered]
        if not any(map(eq, cells, islice(cells, 1, None))):
            return False
        twice = {cell for cell, following in zip(cells, islice(cells, 1, None), strict=False) if cell == following}
        rows: dict[int, list[int]] = {cell: [] for cell in twice}
        for row, entry in enumerate(self._entries):
            if entry >> 8 in rows:
                rows[entry >> 8].append(row)
        for same in rows.values():
            self._settle(same)
        return True

    def _settle(self, rows: list[int]) -> None:
        """Settles the rows, two or more, that speak of one session of one child. No mark beside one says nothing."""
        self._settle_marks(self._without_blanks(rows))

    def _refuse_contrary_keys(self, ordered: list[int]) -> bool:
        """Refuses what a file says differently under two keys of one child. Whether there was any.

        Alike they are both kept: each belongs to its own record, and those may be parted again. No mark beside one says nothing.
        """
        twice = named_twice(self._children.names, self._terms.several)
        said: dict[tuple[str, int], set[int]] = {}
        for entry in ordered if twice else ():
            if child := twice.get(entry >> 32):
                said.setdefault((child, entry >> 8 & 0xFFFFFF), set()).add(entry & 0xFF)
        contrary = {cell: list[int]() for cell, marks in said.items() if len(marks) > 1}
        for row, entry in enumerate(self._entries) if contrary else ():
            rows = contrary.get((twice.get(entry >> 32, ""), entry >> 8 & 0xFFFFFF)) if entry >= 0 else None
            if rows is not None:
                rows.append(row)
        for rows in contrary.values():
            marked = self._without_blanks(rows)
            if len({self._entries[row] & 0xFF for row in marked}) > 1:
                self._refuse_contrary(marked)
        return bool(contrary)

    def _without_blanks(self, rows: list[int]) -> list[int]:
        marked = [row for row in rows if self._entries[row] & 0xFF != CLEARED]
        for row in set(rows).difference(marked) if marked else ():
            self._entries[row] = NOT_TAKEN
            self._blanks.append(row)
        return marked or rows

    def _refuse_contrary(self, rows: list[int]) -> None:
        """Refuses rows of which some say otherwise than the first, each with the line of one that does."""
        marks = [self._entries[row] & 0xFF for row in rows]
        other = next(row for row, mark in zip(rows, marks, strict=True) if mark != marks[0])
        for row, mark in zip(rows, marks, strict=True):
            contrary = self._lines[other if mark == marks[0] else rows[0]]
            about = self._about(self._entries[row])
            self._account.refused.add(self._lines[row], "code", "a different mark for the same session", f": line {contrary}", about)
            self._entries[row] = NOT_TAKEN

    def _settle_marks(self, rows: list[int]) -> None:
        first = rows[0]
        if len({self._entries[row] for row in rows}) > 1:
            self._refuse_contrary(rows)
            return
        for row in rows[1:]:
            reason, about = "the same session and mark twice: kept once", self._about(self._entries[row])
            self._account.repeated += 1
            self._account.warnings.add(self._lines[row], "row", reason, f": line {self._lines[first]}", about)
            self._entries[row] = NOT_TAKEN

    def _count_missing(self) -> None:
        marks = self._entries.tobytes()[_LOW_BYTE :: self._entries.itemsize]
        row = marks.find(CLEARED)
        while row >= 0:
            self._blanks.append(row)
            row = marks.find(CLEARED, row + 1)
        self._account.missing = len(self._blanks)
        for row in sorted(self._blanks):
            self._account.warnings.add_once(self._lines[row], *NO_MARK)

    def _about(self, entry: int) -> tuple[str, str]:
        """The child, and its year, session and mark."""
        return self._children.names[entry >> 32], str(entry & 0xFFFFFFFF)

    def _warn_of_children(self, beside: Mapping[str, str]) -> None:
        """Warns once of each child with a wrong check letter or not on the roll, at the first row that was taken."""
        odd: dict[int, list[str]] = {}
        named = {upn for pupil, upn in beside.items() if pupil in self._terms.on_roll}
        doubtful = self._pupils.doubtful
        contrary = {upn for pupil, upn in self._pupils.beside.items() if pupil not in beside}
        for number, key in enumerate(self._children.names):
            reasons = [Verdict.WRONG_LETTER.value] if key in self._children.wrong_letter else []
            if key not in self._terms.on_roll and key not in named:
                reasons.append("not on the roll (yet)")
            if key in doubtful:
                reasons.append(TWO_UPNS)
            if key in contrary:
                reasons.append(ANOTHERS)
            if reasons:
                odd[number] = reasons
        for row, entry in enumerate(self._entries):
            if not odd:
                break
            for reason in odd.pop(entry >> 32, ()):
                key = self._children.names[entry >> 32]
                self._account.warnings.add(self._lines[row], "UPN" if is_upn(key) else "pupil id", reason, about=(key,))
