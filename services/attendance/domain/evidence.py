"""What a child's concerns rest on, worked out from the page when somebody asks; nothing of it is stored."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from services.attendance.domain.concerns.concern import OF_SCHOOL_AGE, PATTERNS, Concern, RuleName
from services.attendance.domain.concerns.holiday_edge import edges
from services.attendance.domain.concerns.judge import judge, windows_for
from services.attendance.domain.concerns.school_weeks import week_of
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.judging import Earlier, Look
from shared.academic_year import first_day
from shared.school_age import SchoolAge


class Met(NamedTuple):
    """A rule that is met. `since`: the day, counted from 1 August, with whose register it was met and has been since. `before` and `here`:
    the slots of the sessions on which it rests, of the year before and of the year judged."""

    concern: Concern
    since: int
    before: list[int]
    here: list[int]


@dataclass(frozen=True)
class Child:
    """A child in its place on a page that was looked at. `earlier`, `age`: as far as they are known."""

    look: Look
    place: int
    earlier: Earlier | None
    age: SchoolAge | None
    thresholds: Thresholds

    def met(self) -> list[Met]:
        """Every rule and pattern that the child meets on the day of the look."""
        found = self._found(len(self._days))
        since = self._since(set(found))
        return [Met(concern, since[rule], *self._sessions(concern)) for rule, concern in found.items()]

    @cached_property
    def _days(self) -> list[int]:
        return self.look.days()

    def _found(self, count: int) -> dict[RuleName, Concern]:
        """What was met when the school had held sessions on so many days of the year."""
        days = self._days[:count]
        if not days:
            return {}
        last = week_of(first_day(self.look.year) + timedelta(days[-1]))
        weeks = [week for week in self.look.weeks if week <= last or count == len(self._days)]
        earlier_weeks = self.earlier.weeks if self.earlier else ()
        within = windows_for(self.thresholds, self.look.year, weeks, earlier_weeks, edges(days, self.thresholds.edge_gap))
        series = self.look.series(self.place)[: 2 * days[-1] + 2]
        return judge(series, self.earlier and self.earlier.series, within, self.thresholds, self.age, PATTERNS)

    def _since(self, rules: set[RuleName]) -> dict[RuleName, int]:
        since: dict[RuleName, int] = {}
        for count in range(len(self._days) - 1, -1, -1):
            ended = rules - since.keys() - self._found(count).keys()
            since |= dict.fromkeys(ended, self._days[count])
            if len(since) == len(rules):
                break
        return since

    def _sessions(self, concern: Concern) -> tuple[list[int], list[int]]:
        series, before = self.look.series(self.place), self.earlier and self.earlier.series
        if self.age and concern.rule in OF_SCHOOL_AGE:
            series, before = self.age.of(series, self.look.year), before and self.age.of(before, self.look.year - 1)
        return concern.rests.of(series, before)
