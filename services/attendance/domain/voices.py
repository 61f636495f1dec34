"""Who spoke of a session, in the order of the writers: looked up for a child once, since a page may have hundreds of writers."""

from bisect import bisect_right
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from services.attendance.domain.register_page import Page


class _Heard(NamedTuple):
    """Of one child: writers in order and, in step, bits of the slots that each marked, and of those of which it spoke at all."""

    writers: list[int]
    marked: list[int]
    spoken: list[int]


class Voices:
    """Of a page as it was when this was made. A cell is given as slot and place."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._of: dict[int, _Heard] = {}

    def first_to_mark(self, slot: int, place: int) -> int:
        heard = self._heard(place)
        return next(by for by, bits in zip(heard.writers, heard.marked, strict=True) if bits >> slot & 1)

    def next(self, slot: int, place: int, after: int, before: float, without: Collection[int] = ()) -> int | None:
        """The first writer between two, both left out, that spoke of a cell and is none of some."""
        heard = self._heard(place)
        for at in range(bisect_right(heard.writers, after), len(heard.writers)):
            by = heard.writers[at]
            if by >= before:
                return None
            if heard.spoken[at] >> slot & 1 and by not in without:
                return by
        return None

    def _heard(self, place: int) -> _Heard:
        known = self._of.get(place)
        if known is None:
            page = self._page
            writers = sorted(page.spoken.keys() | page.blank.keys())
            marked = [said.of(place) if (said := page.spoken.get(by)) else 0 for by in writers]
            blank = [said.of(place) if (said := page.blank.get(by)) else 0 for by in writers]
            known = self._of[place] = _Heard(writers, marked, [m | b for m, b in zip(marked, blank, strict=True)])
        return known
