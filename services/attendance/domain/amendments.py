"""The amendments of a register: each mark that was replaced or cleared, by what, which feed said so first, who and why where it is told.

The first mark of a session is its original entry and no amendment; the same mark with another note is none either. Who and why may come
with a later feed than the mark: the first that tells them counts.
"""

from collections.abc import Container, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from services.attendance.domain.notes import words
from services.attendance.domain.register_page import CHILDREN, Page, feed_of
from services.attendance.domain.runs import Run


class Amendment(NamedTuple):
    """`before` and `after` as stored bytes; CLEARED is no mark. `feed`: number of the first feed that said so."""

    child: str
    slot: int
    before: int
    after: int
    feed: int
    changed_by: str | None
    reason: str | None


def of_page(page: Page, begin: int, end: int, feeds: Container[int] | None = None) -> Iterator[Amendment]:
    """In the order of sessions, those of slots from `begin` up to, not including, `end`; of some feeds alone where they are given."""
    for cell in sorted(page.runs):
        slot, place = divmod(cell, CHILDREN)
        child = page.children[place]
        if child is not None and begin <= slot < end:
            for amendment in _of_runs(child, slot, page.runs[cell]):
                if feeds is None or amendment.feed in feeds:
                    yield amendment


def _of_runs(child: str, slot: int, runs: Sequence[Run]) -> Iterator[Amendment]:
    for before, after in pairwise([list(same) for _, same in groupby(runs, key=lambda run: run.mark)]):
        who, why = _told(after)
        yield Amendment(child, slot, before[0].mark, after[0].mark, feed_of(after[0].writer), who, why)


def _told(runs: Sequence[Run]) -> tuple[str | None, str | None]:
    for run in runs:
        said = words(run.note)
        if said.changed_by or said.reason:
            return said.changed_by, said.reason
    return None, None
