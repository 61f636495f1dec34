"""The marks of a joined child: its register is what applying every feed of either record to one of them would have given.

Each record's page stays as it is; what is made here is shown, counted and judged, and never stored.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from services.attendance.domain.joins import Groups
from services.attendance.domain.page_moves import put_in, take_out
from services.attendance.domain.register_page import CHILDREN, Page, Spoken, settle
from services.attendance.domain.runs import NO_MARK_YET, Run
from services.attendance.domain.voices import Voices


def combine(page: Page, child: str, single: Page) -> None:
    """Add to a child of a page what a page of one says, as if its feeds had spoken of this child: of two feeds the later wins.

    Where one feed spoke of both in the same session, what it said of the child itself counts.
    """
    place = page.children.index(child)
    for slot in _slots(single):
        ours = _said(page, slot, place)
        heard = {run.writer for run in ours}
        theirs = [run for run in _said(single, slot, 0) if run.writer not in heard]
        settle(page, slot * CHILDREN + place, sorted([*ours, *theirs], key=lambda run: run.writer))
    ours_said = {by: _of(page, by, place) for by in {*single.spoken, *single.blank}}
    for said, its in ((page.spoken, single.spoken), (page.blank, single.blank)):
        for by, spoken in its.items():
            if news := spoken.of(0) & ~ours_said[by]:
                known = said.setdefault(by, Spoken(len(page.children), 0, {}))
                known.odd[place] = known.odd.get(place, 0) ^ news


def gathered(pages: Iterable[Page], groups: Groups) -> None:
    """Make each joined child of some pages one child, under the record that is kept. The pages are those read, and not to be stored."""
    if not groups:
        return
    where = {child: page for page in pages for child in page.children if child and child in groups}
    for group in {groups[child] for child in where}:
        kept, *others = (child for child in group if child in where)
        home = where[kept]
        if kept != group[0]:
            single = take_out(home, kept)
            single.children, single.state = [group[0]], {}
            put_in(home, single)
        for other in others:
            combine(home, group[0], take_out(where[other], other))


def under(asked: Collection[str], pages: Collection[Page], groups: Groups) -> None:
    """As `gathered`, for who asks for a joined child by any of its records: it is shown under that one, with what stands over the child."""
    for group in {groups[child] for child in asked if child in groups}:
        name = next((record for record in group if record in asked), group[0])
        stands = next((page.state[group[0]] for page in pages if group[0] in page.state), None)
        gathered(pages, dict.fromkeys(group, (name, *(record for record in group if record != name))))
        for page in pages:
            page.state.pop(name, None)
            if stands and name in page.children:
                page.state[name] = stands


def _said(page: Page, slot: int, place: int) -> list[Run]:
    """What each writer that spoke of a cell said of it, in order."""
    cell = slot * CHILDREN + place
    runs = page.runs.get(cell)
    if runs is None:
        runs = [Run(Voices(page).first_to_mark(slot, place), page.marks[cell], None)] if page.marks[cell] else []
    said = []
    for number in sorted(page.spoken.keys() | page.blank.keys()):
        if _of(page, number, place) >> slot & 1:
            at = bisect_right(runs, number, key=lambda run: run.writer)
            said.append((runs[at - 1] if at else NO_MARK_YET)._replace(writer=number))
    return said


def _slots(single: Page) -> Iterator[int]:
    bits = 0
    for said in (single.spoken, single.blank):
        for spoken in said.values():
            bits |= spoken.of(0)
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def _of(page: Page, by: int, place: int) -> int:
    """Bits of the slots of which a writer spoke, in either way."""
    bits = 0
    for said in (page.spoken, page.blank):
        bits |= said[by].of(place) if by in said else 0
    return bits
