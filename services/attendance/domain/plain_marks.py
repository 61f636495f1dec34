"""The usual file of marks, checked by columns instead of row by row: several times cheaper, and nothing but a short cut.

It is for a CSV of which nothing is to be said: commas, no quotation marks, ASCII, the header in the first line, every cell as it is
stored, every UPN right and on the roll, every mark good and none twice. Of any other file it says nothing, and `check_marks` reads it; for
these the two give the same.
"""

from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.attendance.domain import notes
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.codes import CLEARED
from services.attendance.domain.enrolment import outside
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.headers import SCHOOL, Header, read_header
from services.attendance.domain.mark_tables import NOTICE, Marks, Terms
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.notes import Note
from services.attendance.domain.plain_cells import CODES, NotPlain, code_text, codes, day_text, days, sessions, upn_keys, upn_texts
from services.attendance.domain.receipts import Account
from services.attendance.domain.text import File
from services.attendance.domain.two_keys import named_twice

BLOCK: Final = 1 << 17
"""Bytes looked at together: a large file is not to stand in memory several times. Their columns stay in the processor's cache, and most in
memory that is used again: with blocks of a megabyte a year's file took a third longer."""
LARGEST: Final = 16_000_000
"""Bytes of a file that is read so, a year of a school's: its columns stand in memory, and those of a larger one are not to."""

HEADER: Final = 10_000
"""Bytes of the header, at most."""

_COMMA, _LINE_END = b",\n"
_NOT_PLAIN: Final = {"pupil id", *SCHOOL}
_REQUIRED: Final = ("UPN", "date", "session", "code")


class Columns(NamedTuple):
    """Rows by column, each cell as a number (see plain_cells); and what is said beside the marks, by row."""

    upns: NDArray[np.int64]
    days: NDArray[np.int32]
    sessions: NDArray[np.int8]
    codes: NDArray[np.int16]
    notes: dict[int, Note]


def plain_marks(data: File, terms: Terms) -> CheckedMarks | None:
    """What `check_feed` gives for a file of marks of which nothing is to be said; None for any other."""
    if len(data) > LARGEST or terms.disposed or not data.isascii() or b'"' in data or b"\0" in data:
        return None
    behind = data.find(b"\n", 0, HEADER) + 1
    if not behind:
        return None
    try:
        header = read_header(data[:behind].rstrip(b"\r\n").decode().split(","))
        named = header.columns.keys()
        if header.kind != "marks" or header.wide or named & _NOT_PLAIN or not named >= set(_REQUIRED):
            return None
        columns = _read(data, behind, header)
        batches = _batches(columns, terms)
    except (FileRefused, NotPlain):
        return None
    account = Account.open("marks", header.unknown, 1)
    account.rows = len(columns.upns)
    return CheckedMarks(account, batches)


def _read(data: File, behind: int, header: Header) -> Columns:
    """The columns of all rows behind the header; NotPlain where they are not plain, or none."""
    if behind == len(data):
        raise NotPlain
    blocks, said, rows = list[Columns](), dict[int, Note](), 0
    for block in _blocks(data, behind):
        columns = _columns(block, header)
        said |= {rows + row: note for row, note in columns.notes.items()}
        rows += len(columns.upns)
        blocks.append(columns)
    return Columns(
        np.concatenate([columns.upns for columns in blocks]),
        np.concatenate([columns.days for columns in blocks]),
        np.concatenate([columns.sessions for columns in blocks]),
        np.concatenate([columns.codes for columns in blocks]),
        said,
    )


def _blocks(data: File, start: int) -> Iterator[bytes]:
    """Whole lines, some `BLOCK` bytes at a time, each ended by a line feed. NotPlain where a carriage return stands alone."""
    while start < len(data):
        end = data.find(b"\n", min(start + BLOCK, len(data) - 1)) + 1 or len(data)
        block = bytes(data[start:end]).replace(b"\r\n", b"\n")
        if b"\r" in block:
            raise NotPlain
        yield block if block.endswith(b"\n") else block + b"\n"
        start = end


def _columns(block: bytes, header: Header) -> Columns:
    cells = np.frombuffer(block, np.uint8)
    found = np.flatnonzero((cells == _COMMA) | (cells == _LINE_END))
    if len(found) % header.width:
        raise NotPlain
    ends = found.reshape(-1, header.width)
    if (cells[ends[:, -1]] != _LINE_END).any() or (cells[ends[:, :-1]] == _LINE_END).any():
        raise NotPlain
    starts = np.empty_like(ends)
    starts[:, 1:] = ends[:, :-1] + 1
    starts[0, 0], starts[1:, 0] = 0, ends[:-1, -1] + 1
    upn, day, session, code = (header.columns[name] for name in _REQUIRED)
    # as many bytes behind the last cell as any cell is long
    padded = np.concatenate((cells, np.zeros(16, np.uint8)))

    def column(at: int, *lengths: int) -> NDArray[np.uint8]:
        """The cells of a column, each from the first to the last of these lengths, with what follows up to the last."""
        sizes = ends[:, at] - starts[:, at]
        if sizes.min() < lengths[0] or sizes.max() > lengths[-1]:
            raise NotPlain
        return sliding_window_view(padded, lengths[-1])[starts[:, at]]

    short = ends[:, code] - starts[:, code] == 1
    return Columns(
        upn_keys(column(upn, 13)),
        days(column(day, 10)).astype(np.int32),
        sessions(column(session, 2)).astype(np.int8),
        codes(column(code, 1, 2), short).astype(np.int16),
        _notes(block, header, starts, ends),
    )


