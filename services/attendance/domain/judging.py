"""From a register page to what is raised and what is eased: every child of the page, whenever a mark of it has changed.

What is open stands on the page itself, so it is a function of the page, of the profile and of the day, whatever the order of the feeds.
Marks of days to come are planned: they count from their day on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from services.attendance.domain.concerns import holiday_edge
from services.attendance.domain.concerns.concern import OF_SCHOOL_AGE, PATTERNS, Concern, RuleName
from services.attendance.domain.concerns.judge import Windows, judge_standing, windows_for
from services.attendance.domain.concerns.profile import Profile
from services.attendance.domain.concerns.school_weeks import school_weeks
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.school_age import SchoolAge
from services.attendance.domain.standing import Standing, class_table, classes_of
from services.attendance.domain.tallies import Tallies, tallies
from shared.academic_year import slots_by

NOTHING_RAISED: Mapping[RuleName, tuple[int, bool]] = {}


class Turn(NamedTuple):
    """A concern came or went. `order` grows with each turn of this rule for this child. `proposes`: whether a referral is proposed."""

    child: str
    rule: RuleName
    raised: bool
    order: int
    proposes: bool


Weeks = tuple[int, ...]
"""School weeks, in order (see school_weeks.week_of)."""


class Earlier(NamedTuple):
    """Last year of a child: its class bytes and the year's school weeks."""

    series: bytes
    weeks: Weeks


class Seen(NamedTuple):
    """What a page shows by itself on a day: its children, the class bytes of its slots so far and the school weeks in them."""

    year: int
    today: date
    children: list[str | None]
    classes: bytes
    weeks: Weeks


class Look(NamedTuple):
    """A page as the rules see it on a day: the school weeks, the class bytes of its slots so far, how its children stand in all of them and
    in the latest weeks, who needs last year's marks to be judged, and the days next to holidays, where a rule looks at them."""

    year: int
    today: date
    weeks: Weeks
    classes: bytes
    tallies: Tallies
    recent: Tallies
    wanting: frozenset[str]
    edges: tuple[int, ...]

    def series(self, place: int) -> bytes:
        """A child's class bytes."""
        return self.classes[place::CHILDREN]


class Verdict(NamedTuple):
    """What was found of a child, and what it was found in, to be judged again by the child's age."""

    found: Mapping[RuleName, Concern]
    series: bytes
    standing: Standing
    earlier: bytes | None
    within: Windows


