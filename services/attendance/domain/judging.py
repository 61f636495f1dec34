"""From a register page to what is raised and what is eased: every child of the page, whenever a mark of it has changed.

What is open stands on the page itself, so it is a function of the page alone, whatever the order of the feeds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.judge import judge, needs_earlier, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import class_table, classes_of


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


class Bench:
    """Judges pages by one set of thresholds."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self._table = class_table(thresholds.counted_codes)

    def wanting_earlier(self, page: Page, year: int) -> set[str]:
        """Children for whom last year's marks could change the answer."""
        classes = classes_of(bytes(page.marks), self._table)
        weeks = school_weeks(classes, year, CHILDREN)
        return {child for child, place in _places(page) if needs_earlier(classes[place::CHILDREN], weeks, self.thresholds)}

    def earlier(self, page: Page, year: int, children: Iterable[str]) -> dict[str, Earlier]:
        """What last year's page says of some of its children."""
        classes = classes_of(bytes(page.marks), self._table)
        weeks = school_weeks(classes, year, CHILDREN)
        wanted = set(children)
        return {child: Earlier(classes[place::CHILDREN], weeks) for child, place in _places(page) if child in wanted}

    def turns(self, page: Page, year: int, earlier: Mapping[str, Earlier]) -> list[Turn]:
        """Judge every child, note on the page what is open now, and say what has turned."""
        classes = classes_of(bytes(page.marks), self._table)
        weeks = school_weeks(classes, year, CHILDREN)
        windows = windows_for(self.thresholds, year, weeks)
        turned: list[Turn] = []
        for child, place in _places(page):
            series = classes[place::CHILDREN]
            before = earlier.get(child)
            if before:
                found = judge(series, before.series, windows_for(self.thresholds, year, weeks, before.weeks), self.thresholds)
            else:
                found = judge(series, None, windows, self.thresholds)
            turned.extend(_turn(page, child, set(found)))
        return turned


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


def _places(page: Page) -> list[tuple[str, int]]:
    return [(child, place) for place, child in enumerate(page.children) if child is not None]
