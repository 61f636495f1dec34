"""From a register page to what is raised and what is eased: every child of the page, whenever a mark of it has changed.

What is open stands on the page itself, so it is a function of the page, of the profile and of the day, whatever the order of the feeds.
Marks of days to come are planned: they count from their day on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.concerns import holiday_edge
from services.attendance.domain.concerns.concern import OF_SCHOOL_AGE, PATTERNS, Concern, RuleName
from services.attendance.domain.concerns.judge import Windows, judge_standing, windows_for
from services.attendance.domain.concerns.profile import Profile
from services.attendance.domain.concerns.school_weeks import school_weeks, weeks_of
from services.attendance.domain.concerns.stood import NOTHING_STOOD, is_told_as_stored, turned
from services.attendance.domain.register_page import CHILDREN, Page, slots_held
from services.attendance.domain.standing import HELD, Standing, class_table, classes_of
from services.attendance.domain.tallies import RATES, Classes, Tallies, tallies
from services.attendance.domain.unread import Unread
from shared.academic_year import slots_by
from shared.school_age import SchoolAge

NO_RULES: frozenset[RuleName] = frozenset()


class Turn(NamedTuple):
    """A concern came or went, or stands on and by now proposes otherwise than before. `order` grows with each turn of this rule for this
    child. `proposes`: whether a referral is proposed. `met`: the turn by which the rule was met, an earlier one where it stood already."""

    child: str
    rule: RuleName
    raised: bool
    order: int
    proposes: bool
    met: int

    @property
    def stood(self) -> bool:
        return self.met < self.order


Weeks = tuple[int, ...]
"""School weeks, in order (see school_weeks.week_of)."""


class Earlier(NamedTuple):
    """Last year of a child: its class bytes and the year's school weeks."""

    series: bytes
    weeks: Weeks


class Seen(NamedTuple):
    """What some pages show by themselves on a day: their children, `CHILDREN` places a page; the slots so far that hold any mark; the class
    bytes in them, a row a slot, a column a place; and the school weeks that each page shows."""

    year: int
    today: date
    children: list[str | None]
    slots: NDArray[np.intp]
    classes: Classes
    weeks: tuple[Weeks, ...]


class Look(NamedTuple):
    """Pages as the rules see them on a day: what they show, the school weeks, how their children stand in all of the year so far and in the
    latest weeks, who needs last year's marks to be judged, and the days next to holidays, where a rule looks at them."""

    seen: Seen
    weeks: Weeks
    tallies: Tallies
    recent: Tallies
    wanting: frozenset[str]
    edges: tuple[int, ...]

    @property
    def year(self) -> int:
        return self.seen.year

    def series(self, place: int) -> bytes:
        """A child's class bytes by slot, up to the last that holds a mark of anybody."""
        return _spread_out(self.seen.slots, self.seen.classes[:, place]).tobytes()

    def days(self) -> list[int]:
        """The days, counted from 1 August, on which a session was held."""
        return _held_days(self.seen)


def _spread_out(slots: NDArray[np.intp], classes: Classes) -> Classes:
    whole = np.zeros((int(slots[-1]) + 1 if len(slots) else 0, *classes.shape[1:]), np.uint8)
    whole[slots] = classes
    return whole


def _held_days(seen: Seen) -> list[int]:
    whole = _spread_out(seen.slots, seen.classes)
    return holiday_edge.held_days(whole.tobytes(), len(seen.children))


class Verdict(NamedTuple):
    """What was found of a child whose sessions were looked at one by one, and what it was found in, to be judged again by the child's
    age."""

    found: Mapping[RuleName, Concern]
    series: bytes
    standing: Standing
    earlier: bytes | None
    within: Windows


class Found(NamedTuple):
    """The rules that children meet, by child, and the verdicts on those of them whose figures alone did not decide it."""

    rules: dict[str, frozenset[RuleName]]
    verdicts: dict[str, Verdict]


