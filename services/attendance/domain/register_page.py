"""A register page: one school year's marks of up to 128 children, with the feed that wrote each mark and every mark that stood before.

The register is what applying the accepted feeds in the order of their numbers gives, in whatever order, however often and by however many
replicas they are processed. So a page keeps, beside the marks, which writer (feed and part) spoke of which cell, and for each cell whose
marks differ the runs of equal marks. From these two the page for any order of writers is the same page, to the byte.

A writer may also say that there is no mark: the cell is cleared, with its trail. Said of a cell that never had one it is kept among the
writer's blanks alone, and costs as little as a mark: schools send the afternoon empty every morning.

In memory, and as it is stored (see stored_page.py), a cell is `slot * CHILDREN + child`: slot-major, so that a year grows at its end and a
child's series is `marks[child::CHILDREN]`.
"""

from bisect import bisect_right
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.codes import CLEARED, NO_MARK
from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.stood import Stood
from services.attendance.domain.notes import Note
from services.attendance.domain.runs import NO_MARK_YET, Run, roll
from services.attendance.domain.said import NOT_SAID, Said, bits_of, cleared
from services.attendance.domain.spoken import Spoken
from services.attendance.domain.voices import Voices
from shared.academic_year import SLOTS

CHILDREN = 128
"""Dear is the page and not the mark; but whoever moves a child or meets another writer rewrites a whole page."""
CELLS = SLOTS * CHILDREN
PARTS = 1 << 12
"""Parts of one feed that a writer number has room for."""


def writer(feed: int, part: int) -> int:
    """One number for a part of a feed; writers compare as their feeds do."""
    return feed * PARTS + part


def feed_of(writer: int) -> int:
    return writer // PARTS


@dataclass(slots=True)
class Page:
    """`children` holds ids by place; None where a child has left the page. `state`: what stands over whom, by child and rule."""

    children: list[str | None] = field(default_factory=list)
    marks: bytearray = field(default_factory=lambda: bytearray(CELLS))
    """`CLEARED` where the latest writer took a mark away, 0 where there never was one."""
    spoken: MutableMapping[int, Spoken] = field(default_factory=dict)
    """By writer, the cells that it marked."""
    blank: MutableMapping[int, Spoken] = field(default_factory=dict)
    """By writer, the cells that it said to have no mark."""
    runs: MutableMapping[int, list[Run]] = field(default_factory=dict)
    """Cells with a note or with more than one run; any other cell is one run that the first to mark it began.
    Whoever comes before the first run said that there is no mark."""
    state: MutableMapping[str, dict[RuleName, Stood]] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    """Numbers of feeds that have been taken back: what they say is heard no more."""

    def place(self, child: str) -> int | None:
        try:
            return self.children.index(child)
        except ValueError:
            return None

    def room(self) -> int:
        return CHILDREN - len(self.children) + self.children.count(None)

    def add(self, child: str) -> int:
        """A place for a child; the caller has made sure that there is room. A place that was left is empty and is given again."""
        assert child not in self.children
        if len(self.children) < CHILDREN:
            self.children.append(child)
            return len(self.children) - 1
        place = self.children.index(None)
        self.children[place] = child
        return place

    def series(self, child: str) -> bytes:
        """A child's marks by slot, one byte each, 0 or CLEARED where there is none."""
        return bytes(self.marks[self.children.index(child) :: CHILDREN])


