"""The marks of a joined child: its register is what applying every feed of either record to one of them would have given.

Each record's page stays as it is; what is made here is shown, counted and judged, and never stored.
"""

from collections.abc import Collection, Iterable, Iterator

from services.attendance.domain.joins import Groups
from services.attendance.domain.page_moves import put_in, take_out
from services.attendance.domain.register_page import CHILDREN, Page, settle
from services.attendance.domain.runs import NO_MARK_YET, Run
from services.attendance.domain.spoken import Spoken


def combine(page: Page, child: str, single: Page) -> None:
    """Add to a child of a page what a page of one says, as if its feeds had spoken of this child: of two feeds the later wins.

    Where one feed spoke of both in the same session, what it said of the child itself counts.
    """
    place = page.children.index(child)
    ours, theirs = _bits(page, place), _bits(single, 0)
    for slot in _slots(theirs & ~ours):
        cell = slot * CHILDREN
        page.marks[cell + place] = single.marks[cell]
        if cell in single.runs:
            page.runs[cell + place] = single.runs[cell]
    for slot in _slots(theirs & ours):
        said = {run.writer: run for run in (*_said(single, slot, 0), *_said(page, slot, place))}
        settle(page, slot * CHILDREN + place, [said[by] for by in sorted(said)])
    spoken = {by: _of(page, by, place) for by in {*single.spoken, *single.blank}}
    for said_by, its in ((page.spoken, single.spoken), (page.blank, single.blank)):
        for by, one in its.items():
            if news := one.of(0) & ~spoken[by]:
                said_by.setdefault(by, Spoken.saying([0] * len(page.children))).flip(place, news)


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


def _said(page: Page, slot: int, place: int) -> Iterator[Run]:
    """What each writer that spoke of a cell said of it, in order."""
    cell = slot * CHILDREN + place
    marked = [by for by, spoken in page.spoken.items() if spoken.of(place) >> slot & 1]
    blank = [by for by, spoken in page.blank.items() if spoken.of(place) >> slot & 1]
    runs = page.runs.get(cell) or ([Run(min(marked), page.marks[cell], None)] if page.marks[cell] else [])
    at, now = 0, NO_MARK_YET
    for by in sorted([*marked, *blank]):
        while at < len(runs) and runs[at].writer <= by:
            now, at = runs[at], at + 1
        yield now._replace(writer=by)


def _slots(bits: int) -> Iterator[int]:
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def _bits(page: Page, place: int) -> int:
    """The slots of which anybody spoke, for a child."""
    bits = 0
    for by in {*page.spoken, *page.blank}:
        bits |= _of(page, by, place)
    return bits


def _of(page: Page, by: int, place: int) -> int:
    """The slots of which a writer spoke, in either way."""
    bits = 0
    for said in (page.spoken, page.blank):
        bits |= said[by].of(place) if by in said else 0
    return bits
