"""The usual file of marks, checked by columns instead of row by row: several times cheaper, and nothing but a short cut.

It is for a CSV of which nothing is to be said: commas, no quotation marks, ASCII, the header in the first line, every cell as it is
stored, every UPN right and on the roll, every mark good and none twice. Of any other file it says nothing, and `check_marks` reads it; for
these the two give the same.
"""

from array import array
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.enrolment import outside
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.headers import SCHOOL, read_header
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.notes import Note
from services.attendance.domain.plain_cells import NotPlain, upn_texts
from services.attendance.domain.plain_columns import REQUIRED, Columns, read
from services.attendance.domain.receipts import Account
from services.attendance.domain.text import File
from services.attendance.domain.two_keys import named_twice

LARGEST: Final = 16_000_000
"""Bytes of a file that is read so, a year of a school's: its columns stand in memory, and those of a larger one are not to."""

HEADER: Final = 10_000
"""Bytes of the header, at most."""

_NOT_PLAIN: Final = {"pupil id", *SCHOOL}


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
        if header.kind != "marks" or header.wide or named & _NOT_PLAIN or not named >= set(REQUIRED):
            return None
        columns = read(data, behind, header, terms)
        batches = _batches(columns, terms)
    except (FileRefused, NotPlain):
        return None
    account = Account.open("marks", header.unknown, 1)
    account.rows = len(columns.marks)
    return CheckedMarks(account, batches)


def _batches(columns: Columns, terms: Terms) -> dict[int, MarksBatch]:
    """The marks by academic year; NotPlain where anything is to be said of one of them."""
    keys, children = _ranked(columns)
    names = upn_texts(keys)
    if not all(map(terms.on_roll.__contains__, names)):
        raise NotPlain
    if named_twice(names, terms.several):
        raise NotPlain
    entries = (children << 32) + columns.marks
    order, ordered, cells = None, entries, entries >> 8
    if not (cells[1:] > cells[:-1]).all():
        order = np.argsort(entries, kind="stable")
        ordered = entries[order]
        if (ordered[1:] >> 8 == ordered[:-1] >> 8).any():
            raise NotPlain  # a session twice
    if terms.enrolled and outside(ordered.tolist(), names, terms.enrolled, terms.oldest_year):
        raise NotPlain
    said = columns.notes
    if said and order is not None:
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        said = {int(places[row]): note for row, note in said.items()}
    first, last = (int(mark >> 24) for mark in (columns.marks.min(), columns.marks.max()))
    if first == last:
        return {terms.oldest_year + first: _batch(ordered, first, names, said, terms)}
    years = (ordered >> 24) & 0xFF
    return {
        terms.oldest_year + year: _batch(ordered[here], year, names, _within(here, said), terms)
        for year in range(first, last + 1)
        if (here := years == year).any()
    }


def _ranked(columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct UPNs in their order, and the place of each row's among them."""
    keys, places = np.unique(columns.upns, return_inverse=True)
    return keys, np.repeat(places, columns.rows)


def _within(here: NDArray[np.bool_], said: dict[int, Note]) -> dict[int, Note]:
    places = np.cumsum(here) - 1
    return {int(places[at]): note for at, note in said.items() if here[at]}


def _batch(entries: NDArray[np.int64], year: int, names: list[str], said: dict[int, Note], terms: Terms) -> MarksBatch:
    """The marks of one academic year."""
    counts = np.bincount(entries >> 32, minlength=len(names))
    there = np.flatnonzero(counts)
    return MarksBatch(
        terms.oldest_year + year,
        names if len(there) == len(names) else [names[at] for at in there.tolist()],
        _shorts(counts[there]),
        _shorts(entries >> 8),
        entries.astype(np.uint8).tobytes(),
        dict(sorted(said.items())),
    )


def _shorts(numbers: NDArray[np.int64]) -> "array[int]":
    """The lowest two bytes of each."""
    shorts = array("H")
    shorts.frombytes(numbers.astype(np.uint16).tobytes())
    return shorts
