"""What a writer says, laid on register pages side by side: a school's file speaks of all its pages, and a sum over all of them costs little
more than over one.
"""

from bisect import bisect_right
from collections.abc import Iterable, MutableMapping, Sequence
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.codes import CLEARED, NO_MARK
from services.attendance.domain.notes import Note
from services.attendance.domain.register_page import CELLS, CHILDREN, Page, feed_of, heard, settle
from services.attendance.domain.runs import NO_MARK_YET, Run
from services.attendance.domain.said import NOT_SAID, Cell, Said, bits_of
from services.attendance.domain.spoken import Spoken
from services.attendance.domain.voices import Voices

Places = NDArray[np.intp]
Moved = NDArray[np.bool_]


def hear(pages: Sequence[Page], by: int, said: Said) -> Moved:
    """Write what one writer says of those children who are on these pages. Whose marks are now others than before: a row for each page, a
    column for each place.

    A cell that this writer wrote before is left alone, so a message delivered twice changes nothing.
    """
    children = [child for page in pages for child in (*page.children, *(None,) * (CHILDREN - len(page.children)))]
    rows = said.rows_of(children).reshape(len(pages), CHILDREN)
    moved = np.zeros(rows.shape, bool)
    newest = [by > max(page.spoken, default=-1) and by > max(page.blank, default=-1) for page in pages]
    for number, page in enumerate(pages):
        if page.withdrawn and feed_of(by) in page.withdrawn:
            rows[number] = -1
        elif any(heard(page, by)) or (page.blank and not newest[number]):
            moved[number] = _one_by_one(page, by, rows[number], said)
            rows[number] = -1
    places = np.flatnonzero(rows >= 0)
    if len(places):
        moved.reshape(-1)[places] = _Sheet(pages, by, places, rows.reshape(-1)[places], said).lay(newest)
    return moved


class _Sheet:
    """Pages side by side, `CHILDREN` places each, and what is said of some `places` there; `rows`: theirs in the table. `slots` by places:
    what is said, and what stands there."""

    def __init__(self, pages: Sequence[Page], by: int, places: Places, rows: Places, said: Said) -> None:
        self._pages = pages
        self._by = by
        self._places = places
        self._slots = said.slots
        self._notes = _at_places(said, rows)
        self._marks = said.marks.T[:, rows]
        self._grids = [np.frombuffer(page.marks, np.uint8).reshape(-1, CHILDREN) for page in pages]

    def lay(self, newest: Sequence[bool]) -> Moved:
        """Everything at once: the cells are empty or say the same, as a rule. The others are settled one by one. Whose marks changed."""
        whole = np.concatenate([grid[self._slots] for grid in self._grids], axis=1)
        marks, here = self._marks, whole[:, self._places]
        spoken, blank, empty = marks != NOT_SAID, marks == CLEARED, here == NO_MARK
        alike = here == np.where(blank, NO_MARK, marks)
        settled = alike | empty
        if (settled & ~empty).any():  # a note, or a mark before, may stand behind a mark that is alike
            settled &= ~self._has_runs()
        self._note(empty, settled)
        fresh = settled & ~alike & spoken
        whole[:, self._places] = np.where(fresh, marks, here)
        for number, grid in enumerate(self._grids):
            grid[self._slots] = whole[:, number * CHILDREN : (number + 1) * CHILDREN]
        self._settle(fresh, spoken & ~settled, newest)
        self._speak(spoken & ~blank, [page.spoken for page in self._pages])
        if blank.any():
            self._speak(blank, [page.blank for page in self._pages])
        moved: Moved = fresh.any(axis=0)
        return moved

    def _has_runs(self) -> Moved:
        """Which cells have runs."""
        slots, places = self._slots[:, None], self._places
        cells = places // CHILDREN * CELLS + slots * CHILDREN + places % CHILDREN
        known = [np.fromiter(page.runs, np.intp, len(page.runs)) + number * CELLS for number, page in enumerate(self._pages) if page.runs]
        return np.isin(cells, np.concatenate(known)) if known else np.zeros(cells.shape, bool)

    def _note(self, empty: Moved, settled: Moved) -> None:
        """A mark with a note, where there never was one, is the cell's first run; elsewhere its cell is not settled."""
        if not self._notes:
            return
        places, columns = np.array(list(self._notes)).T
        marks, notes = self._marks[columns, places], list(self._notes.values())
        first = empty[columns, places] & (marks != CLEARED)
        settled[columns[~first], places[~first]] = False
        numbers, within = np.divmod(self._places[places], CHILDREN)
        cells = self._slots[columns] * CHILDREN + within
        order = np.lexsort((cells, numbers))  # as they are stored
        some = order[first[order]]
        told = zip(some.tolist(), numbers[some].tolist(), cells[some].tolist(), marks[some].tolist(), strict=True)
        for at, number, cell, mark in told:
            self._pages[number].runs[cell] = [Run(self._by, mark, notes[at])]

    def _settle(self, fresh: Moved, left: Moved, newest: Sequence[bool]) -> None:
        """The cells that are left, one by one; `fresh` is told which of them changed."""
        voices: dict[int, Voices] = {}
        for place, column in np.argwhere(left.T).tolist():
            number, within = divmod(int(self._places[place]), CHILDREN)
            page, cell = self._pages[number], int(self._slots[column]) * CHILDREN + within
            if number not in voices:
                voices[number] = Voices(page)
            settled = _append if newest[number] else _insert
            mark, note = int(self._marks[column, place]), self._notes.get((place, column))
            fresh[column, place] = settled(page, cell, self._by, mark, note, voices[number])

    def _speak(self, there: Moved, spoken: Sequence[MutableMapping[int, Spoken]]) -> None:
        """Note of which cells the writer spoke."""
        bits, places = bits_of(there.T, self._slots), (self._places % CHILDREN).tolist()
        ends = np.searchsorted(self._places, np.arange(len(self._pages) + 1) * CHILDREN).tolist()
        for page, of_page, (start, end) in zip(self._pages, spoken, pairwise(ends), strict=True):
            _speak(page, of_page, self._by, places[start:end], bits[start:end])


