"""A register page: one school year's marks of up to 128 children, with the feed that wrote each mark and every mark that stood before.

The register is what applying the accepted feeds in the order of their numbers gives, in whatever order, however often and by however many
replicas they are processed. So a page keeps, beside the marks, which writer (feed and part) spoke of which cell, and for each cell whose
marks differ the runs of equal marks. From these two the page for any order of writers is the same page, to the byte.

A writer may also say that there is no mark: the cell is cleared, with its trail. Said of a cell that never had one it is kept among the
writer's blanks alone, and costs as little as a mark: schools send the afternoon empty every morning.

In memory, and as it is stored (see stored_page.py), a cell is `slot * CHILDREN + child`: slot-major, so that a year grows at its end and a
child's series is `marks[child::CHILDREN]`.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import numpy as np

from services.attendance.domain.codes import CLEARED, NO_MARK
from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.notes import Note
from services.attendance.domain.runs import NO_MARK_YET, Run, roll
from services.attendance.domain.voices import Voices
from shared.academic_year import SLOTS

CHILDREN = 128
"""Dear is the page and not the mark; but whoever moves a child or meets another writer rewrites a whole page."""
CELLS = SLOTS * CHILDREN
PARTS = 1 << 12
"""Parts of one feed that a writer number has room for."""

_BLANK = bytes([CLEARED])
_NOTHING = bytes([NO_MARK])


def writer(feed: int, part: int) -> int:
    """One number for a part of a feed; writers compare as their feeds do."""
    return feed * PARTS + part


def feed_of(writer: int) -> int:
    return writer // PARTS


@dataclass(slots=True)
class Spoken:
    """Cells of which one writer spoke: `slots` (a bit each) of the first `children` children, and where `odd` (child to bits) differs."""

    children: int
    slots: int
    odd: dict[int, int]

    def of(self, child: int) -> int:
        """Bits of the slots of which this writer spoke, for a child."""
        return (self.slots if child < self.children else 0) ^ self.odd.get(child, 0)


@dataclass(slots=True)
class Page:
    """`children` holds ids by place; None where a child has left the page. `state`: child, rule, (turns so far, whether open now)."""

    children: list[str | None] = field(default_factory=list)
    marks: bytearray = field(default_factory=lambda: bytearray(CELLS))
    """`CLEARED` where the latest writer took a mark away, 0 where there never was one."""
    spoken: dict[int, Spoken] = field(default_factory=dict)
    """By writer, the cells that it marked."""
    blank: dict[int, Spoken] = field(default_factory=dict)
    """By writer, the cells that it said to have no mark."""
    runs: dict[int, list[Run]] = field(default_factory=dict)
    """Cells with a note or with more than one run; any other cell is one run that the first to mark it began.
    Whoever comes before the first run said that there is no mark."""
    state: dict[str, dict[RuleName, tuple[int, bool]]] = field(default_factory=dict)
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


class Column(Protocol):
    """What a writer says of one child: slots in order, a mark (or CLEARED) for each, and notes by place among them."""

    @property
    def slots(self) -> "array[int]": ...

    @property
    def marks(self) -> bytes: ...

    @property
    def notes(self) -> Mapping[int, Note]: ...


def apply(page: Page, by: int, columns: Mapping[str, Column]) -> set[str]:
    """Write what one writer says, child by child; the children whose marks are now others than before.

    A cell that this writer wrote before is left alone, so a message delivered twice changes nothing. The children must be on the page.
    """
    if page.withdrawn and feed_of(by) in page.withdrawn:
        return set()
    places = {child: place for place, child in enumerate(page.children) if child is not None}
    earlier = heard(page, by)
    voices = Voices(page)
    newest = not any(earlier) and by > max((*page.spoken, *page.blank), default=-1)
    if any(earlier) or (page.blank and not newest):
        changed = {
            child
            for child, column in columns.items()
            if _one_by_one(page, places[child], by, column, _bits(earlier, places[child]), voices)
        }
    else:
        changed = _lay(page, by, places, columns, voices, newest=newest)
    marked: dict[int, int] = {}
    blanks: dict[int, int] = {}
    known: dict[bytes, int] = {}
    for child, column in columns.items():
        place, slots = places[child], column.slots.tobytes()
        done = _bits(earlier, place)
        marked[place] = (known.get(slots) or known.setdefault(slots, _bits_of(column.slots))) & ~done
        if CLEARED in column.marks:
            blanks[place] = _blanks(column) & ~done
            marked[place] &= ~blanks[place]
    _speak(page.spoken, by, marked, len(page.children))
    _speak(page.blank, by, blanks, len(page.children))
    return changed


def _one_by_one(page: Page, place: int, by: int, column: Column, done: int, voices: Voices) -> int:
    """A writer of which the page knows something already, or that may come before one who took marks away. How many marks changed."""
    return sum(
        _insert(page, slot * CHILDREN + place, by, mark, column.notes.get(at), voices)
        for at, (slot, mark) in enumerate(zip(column.slots, column.marks, strict=True))
        if not done >> slot & 1
    )


def _lay(page: Page, by: int, places: Mapping[str, int], columns: Mapping[str, Column], voices: Voices, *, newest: bool) -> set[str]:
    """Everything that a writer says at once: the cells are empty or say the same, as a rule. The others are settled one by one."""
    sizes = [len(column.marks) for column in columns.values()]
    at_places = np.repeat(np.array([places[child] for child in columns], np.intp), sizes)
    slots = np.frombuffer(b"".join([column.slots.tobytes() for column in columns.values()]), np.uint16)
    said = np.frombuffer(b"".join([column.marks for column in columns.values()]), np.uint8)
    cells = slots * np.intp(CHILDREN) + at_places
    grid = np.frombuffer(page.marks, np.uint8)
    here = grid[cells]
    alike = here == np.where(said == CLEARED, NO_MARK, said)
    settled = alike | (here == NO_MARK)
    if page.runs and (settled & (here != NO_MARK)).any():  # a note, or a mark before, may stand behind a mark that is alike
        settled &= ~np.isin(cells, np.fromiter(page.runs, np.intp, len(page.runs)))
    notes = _all_notes(columns.values(), sizes)
    settled[list(notes)] = False
    fresh = settled & ~alike
    grid[cells[fresh]] = said[fresh]
    settle = _append if newest else _insert
    for at in np.flatnonzero(~settled).tolist():
        fresh[at] = settle(page, int(cells[at]), by, int(said[at]), notes.get(at), voices)
    moved = np.zeros(CHILDREN, bool)
    moved[at_places[fresh]] = True
    return {child for child in columns if moved[places[child]]}


def _all_notes(columns: Iterable[Column], sizes: Iterable[int]) -> dict[int, Note]:
    """The notes of columns that stand one behind the other."""
    notes: dict[int, Note] = {}
    base = 0
    for column, size in zip(columns, sizes, strict=True):
        if column.notes:
            notes |= {base + at: note for at, note in column.notes.items()}
        base += size
    return notes


def heard(page: Page, by: int) -> tuple[Spoken | None, Spoken | None]:
    """What a writer marked and what it said to have no mark."""
    return page.spoken.get(by), page.blank.get(by)


def _bits(said: Iterable[Spoken | None], place: int) -> int:
    bits = 0
    for spoken in said:
        bits |= spoken.of(place) if spoken else 0
    return bits


def _blanks(column: Column) -> int:
    """Bits of the slots that are said to have no mark."""
    bits, at = 0, column.marks.find(CLEARED)
    while at >= 0:
        bits |= 1 << column.slots[at]
        at = column.marks.find(CLEARED, at + 1)
    return bits


def _bits_of(slots: "array[int]") -> int:
    bits = 0
    for slot in slots:
        bits |= 1 << slot
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


def _speak(said: dict[int, Spoken], by: int, wrote: Mapping[int, int], children: int) -> None:
    """Note of which cells the writer spoke. The most common slots stand for all children, the rest is noted as odd."""
    if not any(wrote.values()):
        return
    earlier = said.get(by)
    bits = {place: (earlier.of(place) if earlier else 0) | wrote.get(place, 0) for place in range(children)}
    values = list(bits.values())
    common = max(sorted(set(values)), key=values.count)
    odd = {place: value ^ common for place, value in bits.items() if value != common}
    said[by] = Spoken(children, common, odd)


def shows(page: Page, child: str, column: Column) -> bool:
    """Whether the page shows every mark of a column, with its note."""
    place = page.children.index(child)
    for at, (slot, mark) in enumerate(zip(column.slots, column.marks, strict=True)):
        cell = slot * CHILDREN + place
        runs = page.runs.get(cell)
        if (page.marks[cell] or CLEARED, runs[-1].note if runs else None) != (mark, column.notes.get(at)):
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
