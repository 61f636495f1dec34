"""Every rule over one child: called for each child that a feed touches, some 3 microseconds for most."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.attendance.domain.concerns import lateness, persistent_absence, severe_absence, ten_sessions
from services.attendance.domain.concerns.concern import Concern, RuleName
from services.attendance.domain.concerns.school_weeks import Window, latest
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import Standing, standing_of


class Windows(NamedTuple):
    """The window of each rule that has one; made once for a page."""

    unauthorised: Window
    late: Window


def windows_for(thresholds: Thresholds, year: int, weeks: Iterable[int], earlier_weeks: Iterable[int] = ()) -> Windows:
    """The windows of an academic year, from its school weeks so far and, where they matter, those of the last."""
    return Windows(
        latest(thresholds.ten_weeks, year, weeks, earlier_weeks),
        latest(thresholds.late_weeks, year, weeks, earlier_weeks),
    )


def needs_earlier(series: bytes, weeks: Sequence[int], thresholds: Thresholds) -> bool:
    """Whether last year's series could change what `judge` says of this one.

    `weeks`: this year's school weeks so far. Only while they do not fill a window, and only for a child who has a
    session to add to last year's and not yet enough of them.
    """
    return lacks(standing_of(series), weeks, thresholds)


def lacks(standing: Standing, weeks: Sequence[int], thresholds: Thresholds) -> bool:
    """`needs_earlier` for a child whose standing is known."""
    if len(weeks) >= max(thresholds.ten_weeks, thresholds.late_weeks):
        return False
    open_ten = len(weeks) < thresholds.ten_weeks and 0 < standing.counted < thresholds.ten_sessions
    open_late = len(weeks) < thresholds.late_weeks and 0 < standing.late < thresholds.late_sessions
    return open_ten or open_late


def judge(series: bytes, earlier: bytes | None, within: Windows, thresholds: Thresholds) -> dict[RuleName, Concern]:
    """The concerns over a child, by rule; empty for most.

    `series`: the child's class bytes of the year judged; `earlier`: those of the year before, None where they are not
    known or `needs_earlier` says that they do not matter. Both are made with the table of `thresholds.counted_codes`.
    """
    return judge_standing(standing_of(series), series, earlier, within, thresholds)


def judge_standing(
    standing: Standing, series: bytes, earlier: bytes | None, within: Windows, thresholds: Thresholds
) -> dict[RuleName, Concern]:
    """`judge` for a child whose standing is known."""
    if not standing.absent and not standing.late:
        return {}
    found = (
        persistent_absence.concern(standing, thresholds),
        severe_absence.concern(standing, thresholds),
        ten_sessions.concern(standing, series, earlier, within.unauthorised, thresholds),
        lateness.concern(standing, series, earlier, within.late, thresholds),
    )
    return {concern.rule: concern for concern in found if concern}
