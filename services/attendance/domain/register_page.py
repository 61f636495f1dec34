"""A register page: one school year's marks of up to 32 children, with the feed that wrote each mark and every mark that stood before.

The register is what applying the accepted feeds in the order of their numbers gives, in whatever order, however often and by however many
replicas they are processed. So a page keeps, beside the marks, which writer (feed and part) spoke of which cell, and for each cell whose
marks differ the runs of equal marks. From these two the page for any order of writers is the same page, to the byte.

In memory, and as it is stored (see stored_page.py), a cell is `slot * CHILDREN + child`: slot-major, so that a year grows at its end and a
child's series is `marks[child::CHILDREN]`.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from services.attendance.domain.concerns.concern import RuleName
from shared.academic_year import SLOTS

CHILDREN = 32
CELLS = SLOTS * CHILDREN
PARTS = 1 << 12
"""Parts of one feed that a writer number has room for."""

Note = tuple[int | None, str | None]
"""Minutes late and comment."""


def writer(feed: int, part: int) -> int:
    """One number for a part of a feed; writers compare as their feeds do."""
    return feed * PARTS + part


def feed_of(writer: int) -> int:
    return writer // PARTS


class Run(NamedTuple):
    """From this writer on, until the next run, every writer gave this mark."""

    writer: int
    mark: int
    note: Note | None


@dataclass(slots=True)
class Spoken:
    """The cells that one writer wrote: `slots` (a bit each) of the first `children` children, and where `odd` (child to bits) differs."""

    children: int
    slots: int
    odd: dict[int, int]

    def of(self, child: int) -> int:
        """Bits of the slots that this writer wrote for a child."""
        return (self.slots if child < self.children else 0) ^ self.odd.get(child, 0)


@dataclass(slots=True)
class Page:
    """`children` holds ids by place; None where a child has left the page. `state`: child, rule, (turns so far, whether open now)."""

    children: list[str | None] = field(default_factory=list)
    marks: bytearray = field(default_factory=lambda: bytearray(CELLS))
    spoken: dict[int, Spoken] = field(default_factory=dict)
    runs: dict[int, list[Run]] = field(default_factory=dict)
    """Cells with a note or with more than one run; any other cell is one run that its first writer began."""
    state: dict[str, dict[RuleName, tuple[int, bool]]] = field(default_factory=dict)

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
        """A child's marks by slot, one byte each, 0 where there is none."""
        return bytes(self.marks[self.children.index(child) :: CHILDREN])


class Column(Protocol):
    """What a writer says of one child: slots in order, a mark for each, and notes by place among them."""

    @property
    def slots(self) -> "array[int]": ...

    @property
    def marks(self) -> bytes: ...

    @property
    def notes(self) -> Mapping[int, Note]: ...


class Stretches(NamedTuple):
    """The slots of a column as bits, and as stretches without a gap: first slot, place in the column, length."""

    bits: int
    spans: tuple[tuple[int, int, int], ...]


def apply(page: Page, by: int, columns: Mapping[str, Column]) -> set[str]:
    """Write what one writer says, child by child; the children whose marks are now others than before.

    A cell that this writer wrote before is left alone, so a message delivered twice changes nothing. The children must be on the page.
    """
    places = {child: place for place, child in enumerate(page.children) if child is not None}
    earlier = page.spoken.get(by)
    newest = earlier is None and (not page.spoken or by > max(page.spoken))
    known: dict[bytes, Stretches] = {}
    wrote: dict[int, int] = {}
    changed: set[str] = set()
    for child, column in columns.items():
        place = places[child]
        slots = column.slots.tobytes()
        stretches = known.get(slots) or known.setdefault(slots, _stretches(column.slots))
        done = earlier.of(place) if earlier else 0
        wrote[place] = stretches.bits & ~done
        if newest:
            different = sum([_lay(page, place, by, span, column) for span in stretches.spans])
        else:
            different = sum(
                _insert(page, slot, place, by, mark, column.notes.get(at))
                for at, (slot, mark) in enumerate(zip(column.slots, column.marks, strict=True))
                if not done >> slot & 1
            )
        if different:
            changed.add(child)
    _speak(page, by, earlier, wrote)
    return changed


def _stretches(slots: "array[int]") -> Stretches:
    bits, spans, start = 0, [], 0
    for at, slot in enumerate(slots):
        bits |= 1 << slot
        if at + 1 == len(slots) or slots[at + 1] != slot + 1:
            spans.append((slots[start], start, at + 1 - start))
            start = at + 1
    return Stretches(bits, tuple(spans))


def _lay(page: Page, place: int, by: int, span: tuple[int, int, int], column: Column) -> int:
    """A whole stretch at once, when no writer so far is later: cells are empty or say the same, as a rule. How many marks changed."""
    first, at, length = span
    cells = slice(first * CHILDREN + place, (first + length - 1) * CHILDREN + place + 1, CHILDREN)
    here, said = page.marks[cells], column.marks[at : at + length]
    if not column.notes:
        if not any(here):
            page.marks[cells] = said
            return length
        if here == said and not any(cell in page.runs for cell in range(cells.start, cells.stop, CHILDREN)):
            return 0
    return sum(
        _append(page, cell, by, mark, column.notes.get(at + offset))
        for offset, (cell, mark) in enumerate(zip(range(cells.start, cells.stop, CHILDREN), said, strict=True))
    )