def _at_places(said: Said, rows: Places) -> dict[Cell, Note]:
    """The notes of some rows, by place among them and column."""
    if not said.notes:
        return {}
    place = np.full(len(said.marks), -1)
    place[rows] = np.arange(len(rows))
    at = place[np.fromiter((row for row, _ in said.notes), np.intp, len(said.notes))].tolist()
    return {(here, column): note for here, ((_, column), note) in zip(at, said.notes.items(), strict=True) if here >= 0}


def _one_by_one(page: Page, by: int, rows: Places, said: Said) -> Moved:
    """A writer of which the page knows something already, or that may come before one who took marks away. `rows`: of each place; -1 where
    nothing is said. Whose marks changed."""
    voices, moved = Voices(page), np.zeros(len(rows), bool)
    places = np.flatnonzero(rows >= 0)
    marks = said.marks[rows[places]]
    earlier = [spoken for spoken in heard(page, by) if spoken]
    done = [_bits(earlier, place) for place in places.tolist()]
    for at, column in np.argwhere(marks != NOT_SAID).tolist():
        place, slot = int(places[at]), int(said.slots[column])
        if not done[at] >> slot & 1:
            note = said.notes.get((int(rows[place]), column))
            moved[place] |= _insert(page, slot * CHILDREN + place, by, int(marks[at, column]), note, voices)
    blank = marks == CLEARED
    for there, spoken in (((marks != NOT_SAID) & ~blank, page.spoken), (blank, page.blank)):
        wrote = [bits & ~before for bits, before in zip(bits_of(there, said.slots), done, strict=True)]
        _speak(page, spoken, by, places.tolist(), wrote)
    return moved


def _bits(said: Iterable[Spoken], place: int) -> int:
    bits = 0
    for spoken in said:
        bits |= spoken.of(place)
    return bits


def _append(page: Page, cell: int, by: int, mark: int, note: Note | None, voices: Voices) -> bool:
    """No writer so far is later than this one. Whether the mark is another than before."""
    present = page.marks[cell]
    runs = page.runs.get(cell)
    if runs is None:
        if (present or CLEARED) == mark and note is None:
            return False
        if present:
            slot, place = divmod(cell, CHILDREN)
            page.runs[cell] = [Run(voices.first_to_mark(slot, place), present, None), Run(by, mark, note)]
        elif note is not None:
            page.runs[cell] = [Run(by, mark, note)]
    else:
        last = runs[-1]
        if last.mark == mark and last.note == note:
            return False
        runs.append(Run(by, mark, note))
    page.marks[cell] = mark
    return (present or CLEARED) != mark


def _insert(page: Page, cell: int, by: int, mark: int, note: Note | None, voices: Voices) -> bool:
    """A writer that comes after later ones: its mark goes where its number belongs. Whether the latest mark is another than before."""
    slot, place = divmod(cell, CHILDREN)
    present = page.marks[cell]
    runs = page.runs.get(cell)
    if runs is None:
        runs = [Run(voices.first_to_mark(slot, place), present, None)] if present else []
    at = bisect_right(runs, by, key=lambda run: run.writer)
    held = runs[at - 1] if at else NO_MARK_YET
    # who spoke between this writer and the next change goes on saying what was said before
    later = voices.next(slot, place, by, runs[at].writer if at < len(runs) else inf)
    others = [] if later is None else [held._replace(writer=later)]
    settle(page, cell, [*runs[:at], Run(by, mark, note), *others, *runs[at:]])
    return (present or CLEARED) != (page.marks[cell] or CLEARED)


def _speak(page: Page, said: MutableMapping[int, Spoken], by: int, places: Sequence[int], wrote: Sequence[int]) -> None:
    """Note of which cells of these places a writer spoke."""
    if not any(wrote):
        return
    earlier = said.get(by)
    if earlier is None and len(places) == len(page.children):  # all of them
        said[by] = Spoken.saying(wrote)
        return
    bits = [earlier.of(place) for place in range(len(page.children))] if earlier else [0] * len(page.children)
    for place, news in zip(places, wrote, strict=True):
        bits[place] |= news
    said[by] = Spoken.saying(bits)
