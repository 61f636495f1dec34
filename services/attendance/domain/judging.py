"""From a register page to what is raised and what is eased: every child of the page, whenever a mark of it has changed.

What is open stands on the page itself, so it is a function of the page alone, whatever the order of the feeds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.judge import judge_standing, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import class_table, classes_of
from services.attendance.domain.tallies import Tallies, tallies


class Turn(NamedTuple):
    """A concern came or went. `order` grows with each turn of this rule for this child."""

    child: str
    rule: RuleName
    raised: bool
    order: int


class Earlier(NamedTuple):
    """Last year's page of a child: its class bytes and the school weeks of its page."""

    series: bytes
    weeks: tuple[int, ...]


class Look(NamedTuple):
    """A page as the rules see it: its school weeks, the class bytes of its slots so far, how its children stand, and who needs last
    year's marks to be judged."""

    weeks: tuple[int, ...]
    classes: bytes
    tallies: Tallies
    wanting: frozenset[str]

    def series(self, place: int) -> bytes:
        """A child's class bytes."""
        return self.classes[place::CHILDREN]


class Bench:
    """Judges pages by one set of thresholds."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self._table = class_table(thresholds.counted_codes)

    def look(self, page: Page, year: int) -> Look:
        """Everything about a page that its own marks tell."""
        classes = _so_far(page.marks).translate(self._table)
        weeks = school_weeks(classes, year, CHILDREN)
        sums = tallies(classes, CHILDREN)
        lacking = np.flatnonzero(sums.lacking(weeks, self.thresholds)[: len(page.children)])
        wanting = frozenset(child for place in lacking if (child := page.children[place]))
        return Look(weeks, classes, sums, wanting)

    def earlier(self, page: Page, year: int, children: Iterable[str]) -> dict[str, Earlier]:
        """What last year's page says of some of its children."""
        classes = classes_of(bytes(page.marks), self._table)
        weeks = school_weeks(classes, year, CHILDREN)
        wanted = set(children)
        return {child: Earlier(classes[place::CHILDREN], weeks) for place, child in enumerate(page.children) if child in wanted and child}

    def turns(self, page: Page, year: int, look: Look, earlier: Mapping[str, Earlier]) -> list[Turn]:
        """Judge every child, note on the page what is open now, and say what has turned."""
        windows = windows_for(self.thresholds, year, look.weeks)
        turned: list[Turn] = []
        worth = look.tallies.worth_judging(self.thresholds).tolist()
        for place, child in enumerate(page.children):
            if child is None or not (worth[place] or child in earlier or child in page.state):
                continue
            before = earlier.get(child)
            within = windows_for(self.thresholds, year, look.weeks, before.weeks) if before else windows
            series = before.series if before else None
            found = judge_standing(look.tallies.of(place), look.series(place), series, within, self.thresholds)
            if found or child in page.state:
                turned.extend(_turn(page, child, set(found)))
        return turned


def _so_far(marks: bytearray) -> bytes:
    """The slots up to the last one that holds a mark."""
    used = len(marks.rstrip(b"\0"))
    return bytes(marks[: used + -used % CHILDREN])


def open_rules(page: Page, child: str) -> list[RuleName]:
    """The concerns that stand open over a child."""
    return [rule for rule, (_, raised) in page.state.get(child, {}).items() if raised]


def _turn(page: Page, child: str, found: set[RuleName]) -> Iterator[Turn]:
    known = page.state.get(child, {})
    standing = {rule for rule, (_, raised) in known.items() if raised}
    for rule in sorted(found ^ standing):
        order = known.get(rule, (0, False))[0] + 1
        page.state.setdefault(child, {})[rule] = (order, rule in found)
        yield Turn(child, rule, rule in found, order)