class Bench:
    """Judges pages by one version of a profile. `proposes`: the school's own settings; None is the profile's. `shows`: patterns that are
    looked for although they propose nothing."""

    def __init__(self, profile: Profile, proposes: Collection[RuleName] | None = None, *, shows: frozenset[RuleName] = frozenset()) -> None:
        self.profile = profile
        self.proposes = profile.proposes if proposes is None else frozenset(proposes)
        self.thresholds = profile.thresholds
        self._patterns = PATTERNS & (self.proposes | shows)
        self._table = class_table(profile.thresholds.counted_codes)

    def showing(self) -> "Bench":
        """The same bench with every pattern."""
        return Bench(self.profile, self.proposes, shows=PATTERNS)

    def see(self, page: Page, year: int, today: date) -> Seen:
        """What a page shows by itself, before the school's other pages are asked for their weeks."""
        classes = _so_far(page.marks, slots_by(today, year)).translate(self._table)
        return Seen(year, today, page.children, classes, school_weeks(classes, year, CHILDREN))

    def look(self, seen: Seen, also: Iterable[int] = ()) -> Look:
        """Everything about a page that this year's marks tell. `also`: weeks in which the school was open, as others say."""
        year, today, children, classes, own = seen
        weeks = tuple(sorted({*own, *also}))
        sums = tallies(classes, CHILDREN)
        recent = tallies(classes[windows_for(self.thresholds, year, weeks).recent.here * CHILDREN :], CHILDREN)
        wanted = sums.lacking(weeks, self.thresholds)
        if "sudden drop" in self._patterns:
            wanted |= recent.may_drop(self.thresholds)
        wanting = frozenset(child for place in np.flatnonzero(wanted[: len(children)]) if (child := children[place]))
        edges: tuple[int, ...] = ()
        if "edge of holidays" in self._patterns:
            edges = holiday_edge.edges(holiday_edge.held_days(classes, CHILDREN), self.thresholds.edge_gap)
        return Look(year, today, weeks, classes, sums, recent, wanting, edges)

    def earlier(self, pages: Iterable[Page], year: int, children: Iterable[str], also: Iterable[int] = ()) -> dict[str, Earlier]:
        """What last year's pages say of some of their children. `also`: weeks in which the school was open, as others say."""
        seen = [(page.children, classes_of(bytes(page.marks), self._table)) for page in pages]
        weeks = tuple(sorted({*also}.union(*(school_weeks(classes, year, CHILDREN) for _, classes in seen))))
        wanted = set(children)
        return {
            child: Earlier(classes[place::CHILDREN], weeks)
            for there, classes in seen
            for place, child in enumerate(there)
            if child in wanted and child
        }

    def verdicts(self, page: Page, look: Look, earlier: Mapping[str, Earlier]) -> dict[str, Verdict]:
        """Judge every child as one of compulsory school age; those of whom nothing is found are left out."""
        windows = windows_for(self.thresholds, look.year, look.weeks, edges=look.edges)
        worth = look.tallies.worth_judging(look.recent, self.thresholds, patterns=bool(self._patterns)).tolist()
        found: dict[str, Verdict] = {}
        for place, child in enumerate(page.children):
            if child is None or not (worth[place] or child in earlier):
                continue
            before, within, series = earlier.get(child), windows, look.series(place)
            if before:
                within = windows_for(self.thresholds, look.year, look.weeks, before.weeks, look.edges)
            standing = look.tallies.of(place, series)
            concerns = judge_standing(standing, series, before and before.series, within, self.thresholds, patterns=self._patterns)
            if concerns:
                found[child] = Verdict(concerns, series, standing, before and before.series, within)
        return found

    def asks_age(self, verdicts: Mapping[str, Verdict]) -> set[str]:
        """Children whose age could change the answer: those who meet a rule about the duty to attend, whether or not it stands already.
        They are few."""
        return {child for child, verdict in verdicts.items() if not OF_SCHOOL_AGE.isdisjoint(verdict.found)}

    def turns(
        self, page: Page, verdicts: Mapping[str, Verdict], ages: Mapping[str, SchoolAge], apart: Collection[str] = frozenset()
    ) -> list[Turn]:
        """Note on the page what is open now, and say what has turned. Children who are `apart` are judged elsewhere."""
        turned: list[Turn] = []
        for child in page.children:
            if child is None or child in apart or not (child in verdicts or child in page.state):
                continue
            verdict = verdicts.get(child)
            found: Mapping[RuleName, Concern] = verdict.found if verdict else {}
            if verdict and child in ages:
                found = judge_standing(
                    verdict.standing, verdict.series, verdict.earlier, verdict.within, self.thresholds, ages[child], self._patterns
                )
            if found.keys() != {rule for rule, (_, raised) in page.state.get(child, NOTHING_RAISED).items() if raised}:
                turned.extend(_turn(page, child, set(found), self.proposes))
        return turned

    def ease(self, page: Page, child: str) -> list[Turn]:
        """Note that nothing stands over a child any more."""
        return list(_turn(page, child, set(), self.proposes))


def weeks_shown(page: Page, year: int, today: date) -> Weeks:
    """The weeks so far in which a page shows that a session was held."""
    return school_weeks(_so_far(page.marks, slots_by(today, year)).translate(class_table()), year, CHILDREN)


def _so_far(marks: bytearray, slots: int) -> bytes:
    """The slots up to the last one that holds a mark, `slots` of them at most."""
    held = np.flatnonzero(np.frombuffer(marks, np.uint64))  # eight cells at a time
    used = min(int(held[-1]) * 8 // CHILDREN + 1, slots) if len(held) else 0
    return bytes(marks[: used * CHILDREN])


def open_rules(page: Page, child: str) -> list[RuleName]:
    """The concerns that stand open over a child."""
    return [rule for rule, (_, raised) in page.state.get(child, {}).items() if raised]


def _turn(page: Page, child: str, found: set[RuleName], proposes: Collection[RuleName]) -> Iterator[Turn]:
    known = page.state.get(child, {})
    standing = {rule for rule, (_, raised) in known.items() if raised}
    for rule in sorted(found ^ standing):
        order = known.get(rule, (0, False))[0] + 1
        page.state.setdefault(child, {})[rule] = (order, rule in found)
        yield Turn(child, rule, rule in found, order, rule in proposes)
