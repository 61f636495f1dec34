"""The usual file of marks, checked by columns instead of row by row: several times cheaper, and nothing but a short cut.

It is for a CSV of which nothing is to be said: commas, no quotation marks, ASCII, the header in the first line, every cell as it is
stored, every UPN right and on the roll, every mark good and none twice. Of any other file it says nothing, and `check_marks` reads it; for
these the two give the same.
"""

from array import array
from typing import Any, Final, NamedTuple

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
    first = data[:behind].removesuffix(b"\n").removesuffix(b"\r").decode()
    if not first or "\r" in first:  # which ends a line too
        return None
    try:
        header = read_header(first.split(","))
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


class Runs(NamedTuple):
    """`places`: of each run's child among the names; `rows`: of each run. No two runs that stand together are one child's."""

    places: NDArray[np.intp]
    rows: NDArray[np.intp]

    def entries(self, marks: NDArray[np.uint32]) -> NDArray[np.int64]:
        """See mark_tables."""
        entries: NDArray[np.int64] = np.repeat(self.places.astype(np.int64) << 32, self.rows)
        entries += marks
        return entries


def _batches(columns: Columns, terms: Terms) -> dict[int, MarksBatch]:
    """The marks by academic year; NotPlain where anything is to be said of one of them."""
    keys, runs = _ranked(columns)
    names = upn_texts(keys)
    if not all(map(terms.on_roll.__contains__, names)):
        raise NotPlain
    if named_twice(names, terms.several):
        raise NotPlain
    marks, said = columns.marks, columns.notes
    if not _in_order(runs, marks):
        entries = runs.entries(marks)
        order = np.argsort(entries, kind="stable")
        marks = marks[order]
        rows = np.bincount(runs.places, runs.rows, len(names)).astype(np.intp)
        runs = Runs(np.arange(len(names)), rows)
        if not _in_order(runs, marks):
            raise NotPlain  # a session twice
        if said:
            places = np.empty_like(order)
            places[order] = np.arange(len(order))
            said = {int(places[row]): note for row, note in said.items()}
    if terms.enrolled and outside(runs.entries(marks).data, names, terms.enrolled, terms.oldest_year):
        raise NotPlain
    return _by_year(runs, marks, names, said, terms.oldest_year)


def _ranked(columns: Columns) -> tuple[NDArray[np.int64], Runs]:
    """The distinct UPNs in their order, and the runs of rows of each."""
    first = np.concatenate(([0], np.flatnonzero(columns.upns[1:] != columns.upns[:-1]) + 1))  # a run may go on in the next block
    keys, places = np.unique(columns.upns[first], return_inverse=True)
    return keys, Runs(places, np.add.reduceat(columns.rows, first))


def _in_order(runs: Runs, marks: NDArray[np.uint32]) -> bool:
    """Whether the rows stand by child and session, none of which stands there twice."""
    cells = marks >> np.uint32(8)
    rises = cells[1:] > cells[:-1]
    rises[np.cumsum(runs.rows)[:-1] - 1] = runs.places[1:] > runs.places[:-1]
    return bool(rises.all())


def _by_year(runs: Runs, marks: NDArray[np.uint32], names: list[str], said: dict[int, Note], oldest_year: int) -> dict[int, MarksBatch]:
    """Of rows that stand in order."""
    first, last = (int(mark >> 24) for mark in (marks.min(), marks.max()))
    if first == last:
        return {oldest_year + first: _batch(marks, runs.rows, oldest_year + first, names, said)}
    years, children, batches = marks >> np.uint32(24), np.repeat(runs.places, runs.rows), {}
    for year in range(first, last + 1):
        here = years == year
        counts = np.bincount(children[here], minlength=len(names))
        there = np.flatnonzero(counts)
        if len(there):
            some = [names[at] for at in there.tolist()]
            batches[oldest_year + year] = _batch(marks[here], counts[there], oldest_year + year, some, _within(here, said))
    return batches


def _within(here: NDArray[np.bool_], said: dict[int, Note]) -> dict[int, Note]:
    places = np.cumsum(here) - 1
    return {int(places[at]): note for at, note in said.items() if here[at]}


def _batch(marks: NDArray[np.uint32], counts: NDArray[np.intp], year: int, names: list[str], said: dict[int, Note]) -> MarksBatch:
    """The marks of one academic year."""
    slots = marks >> np.uint32(8)
    return MarksBatch(year, names, _shorts(counts), _shorts(slots), marks.astype(np.uint8).tobytes(), dict(sorted(said.items())))


def _shorts(numbers: NDArray[np.integer[Any]]) -> "array[int]":
    """The lowest two bytes of each."""
    shorts = array("H")
    shorts.frombytes(numbers.astype(np.uint16).view(np.uint8).data)
    return shorts
