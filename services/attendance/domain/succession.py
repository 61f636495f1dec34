"""A school that continues another under a new URN, as an academy does: from a day on the register is its own, and before it the other's.

The registers stay as they are; what is read of the successor is its own pages with its predecessor's marks of the days before laid in, and
in those the marks of the predecessor's own, as far back as it goes. A feed's number is the school's own, so a predecessor's stands with a
minus, and one of a school further back lower by `A_SCHOOL_BACK` for each school between.

Source: an academy conversion closes the maintained school and opens another with a new URN (Department for Education, Get Information about
Schools).
"""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from datetime import date
from typing import Final, NamedTuple

from services.attendance.domain.register_page import CHILDREN, Page, feed_of, trail, writer
from services.attendance.domain.runs import Run
from shared.academic_year import SLOTS, first_day, slot

LONGEST: Final = 8
"""Schools in a row, each of which continues the one before it. More are taken for a mistake."""
A_SCHOOL_BACK: Final = 1_000_000_000
"""More than the feeds that any school sends."""


class Predecessor(NamedTuple):
    urn: str
    since: date
    """The successor's first day."""

    def slots(self, year: int) -> int:
        """How many slots of a year's register, from the first on, are the predecessor's."""
        if self.since <= first_day(year):
            return 0
        return SLOTS if self.since >= first_day(year + 1) else slot(self.since, "AM")


def laid_in(page: Page, before: Iterable[Page], slots: int, told: Collection[str] = ()) -> Page:
    """A page as it is read: with the predecessor's marks of the first `slots` slots where it has none itself.

    `told`: the children of whom it also tells who wrote those marks and what stood before them.
    """
    joined = copy(page)
    joined.marks, joined.runs = bytearray(page.marks), dict(page.runs)
    earlier = {child: one for one in before for child in one.children if child}
    for place, child in enumerate(page.children):
        if child is None or child not in earlier:
            continue
        theirs = earlier[child].series(child)[:slots]
        ours = page.marks[place::CHILDREN]
        joined.marks[place : slots * CHILDREN : CHILDREN] = bytes(mine or other for mine, other in zip(ours, theirs, strict=False))
        if child in told:
            runs = {at: _foreign(trail(earlier[child], child, at)) for at, mark in enumerate(theirs) if mark and not ours[at]}
            joined.runs.update({at * CHILDREN + place: run for at, run in runs.items()})
    return joined


def left_over(before: Page, pages: Iterable[Page], slots: int, told: Collection[str] = ()) -> Page:
    """A predecessor's page of the first `slots` slots without the children who are on the successor's pages."""
    taken = {child for page in pages for child in page.children if child}
    rest = Page(children=[None if child in taken else child for child in before.children], state={})
    return laid_in(rest, [before], slots, told)


def source_of(feed: int) -> tuple[int, int]:
    """From a feed as it is told of a school's register: how many schools back it was sent (0: the school itself), and its number there."""
    if feed > 0:
        return 0, feed
    back, number = divmod(-feed, A_SCHOOL_BACK)
    return back + 1, number


def _foreign(runs: Sequence[Run]) -> list[Run]:
    """As they are told of the register of the school that comes after."""
    feeds = [feed_of(run.writer) for run in runs]
    told = [-feed if feed > 0 else feed - A_SCHOOL_BACK for feed in feeds]
    return [run._replace(writer=writer(feed, 0)) for run, feed in zip(runs, told, strict=True)]
