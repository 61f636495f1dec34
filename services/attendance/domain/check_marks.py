"""Checks a file of marks row by row and groups what is good by academic year and child.

A row costs two dictionary look-ups and an addition (see mark_tables); only a row of which something is to be said costs
more. A child who is not on the roll is taken: the roll may come second.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from operator import add
from typing import Final

from services.attendance.domain import notes
from services.attendance.domain.child_key import is_upn
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
from services.attendance.domain.same_child import stands_for_another
from services.attendance.domain.taken_rows import NOT_TAKEN, TakenRows
from services.attendance.domain.upn import Verdict

NOTES: Final = 200_000
"""Rows of a file with a comment or its like: they are kept as texts until the file is stored."""

WORDS: Final = 8_000_000
"""Characters of them."""


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


class _Checker(TakenRows):
    def __init__(self, header: Header, terms: Terms, account: Account) -> None:
        super().__init__(terms, account, Children())
        self._width = header.width
        self._date, self._session, self._code = (header.columns[name] for name in ("date", "session", "code"))
        self._upn, self._pupil = header.columns.get("UPN"), header.columns.get("pupil id")
        self._said = [header.columns.get(name) for name in notes.COLUMNS]
        self._marks = Marks(terms)
        self._pupils = Pupils(self._children)
        self._notes: dict[int, Note] = {}  # by place in them
        self._words = 0

    def take(self, chunk: Chunk) -> None:
        rows = chunk.rows
        if set(map(len, rows)) != {self._width}:
            blank = [""] * self._width
            rows = [row if len(row) == self._width else blank for row in rows]
        columns = list(zip(*rows, strict=True))
        texts = zip(columns[self._date], columns[self._session], columns[self._code], strict=True)
        entries = list(map(add, self._who(columns), map(self._marks.__getitem__, texts)))
        self._account.rows += len(entries)
        said, faults = self._read_notes(columns)
        lines = chunk.lines
        if faults or min(entries) < 0 or max(entries) >= NOTICE:
            self._look(chunk, entries, faults)
            taken = [place for place, entry in enumerate(entries) if entry >= 0]
            lines, entries = [lines[place] for place in taken], [entries[place] for place in taken]
            said = {at: said[place] for at, place in enumerate(taken) if place in said}
        base = len(self._entries)
        self._notes |= {base + place: note for place, note in said.items()}
        self._words += sum(len(text) for note in said.values() for text in note if isinstance(text, str))
        if len(self._notes) > NOTES or self._words > WORDS:
            raise FileRefused(f"it has more than {NOTES:,} comments, or {WORDS // 1_000_000} MB of them: push it in parts")
        self._entries.extend(entries)
        self._lines.extend(lines)

    def _who(self, columns: list[tuple[str, ...]]) -> Iterator[int]:
        """Each row's child's part of its entry."""
        if self._pupil is None:
            assert self._upn is not None
            return map(self._children.__getitem__, columns[self._upn])
        upns = repeat("") if self._upn is None else columns[self._upn]
        return map(self._pupils.__getitem__, zip(upns, columns[self._pupil], strict=False))

    def _read_notes(self, columns: list[tuple[str, ...]]) -> tuple[dict[int, Note], dict[int, Saying]]:
        """The notes of a chunk and their faults, by place in the chunk."""
        found: dict[int, Note] = {}
        faults: dict[int, Saying] = {}
        if not any(at is not None and any(columns[at]) for at in self._said):
            return found, faults
        nothing = ("",) * len(columns[0])
        for place, texts in enumerate(zip(*(nothing if at is None else columns[at] for at in self._said), strict=True)):
            if not any(texts):
                continue
            if fault := notes.fault(texts):
                faults[place] = fault
            elif note := notes.note_of(texts):
                found[place] = note
        return found, faults

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
        ordered = self._settled()
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

    def _warn_of_children(self, beside: Mapping[str, str]) -> None:
        """Warns once of each child with a wrong check letter or not on the roll, at the first row that was taken."""
        odd: dict[int, list[str]] = {}
        named = {upn for pupil, upn in beside.items() if pupil in self._terms.on_roll}
        doubtful = self._pupils.doubtful
        anothers = {upn for pupil, upn in self._pupils.beside.items() if pupil not in beside}
        for number, key in enumerate(self._children.names):
            reasons = [Verdict.WRONG_LETTER.value] if key in self._children.wrong_letter else []
            if key not in self._terms.on_roll and key not in named:
                reasons.append("not on the roll (yet)")
            if key in doubtful:
                reasons.append(TWO_UPNS)
            if key in anothers:
                reasons.append(ANOTHERS)
            if reasons:
                odd[number] = reasons
        for row, entry in enumerate(self._entries):
            if not odd:
                break
            for reason in odd.pop(entry >> 32, ()):
                key = self._children.names[entry >> 32]
                self._account.warnings.add(self._lines[row], "UPN" if is_upn(key) else "pupil id", reason, about=(key,))