def _notes(block: bytes, header: Header, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> dict[int, Note]:
    """What is said beside the marks, by row."""
    places = [header.columns.get(name) for name in notes.COLUMNS]
    there = [place for place in places if place is not None]
    found: dict[int, Note] = {}
    known: dict[tuple[str, ...], Note | None] = {}  # most rows that say anything are late by a few minutes
    for row in np.flatnonzero((ends[:, there] > starts[:, there]).any(axis=1)).tolist() if there else ():
        texts = tuple("" if place is None else block[starts[row, place] : ends[row, place]].decode() for place in places)
        if texts not in known:
            if notes.fault(texts):
                raise NotPlain
            known[texts] = notes.note_of(texts)
        if note := known[texts]:
            found[row] = note
    return found


def _batches(columns: Columns, terms: Terms) -> dict[int, MarksBatch]:
    """The marks by academic year; NotPlain where anything is to be said of one of them."""
    keys, children = _ranked(columns.upns)
    names = upn_texts(keys)
    if not all(map(terms.on_roll.__contains__, names)):
        raise NotPlain
    if named_twice(names, terms.several):
        raise NotPlain
    entries = (children << 32) + _marks(columns, terms)
    order = None if (entries[1:] > entries[:-1]).all() else np.argsort(entries, kind="stable")
    ordered = entries if order is None else entries[order]
    if (ordered[1:] >> 8 == ordered[:-1] >> 8).any():
        raise NotPlain  # a session twice
    if terms.enrolled and outside(ordered.tolist(), names, terms.enrolled, terms.oldest_year):
        raise NotPlain
    said = columns.notes
    if said and order is not None:
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        said = {int(places[row]): note for row, note in said.items()}
    years = (ordered >> 24) & 0xFF
    return {terms.oldest_year + year: _batch(ordered, years == year, year, names, said, terms) for year in np.unique(years).tolist()}


def _ranked(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct numbers in their order, and the place of each row's among them. Rows of one child stand together, as a rule."""
    starts = np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1))
    keys, places = np.unique(numbers[starts], return_inverse=True)
    return keys, np.repeat(places, np.diff(starts, append=len(numbers)))


def _marks(columns: Columns, terms: Terms) -> NDArray[np.int64]:
    """Each row's year, slot and mark, as in an entry (see mark_tables): each distinct day, session and code is looked at once."""
    first, last = int(columns.days.min()), int(columns.days.max())
    used = np.zeros(CODES, bool)
    used[columns.codes] = True
    kinds = np.flatnonzero(used)
    code = (np.cumsum(used) - 1)[columns.codes]
    spread = 2 * len(kinds)
    texts = (columns.days - first).astype(np.intp) * spread + columns.sessions * np.intp(len(kinds)) + code
    if (last - first + 1) * spread > 4 * len(texts) + (1 << 16):
        raise NotPlain  # days too far apart for a table
    found = np.zeros((last - first + 1) * spread, np.int64)
    seen = np.zeros(len(found), bool)
    seen[texts] = True
    table = Marks(terms)
    for at in np.flatnonzero(seen).tolist():
        day, rest = divmod(at, spread)
        session, kind = divmod(rest, len(kinds))
        entry = table[day_text(first + day), ("AM", "PM")[session], code_text(int(kinds[kind]))]
        if not 0 <= entry < NOTICE or entry & 0xFF == CLEARED:
            raise NotPlain
        found[at] = entry
    marks: NDArray[np.int64] = found[texts]
    return marks


def _batch(
    ordered: NDArray[np.int64], here: NDArray[np.bool_], year: int, names: list[str], said: dict[int, Note], terms: Terms
) -> MarksBatch:
    entries = ordered if here.all() else ordered[here]
    if len(entries) < len(ordered):
        places = np.cumsum(here) - 1
        said = {int(places[at]): note for at, note in said.items() if here[at]}
    counts = np.bincount(entries >> 32, minlength=len(names))
    there = np.flatnonzero(counts)
    return MarksBatch(
        terms.oldest_year + year,
        names if len(there) == len(names) else [names[at] for at in there.tolist()],
        _shorts(counts[there]),
        _shorts((entries >> 8) & 0xFFFF),
        (entries & 0xFF).astype(np.uint8).tobytes(),
        dict(sorted(said.items())),
    )


def _shorts(numbers: NDArray[np.int64]) -> "array[int]":
    shorts = array("H")
    shorts.frombytes(numbers.astype(np.uint16).tobytes())
    return shorts
