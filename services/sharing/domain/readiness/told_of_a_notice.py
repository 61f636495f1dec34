"""Leave in term time: this parent was told, before the leave was over, that a notice may follow.

By the answer to the request for leave, where it is on record that this parent had it, or by a letter of warning of this parent's own. A
school's policy that every family was sent is no record of this parent: whoever relies on it says so in a reason, which is printed.

Sessions of leave that are in no leave on record have no answer: of these a letter alone tells.

Source: forms of nine of eleven authorities ask for the warning to this parent; of leave it is the answer by which it was refused.
Support is no answer to leave (National Framework for Penalty Notices, August 2024), which makes this the only word before the notice.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from services.sharing.domain.demands import Warned
from services.sharing.domain.leave_period import HOLIDAY
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.this_parent import was_told
from services.sharing.domain.words import listed, on
from shared.contracts.enforcement import Leave

_RECORD = "Record when and who (`iewo leave correct LEAVE --told-on DATE --told ID.N`)"
_ELSE = "say in the reason how this parent knew (a policy that every family was sent, and when)"


def look(view: View, demand: Warned) -> Found | None:
    """None where there is neither leave on record nor a session of it: the rule on that says so. All that is lacking is said at once, since
    all of it is let pass at once."""
    leaves, astray = _relied_on(view), _astray(view)
    if not leaves and not astray:
        return None
    warned = {day: _warned(view, day - timedelta(weeks=demand.weeks), day, demand) for day in astray}
    untold = [day for day, letters in warned.items() if not letters]
    lacking = [found for one in leaves if (found := _lacking(view, demand, one))] + ([_of_no_leave(untold)] if untold else [])
    if lacking:
        return Found(False, _each(one.says for one in lacking), _each(one.todo for one in lacking))
    told = {day for one in leaves for day in _told(view, demand, one)}.union(*warned.values())
    return Found(True, f"This parent was told, on {listed([on(day) for day in sorted(told)])}, that a notice may follow.")


def _each(sentences: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(sentences))


def _relied_on(view: View) -> Sequence[Leave]:
    """In which sessions of leave are relied on; all, where there is none."""
    days = _days(view)
    leaves = sorted(view.material.case.leave, key=lambda one: one.first)
    return [one for one in leaves if any(one.first <= day <= one.last for day in days)] or ([] if days else leaves)


def _days(view: View) -> list[date]:
    """Of the sessions of leave that are relied on, in order."""
    return sorted({one.day for one in view.relied_on if one.code == HOLIDAY})


def _astray(view: View) -> list[date]:
    """Those of them that are in no leave on record."""
    return [day for day in _days(view) if not any(one.first <= day <= one.last for one in view.material.case.leave)]


def _of_no_leave(days: Sequence[date]) -> Found:
    which = f"the sessions of {HOLIDAY} of {listed([on(day) for day in days])}"
    says = f"That this parent was told that a notice may follow is not on record of {which}: they are in no leave on record."
    return Found(False, says, f"Record the leave (`iewo leave add`), or ask the school to correct its register, or {_ELSE}.")


def _warned(view: View, begin: date, end: date, demand: Warned) -> list[date]:
    """By letters of this parent's own between these days."""
    return [one.day for one in view.letters_gone(demand.kinds) if one.came_back is None and begin <= one.day <= end]


def _told(view: View, demand: Warned, leave: Leave) -> list[date]:
    """The days, up to the end of the leave, on which this parent was told."""
    told_on = leave.told_on
    in_time = told_on is not None and _asked(leave, demand) <= told_on <= leave.last
    answered = [told_on] if told_on and in_time and _is_known(view, leave) else []
    return [*answered, *_warned(view, _in_time(leave, demand), leave.last, demand)]


def _in_time(leave: Leave, demand: Warned) -> date:
    """A word that is older says nothing of this leave."""
    return leave.last - timedelta(weeks=demand.weeks)


def _asked(leave: Leave, demand: Warned) -> date:
    """Nothing is answered before it is asked; of leave that nobody asked for what was said is a warning like a letter."""
    return leave.asked_on or _in_time(leave, demand)


def _is_known(view: View, leave: Leave) -> bool:
    """Whether it is on record that it was this parent who was told."""
    return was_told(view.material.wanted, view.material.case, leave) is True


def _lacking(view: View, demand: Warned, leave: Leave) -> Found | None:
    if _told(view, demand, leave):
        return None
    which = f"the leave from {on(leave.first)}"
    if leave.told_on is None or (leave.told_by_name and not _is_known(view, leave)):
        return Found(
            False, f"That this parent was told before {which} that a notice may follow is not on record.", f"{_RECORD}, or {_ELSE}."
        )
    if leave.told_on < _asked(leave, demand):
        since = "before it was asked for" if leave.asked_on else f"more than {demand.weeks} weeks before it was over"
        return Found(
            False, f"Of {which} it is on record that a parent was told on {on(leave.told_on)}, {since}.", f"{_RECORD}, or {_ELSE}."
        )
    if leave.told_on > leave.last:
        return Found(False, f"That a notice may follow was said on {on(leave.told_on)}, after {which}.", f"{_ELSE[0].upper()}{_ELSE[1:]}.")
    says = f"On {on(leave.told_on)} a parent was told that a notice may follow; that it was this one is not on record."
    return Found(False, says, f"{_RECORD}, or {_ELSE}.")