def slots_held(grid: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Of some slots, `CHILDREN` cells each, those that hold any mark: cells are looked at eight at a time, and what is found too."""
    eights = (grid.reshape(-1).view(np.uint64) != 0).view(np.uint64).reshape(-1, CHILDREN // 64)
    held: NDArray[np.bool_] = (eights[:, 0] | eights[:, 1]) != 0
    return held


def apply(page: Page, by: int, said: Said) -> set[str]:
    """Write what one writer says of those children who are on the page; the children whose marks are now others than before.

    A cell that this writer wrote before is left alone, so a message delivered twice changes nothing.
    """
    if page.withdrawn and feed_of(by) in page.withdrawn:
        return set()
    places, rows = said.on(page.children)
    if not len(places):
        return set()
    earlier = [spoken for spoken in heard(page, by) if spoken]
    newest = not earlier and by > max((*page.spoken, *page.blank), default=-1)
    marks, notes = said.marks[rows], said.notes_of(rows)
    done = [_bits(earlier, place) for place in places.tolist()] if earlier else []
    if earlier or (page.blank and not newest):
        moved = _one_by_one(page, by, places, Said({}, said.slots, marks, notes), done)
    else:
        moved = _lay(page, by, places, Said({}, said.slots, marks, notes), newest=newest)
    blank = cleared(marks)
    _speak(page, page.spoken, by, places, bits_of((marks != NOT_SAID) & ~blank, said.slots), done)
    if blank.any():
        _speak(page, page.blank, by, places, bits_of(blank, said.slots), done)
    return {child for place in places[moved].tolist() if (child := page.children[place])}


def _one_by_one(page: Page, by: int, places: NDArray[np.intp], said: Said, done: Sequence[int]) -> NDArray[np.bool_]:
    """A writer of which the page knows something already, or that may come before one who took marks away. Whose marks changed."""
    voices = Voices(page)
    moved = np.zeros(len(places), bool)
    for row, column in np.argwhere(said.marks != NOT_SAID).tolist():
        slot = int(said.slots[column])
        if not done or not done[row] >> slot & 1:
            cell = slot * CHILDREN + int(places[row])
            moved[row] |= _insert(page, cell, by, int(said.marks[row, column]), said.notes.get((row, column)), voices)
    return moved


def _lay(page: Page, by: int, places: NDArray[np.intp], said: Said, *, newest: bool) -> NDArray[np.bool_]:
    """Everything that a writer says at once: the cells are empty or say the same, as a rule. The others are settled one by one."""
    slots, marks = said.slots[:, None], said.marks.T
    grid = np.frombuffer(page.marks, np.uint8).reshape(-1, CHILDREN)
    here, spoken = grid[slots, places], marks != NOT_SAID
    empty = here == NO_MARK
    alike = here == np.where(marks == CLEARED, NO_MARK, marks)
    settled = alike | empty
    if page.runs and (settled & ~empty).any():  # a note, or a mark before, may stand behind a mark that is alike
        settled &= ~np.isin(slots * CHILDREN + places, np.fromiter(page.runs, np.intp, len(page.runs)))
    _note(page, by, places, said, empty, settled)
    fresh = settled & ~alike & spoken
    if fresh.all():
        grid[slots, places] = marks
    else:
        grid[slots, places] = np.where(fresh, marks, here)
    voices, settle = Voices(page), _append if newest else _insert
    for row, column in np.argwhere((spoken & ~settled).T).tolist():
        cell = int(said.slots[column]) * CHILDREN + int(places[row])
        fresh[column, row] = settle(page, cell, by, int(marks[column, row]), said.notes.get((row, column)), voices)
    moved: NDArray[np.bool_] = fresh.any(axis=0)
    return moved


def _note(page: Page, by: int, places: NDArray[np.intp], said: Said, empty: NDArray[np.bool_], settled: NDArray[np.bool_]) -> None:
    """A mark with a note, where there never was one, is the cell's first run; elsewhere its cell is not settled."""
    if not said.notes:
        return
    rows, columns = np.array(list(said.notes)).T
    marks = said.marks[rows, columns]
    first = empty[columns, rows] & (marks != CLEARED)
    settled[columns[~first], rows[~first]] = False
    cells = (said.slots[columns] * CHILDREN + places[rows]).tolist()
    for cell, mark, note, alone in zip(cells, marks.tolist(), said.notes.values(), first.tolist(), strict=True):
        if alone:
            page.runs[cell] = [Run(by, mark, note)]


def heard(page: Page, by: int) -> tuple[Spoken | None, Spoken | None]:
    """What a writer marked and what it said to have no mark."""
    return page.spoken.get(by), page.blank.get(by)


def _bits(said: Iterable[Spoken | None], place: int) -> int:
    bits = 0
    for spoken in said:
        bits |= spoken.of(place) if spoken else 0
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


def settle(page: Page, cell: int, said: Iterable[Run]) -> None:
    """Make a cell what was said of it, in order: one run at least for each change."""
    runs = roll(said)
    page.marks[cell] = runs[-1].mark if runs else NO_MARK
    if len(runs) > 1 or any(run.note is not None for run in runs):
        page.runs[cell] = runs
    else:
        page.runs.pop(cell, None)


def _speak(
    page: Page, said: MutableMapping[int, Spoken], by: int, places: NDArray[np.intp], wrote: Sequence[int], done: Sequence[int]
) -> None:
    """Note of which cells the writer spoke; what it had `done` before is noted already, in one way or the other."""
    if done:
        wrote = [bits & ~before for bits, before in zip(wrote, done, strict=True)]
    if not any(wrote):
        return
    earlier = said.get(by)
    bits = [earlier.of(place) for place in range(len(page.children))] if earlier else [0] * len(page.children)
    for place, news in zip(places.tolist(), wrote, strict=True):
        bits[place] |= news
    said[by] = Spoken.saying(bits)


def shows(page: Page, said: Said) -> bool:
    """Whether the page shows every mark that is said of its children, with its note."""
    places, rows = said.on(page.children)
    marks, notes = said.marks[rows], said.notes_of(rows)
    spoken = marks != NOT_SAID
    here = np.frombuffer(page.marks, np.uint8).reshape(-1, CHILDREN)[said.slots[:, None], places].T
    if (np.where(here == NO_MARK, CLEARED, here) != marks)[spoken].any():
        return False
    for row, column in np.argwhere(spoken).tolist() if notes or page.runs else ():
        runs = page.runs.get(int(said.slots[column]) * CHILDREN + int(places[row]))
        if (runs[-1].note if runs else None) != notes.get((row, column)):
            return False
    return True


def trail(page: Page, child: str, slot: int) -> list[Run]:
    """Every mark that the register showed for a session, the first one first, CLEARED where one was taken away; empty where there never
    was one."""
    place = page.children.index(child)
    cell = slot * CHILDREN + place
    if runs := page.runs.get(cell):
        return list(runs)
    mark = page.marks[cell]
    return [Run(Voices(page).first_to_mark(slot, place), mark, None)] if mark else []
