"""The Local Authority's (LA's) own deadline for a request, counted from something that happened: Norfolk gives 15 school days from telling
the parent, Rotherham 10 working days from the final warning, Nottingham City 10 school days from the return from leave.

School days that have come are the school's own. Those to come are taken to be Monday to Friday, which gives the earlier day.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from services.sharing.domain.demands import Deadline, Rules
from services.sharing.domain.material import Wanted
from services.sharing.domain.this_parent import letters_gone
from shared.contracts.enforcement import CaseEvidence


class Own(NamedTuple):
    since: date
    by: date


def own_deadline(wanted: Wanted, case: CaseEvidence, rules: Rules, latest: date, school_days: Sequence[date], today: date) -> Own | None:
    """`latest`: the last session relied on. None: what starts the clock is not on record."""
    since = _since(wanted, case, rules, latest, school_days)
    if since is None:
        return None
    return Own(since, next(islice(_days(since, rules.own_deadline, school_days, today), rules.own_deadline.days - 1, None)))


def _since(wanted: Wanted, case: CaseEvidence, rules: Rules, latest: date, school_days: Sequence[date]) -> date | None:
    """The day from which is counted, itself not counted."""
    match rules.own_deadline.since:
        case "the last session":
            return latest
        case "the return from leave":
            ended = max((leave.last for leave in case.leave), default=None)
            return ended and min((day for day in school_days if day > ended), default=ended)
        case "the warning letter":
            return _warned(wanted, case, rules)
        case "the parent was told":
            told = (leave.told_on for leave in case.leave if leave.told_on)
            return max((*told, *(day for day in (_warned(wanted, case, rules),) if day)), default=None)


def _warned(wanted: Wanted, case: CaseEvidence, rules: Rules) -> date | None:
    return max((one.day for one in letters_gone(wanted, case, rules.warning_letter.kinds)), default=None)


def _days(since: date, deadline: Deadline, school_days: Sequence[date], today: date) -> Iterator[date]:
    """The days that count, from the one after."""
    held, day = frozenset(school_days), since
    while True:
        day += timedelta(days=1)
        counts = deadline.counted_in == "calendar days" or day.isoweekday() <= 5
        if deadline.counted_in == "school days" and day <= today:
            counts = day in held
        if counts:
            yield day