NOTHING_FOUND = Found({}, {})
_RATES_MET = [frozenset(rule for at, rule in enumerate(RATES) if bits >> at & 1) for bits in range(1 << len(RATES))]


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

    def see(self, pages: Sequence[Page], year: int, today: date) -> Seen:
        """What pages show by themselves, before the school's other pages are asked for their weeks."""
        slots, marks = _so_far(pages, slots_by(today, year))
        classes = np.frombuffer(marks.tobytes().translate(self._table), np.uint8).reshape(marks.shape)
        children = [child for page in pages for child in (*page.children, *(None,) * (CHILDREN - len(page.children)))]
        return Seen(year, today, children, slots, classes, _weeks_held(slots, classes, year))

    def look(self, seen: Seen, also: Iterable[int] = ()) -> Look:
        """Everything that this year's marks tell of some pages. `also`: weeks in which the school was open, as others say."""
        weeks = tuple(sorted({*also}.union(*seen.weeks)))
        begin = windows_for(self.thresholds, seen.year, weeks).recent.here
        sums, recent = tallies(seen.classes, 0, int(np.searchsorted(seen.slots, begin)))
        wanted = sums.lacking(weeks, self.thresholds)
        if "sudden drop" in self._patterns:
            wanted |= recent.may_drop(self.thresholds)
        wanting = frozenset(child for place in np.flatnonzero(wanted).tolist() if (child := seen.children[place]))
        edges: tuple[int, ...] = ()
        if "edge of holidays" in self._patterns:
            edges = holiday_edge.edges(_held_days(seen), self.thresholds.edge_gap)
        return Look(seen, weeks, sums, recent, wanting, edges)

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

    def find(self, look: Look, earlier: Mapping[str, Earlier]) -> Found:
        """Judge every child as one of compulsory school age; those of whom nothing is found are left out."""
        children = look.seen.children
        rates = look.tallies.rates(look.recent, self.thresholds)
        rules = {child: _RATES_MET[rates[place]] for place in np.flatnonzero(rates).tolist() if (child := children[place])}
        beyond = look.tallies.beyond_rates(self.thresholds, patterns=bool(self._patterns))
        if earlier:
            beyond |= np.fromiter((child in earlier for child in children), bool, len(children))
        windows = windows_for(self.thresholds, look.year, look.weeks, edges=look.edges)
        verdicts: dict[str, Verdict] = {}
        for place in np.flatnonzero(beyond).tolist():
            if (child := children[place]) is None:
                continue
            rules.pop(child, None)
            verdict = self._verdict(look, place, windows, earlier.get(child))
            if verdict.found:
                verdicts[child], rules[child] = verdict, frozenset(verdict.found)
        return Found(rules, verdicts)

    def _verdict(self, look: Look, place: int, within: Windows, before: Earlier | None) -> Verdict:
        if before:
            within = windows_for(self.thresholds, look.year, look.weeks, before.weeks, look.edges)
        series, earlier = look.series(place), before and before.series
        standing = look.tallies.of(place, series)
        concerns = judge_standing(standing, series, earlier, within, self.thresholds, patterns=self._patterns)
        return Verdict(concerns, series, standing, earlier, within)

    def asks_age(self, found: Found) -> set[str]:
        """Children whose age could change the answer: those who meet a rule about the duty to attend, whether or not it stands already.
        They are few."""
        return {child for child in found.verdicts if not OF_SCHOOL_AGE.isdisjoint(found.rules[child])}

    def turns(self, page: Page, found: Found, ages: Mapping[str, SchoolAge], apart: Collection[str] = frozenset()) -> list[Turn]:
        """Note on the page what is open now, and say what has turned. Children who are `apart` are judged elsewhere."""
        turned: list[Turn] = []
        stored = page.state.stored if isinstance(page.state, Unread) else page.state
        for child in page.children:
            if child is None or child in apart or not (child in found.rules or child in stored):
                continue
            rules = found.rules.get(child, NO_RULES)
            if child in ages and (verdict := found.verdicts.get(child)):
                rules = self._by_age(verdict, ages[child], rules)
            if not is_told_as_stored(stored.get(child, NOTHING_STOOD), rules, self.proposes):
                turned.extend(_turn(page, child, rules, self.proposes))
        return turned

    def _by_age(self, verdict: Verdict, age: SchoolAge, rules: frozenset[RuleName]) -> frozenset[RuleName]:
        """What is found of a child of this age; `rules` of one who was of compulsory school age in every session."""
        within, earlier = verdict.within, verdict.earlier
        if age.of(verdict.series, within.year) == verdict.series and (not earlier or age.of(earlier, within.year - 1) == earlier):
            return rules
        return frozenset(judge_standing(verdict.standing, verdict.series, earlier, within, self.thresholds, age, self._patterns))

    def ease(self, page: Page, child: str) -> list[Turn]:
        """Note that nothing stands over a child any more."""
        return list(_turn(page, child, NO_RULES, self.proposes))


def weeks_shown(page: Page, year: int, today: date) -> Weeks:
    """The weeks so far in which a page shows that a session was held."""
    slots, marks = _so_far([page], slots_by(today, year))
    classes = np.frombuffer(marks.tobytes().translate(class_table()), np.uint8).reshape(marks.shape)
    return _weeks_held(slots, classes, year)[0]


def _so_far(pages: Sequence[Page], come: int) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Of the slots that have come, those that hold a mark of anybody; the marks in them, a row a slot, the pages side by side."""
    if not pages:
        return np.empty(0, np.intp), np.empty((0, 0), np.uint8)
    grids = [np.frombuffer(page.marks, np.uint8).reshape(-1, CHILDREN)[:come] for page in pages]
    held = np.zeros(come, bool)
    for grid in grids:
        held |= slots_held(grid)
    slots = np.flatnonzero(held)
    return slots, np.concatenate([grid[slots] for grid in grids], axis=1)


def _weeks_held(slots: NDArray[np.intp], classes: Classes, year: int) -> tuple[Weeks, ...]:
    """The weeks in which each page shows that a session was held."""
    pages = classes.shape[1] // CHILDREN
    held = np.bitwise_or.reduce(classes.reshape(len(slots), pages, CHILDREN), axis=2) & HELD
    return tuple(weeks_of(slots[held[:, page] > 0].tolist(), year) for page in range(pages))


def open_rules(page: Page, child: str) -> list[RuleName]:
    """The concerns that stand open over a child."""
    return [rule for rule, one in page.state.get(child, NOTHING_STOOD).items() if one.raised]


def _turn(page: Page, child: str, found: Set[RuleName], proposes: Collection[RuleName]) -> Iterator[Turn]:
    known = page.state.get(child, NOTHING_STOOD)
    news = dict(turned(known, found, proposes))
    if news:  # in order, as it is stored
        page.state[child] = dict(sorted({**known, **news}.items()))
    for rule, now in news.items():
        yield Turn(child, rule, now.raised, now.order, now.proposed, now.met)