def _append(page: Page, cell: int, by: int, mark: int, note: Note | None) -> bool:
    """No writer so far is later than this one. Whether the mark is another than before."""
    present = page.marks[cell]
    runs = page.runs.get(cell)
    if runs is None:
        if present == mark and note is None:
            return False
        if present:
            slot, place = divmod(cell, CHILDREN)
            page.runs[cell] = [Run(_first(page, slot, place), present, None), Run(by, mark, note)]
        elif note is not None:
            page.runs[cell] = [Run(by, mark, note)]
    else:
        last = runs[-1]
        if last.mark == mark and last.note == note:
            return False
        runs.append(Run(by, mark, note))
    page.marks[cell] = mark
    return present != mark


def _insert(page: Page, slot: int, place: int, by: int, mark: int, note: Note | None) -> bool:
    """A writer that comes after later ones: its mark goes where its number belongs. Whether the latest mark is another than before."""
    cell = slot * CHILDREN + place
    present = page.marks[cell]
    writers = sorted(number for number, spoken in page.spoken.items() if spoken.of(place) >> slot & 1)
    if not writers:
        page.marks[cell] = mark
        if note is not None:
            page.runs[cell] = [Run(by, mark, note)]
        return True
    said = _unroll(page.runs.get(cell) or [Run(writers[0], present, None)], writers)
    runs = _roll(sorted([*said, Run(by, mark, note)], key=lambda run: run.writer))
    page.marks[cell] = runs[-1].mark
    if len(runs) > 1 or runs[0].note is not None:
        page.runs[cell] = runs
    else:
        page.runs.pop(cell, None)
    return present != page.marks[cell]


def _unroll(runs: Sequence[Run], writers: Iterable[int]) -> list[Run]:
    """What each writer said of a cell."""
    said, at = [], 0
    for number in writers:
        while at + 1 < len(runs) and runs[at + 1].writer <= number:
            at += 1
        said.append(Run(number, runs[at].mark, runs[at].note))
    return said


def _roll(said: Iterable[Run]) -> list[Run]:
    """Runs of what was said, in order: one for each change."""
    runs: list[Run] = []
    for run in said:
        if not runs or runs[-1][1:] != run[1:]:
            runs.append(run)
    return runs


def _first(page: Page, slot: int, place: int) -> int:
    """The first writer that spoke of a cell."""
    return min(number for number, spoken in page.spoken.items() if spoken.of(place) >> slot & 1)


def _speak(page: Page, by: int, earlier: Spoken | None, wrote: Mapping[int, int]) -> None:
    """Note which cells the writer wrote. The most common slots stand for all children, the rest is noted as odd."""
    bits = {place: (earlier.of(place) if earlier else 0) | wrote.get(place, 0) for place in range(len(page.children))}
    if not any(bits.values()):
        return
    values = list(bits.values())
    common = max(sorted(set(values)), key=values.count)
    odd = {place: value ^ common for place, value in bits.items() if value != common}
    page.spoken[by] = Spoken(len(page.children), common, odd)


def trail(page: Page, child: str, slot: int) -> list[Run]:
    """Every mark that the register showed for a session, the first one first; empty where there is none."""
    place = page.children.index(child)
    cell = slot * CHILDREN + place
    if runs := page.runs.get(cell):
        return list(runs)
    mark = page.marks[cell]
    return [Run(_first(page, slot, place), mark, None)] if mark else []


def take_out(page: Page, child: str) -> Page:
    """Take a child off a page and return a page of one child: everything that this one knew of it."""
    place = page.children.index(child)
    single = Page(children=[child])
    single.marks[0::CHILDREN] = page.marks[place::CHILDREN]
    page.marks[place::CHILDREN] = bytes(SLOTS)
    for cell in [cell for cell in page.runs if cell % CHILDREN == place]:
        single.runs[cell - place] = page.runs.pop(cell)
    for by, spoken in list(page.spoken.items()):
        if bits := spoken.of(place):
            single.spoken[by] = Spoken(1, bits, {})
            spoken.odd[place] = bits ^ spoken.odd.get(place, 0)
            if not spoken.odd[place]:
                del spoken.odd[place]
        if not any(spoken.of(other) for other in range(len(page.children))):
            del page.spoken[by]
    if child in page.state:
        single.state[child] = page.state.pop(child)
    page.children[place] = None
    return single


def put_in(page: Page, single: Page) -> None:
    """Put the child of a page of one on another page."""
    child = single.children[0]
    assert child is not None
    place = page.add(child)
    page.marks[place::CHILDREN] = single.marks[0::CHILDREN]
    page.runs |= {cell + place: runs for cell, runs in single.runs.items()}
    for by, spoken in single.spoken.items():
        known = page.spoken.setdefault(by, Spoken(len(page.children), 0, {}))
        odd = known.of(place) ^ spoken.of(0)
        if odd:
            known.odd[place] = known.odd.get(place, 0) ^ odd
    page.state |= single.state
