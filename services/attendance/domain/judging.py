"""From a register page to what is raised and what is eased: every child of the page, whenever a mark of it has changed.

What is open stands on the page itself, so it is a function of the page alone, whatever the order of the feeds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.judge import judge_standing, lacks, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import Standing, class_table, classes_of, standing_of


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
    """A page as the rules see it: its school weeks; each child's class bytes and standing; who needs last year's marks to be judged."""

    weeks: tuple[int, ...]
    children: list[tuple[str, bytes, Standing]]
    wanting: frozenset[str]


class Bench:
    """Judges pages by one set of thresholds."""

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self._table = class_table(thresholds.counted_codes)

    def look(self, page: Page, year: int) -> Look:
        """Everything about a page that its own marks tell."""
        classes = classes_of(bytes(page.marks).rstrip(b"\0"), self._table)
        weeks = school_weeks(classes, year, CHILDREN)
        children = [
            (child, series := classes[place::CHILDREN], standing_of(series))
            for place, child in enumerate(page.children)
            if child is not None
        ]
        wanting = frozenset(child for child, _, standing in children if lacks(standing, weeks, self.thresholds))
        return Look(weeks, children, wanting)

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
        for child, series, standing in look.children:
            before = earlier.get(child)
            if before:
                within = windows_for(self.thresholds, year, look.weeks, before.weeks)
                found = judge_standing(standing, series, before.series, within, self.thresholds)
            elif standing.absent or standing.late:
                found = judge_standing(standing, series, None, windows, self.thresholds)
            else:
                found = {}
            if found or child in page.state:
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
