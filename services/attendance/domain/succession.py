"""A school that continues another under a new URN, as an academy does: from a day on the register is its own, and before it the other's.

The two registers stay as they are; what is read of the successor is its own pages with its predecessor's marks of the days before laid in.
A feed's number is the school's own, so a predecessor's stands with a minus.

Source: an academy conversion closes the maintained school and opens another with a new URN (Department for Education, Get Information about
Schools).
"""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from datetime import date
from typing import NamedTuple

from services.attendance.domain.register_page import CHILDREN, Page, feed_of, trail, writer
from services.attendance.domain.runs import Run
from shared.academic_year import SLOTS, first_day, slot


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


def _foreign(runs: Sequence[Run]) -> list[Run]:
    return [run._replace(writer=writer(-feed_of(run.writer), 0)) for run in runs]
