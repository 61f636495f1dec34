"""Every rule over one child: called for each child that a feed touches, some 3 microseconds for most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from services.attendance.domain.concerns import (
    at_risk,
    holiday_edge,
    illness,
    late_after,
    late_before,
    persistent_absence,
    severe_absence,
    sudden_drop,
    ten_days,
    ten_sessions,
    weekday,
)
from services.attendance.domain.concerns.concern import Concern, RuleName
from services.attendance.domain.concerns.school_weeks import Window, latest
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import Standing, standing_of
from shared.school_age import SchoolAge

NO_PATTERNS: frozenset[RuleName] = frozenset()


class Windows(NamedTuple):
    """The academic year judged and the window of each rule that has one; made once for a page. `edges`: days next to holidays."""

    year: int
    unauthorised: Window
    late_before: Window
    late_after: Window
    recent: Window
    edges: tuple[int, ...] = ()


def windows_for(
    thresholds: Thresholds, year: int, weeks: Iterable[int], earlier_weeks: Iterable[int] = (), edges: tuple[int, ...] = ()
) -> Windows:
    """The windows of an academic year, from its school weeks so far and, where they matter, those of the last."""
    lengths = (thresholds.ten_weeks, thresholds.late_before_weeks, thresholds.late_after_weeks)
    known = {length: latest(length, year, weeks, earlier_weeks) for length in set(lengths)}
    unauthorised, before, after = (known[length] for length in lengths)
    return Windows(year, unauthorised, before, after, latest(thresholds.trend_weeks, year, weeks), edges)


def needs_earlier(series: bytes, weeks: Sequence[int], thresholds: Thresholds) -> bool:
    """Whether last year's series could change what `judge` says of this one, patterns apart.

    `weeks`: this year's school weeks so far. Only while they do not fill a window, and only for a child who has a
    session to add to last year's and not yet enough of them.
    """
    return lacks(standing_of(series), weeks, thresholds)


def lacks(standing: Standing, weeks: Sequence[int], thresholds: Thresholds) -> bool:
    """`needs_earlier` for a child whose standing is known."""
    count = len(weeks)
    if count < thresholds.ten_weeks:
        if 0 < standing.counted < thresholds.ten_sessions:
            return True
        # a spell that began before the summer may be the one that counts, however much there is of this year
        if thresholds.unauthorised_days_read == "continuous" and standing.unauthorised:
            return True
    if count < thresholds.late_before_weeks and 0 < standing.late_before < thresholds.late_before_sessions:
        return True
    return count < thresholds.late_after_weeks and 0 < standing.late_after < thresholds.late_after_sessions


def judge(
    series: bytes,
    earlier: bytes | None,
    within: Windows,
    thresholds: Thresholds,
    age: SchoolAge | None = None,
    patterns: frozenset[RuleName] = NO_PATTERNS,
) -> dict[RuleName, Concern]:
    """The concerns over a child, by rule; empty for most.

    `series`: the child's class bytes of the year judged; `earlier`: those of the year before, None where they are not
    known or `needs_earlier` says that they do not matter. Both are made with the table of `thresholds.counted_codes`.
    `age`: None where it is not known; then the child counts as one of compulsory school age, and figures say so.
    `patterns`: those that are looked for too.
    """
    return judge_standing(standing_of(series), series, earlier, within, thresholds, age, patterns)


def judge_standing(
    standing: Standing,
    series: bytes,
    earlier: bytes | None,
    within: Windows,
    thresholds: Thresholds,
    age: SchoolAge | None = None,
    patterns: frozenset[RuleName] = NO_PATTERNS,
) -> dict[RuleName, Concern]:
    """`judge` for a child whose standing is known."""
    if not standing.absent and not standing.late:
        return {}
    found: list[Concern | None] = [
        persistent_absence.concern(standing, thresholds),
        severe_absence.concern(standing, thresholds),
        at_risk.concern(standing, series, within.recent, thresholds),
    ]
    if standing.late:
        found.append(late_before.concern(standing, series, earlier, within.late_before, thresholds))
        found.append(late_after.concern(standing, series, earlier, within.late_after, thresholds))
    if standing.unauthorised or standing.ill:
        found.extend(_of_school_age(standing, series, earlier, within, thresholds, age))
    if patterns:
        found.extend(_patterns(standing, series, earlier, within, thresholds, patterns))
    return {concern.rule: concern for concern in found if concern}


def _of_school_age(
    standing: Standing, series: bytes, earlier: bytes | None, within: Windows, thresholds: Thresholds, age: SchoolAge | None
) -> list[Concern | None]:
    """The rules that look at sessions in compulsory school age only."""
    if age:
        series, whole = age.of(series, within.year), series
        earlier = age.of(earlier, within.year - 1) if earlier else earlier
        standing = standing if series == whole else standing_of(series)
    found = [
        ten_sessions.concern(standing, series, earlier, within.unauthorised, thresholds),
        ten_days.concern(standing, series, earlier, within.unauthorised, thresholds),
        illness.concern(standing, series, thresholds),
    ]
    return found if age else [one and _age_unknown(one) for one in found]


def _age_unknown(concern: Concern) -> Concern:
    return replace(concern, figures={**concern.figures, "birth_date_unknown": 1})


def _patterns(
    standing: Standing,
    series: bytes,
    earlier: bytes | None,
    within: Windows,
    thresholds: Thresholds,
    patterns: frozenset[RuleName],
) -> list[Concern | None]:
    found: Mapping[RuleName, Concern | None] = {
        "same weekday": weekday.concern(standing, series, within.year, thresholds),
        "edge of holidays": holiday_edge.concern(standing, series, within.edges, thresholds),
        "sudden drop": sudden_drop.concern(series, earlier, within.recent, thresholds),
    }
    return [concern for rule, concern in found.items() if rule in patterns]
