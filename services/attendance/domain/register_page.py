"""A register page: one school year's marks of up to 512 children, with the feed that wrote each mark and every mark that stood before.

The register is what applying the accepted feeds in the order of their numbers gives, in whatever order, however often and by however many
replicas they are processed. So a page keeps, beside the marks, which writer (feed and part) spoke of which cell, and for each cell whose
marks differ the runs of equal marks. From these two the page for any order of writers is the same page, to the byte.

A writer may also say that there is no mark: the cell is cleared, with its trail. Said of a cell that never had one it is kept among the
writer's blanks alone, and costs as little as a mark: schools send the afternoon empty every morning.

In memory, and as it is stored (see stored_page.py), a cell is `slot * CHILDREN + child`: slot-major, so that a year grows at its end and a
child's series is `marks[child::CHILDREN]`.
"""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.codes import CLEARED, NO_MARK
from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.stood import Stood
from services.attendance.domain.runs import Run, roll
from services.attendance.domain.said import NOT_SAID, Said
from services.attendance.domain.spoken import Spoken
from services.attendance.domain.voices import Voices
from shared.academic_year import SLOTS

CHILDREN = 512
"""Dear is the page and not the mark; but whoever moves a child or meets another writer rewrites a whole page. A multiple of 64."""
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
    held: NDArray[np.bool_] = eights.any(axis=1)
    return held


def heard(page: Page, by: int) -> tuple[Spoken | None, Spoken | None]:
    """What a writer marked and what it said to have no mark."""
    return page.spoken.get(by), page.blank.get(by)


def settle(page: Page, cell: int, said: Iterable[Run]) -> None:
    """Make a cell what was said of it, in order: one run at least for each change."""
    runs = roll(said)
    page.marks[cell] = runs[-1].mark if runs else NO_MARK
    if len(runs) > 1 or any(run.note is not None for run in runs):
        page.runs[cell] = runs
    else:
        page.runs.pop(cell, None)


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
