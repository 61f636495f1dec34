"""Leave in term time: this parent was told, before the leave was over, that a notice may follow.

By the answer to the request for leave, where it is on record that this parent had it, or by a letter of warning of this parent's own. A
school's policy that every family was sent is no record of this parent: whoever relies on it says so in a reason, which is printed.

Source: forms of nine of eleven authorities ask for the warning to this parent; of leave it is the answer by which it was refused.
Support is no answer to leave (National Framework for Penalty Notices, August 2024), which makes this the only word before the notice.
"""

from collections.abc import Sequence
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
    """None where no leave is on record: the rule on that says so."""
    leaves = _relied_on(view)
    lacking = next((found for one in leaves if (found := _lacking(view, demand, one)) is not None), None)
    if lacking or not leaves:
        return lacking
    days = listed([on(day) for day in sorted({day for one in leaves for day in _told(view, demand, one)})])
    return Found(True, f"This parent was told, on {days}, that a notice may follow.")


def _relied_on(view: View) -> Sequence[Leave]:
    """In which sessions of leave are relied on; all, where there is none."""
    days = {one.day for one in view.relied_on if one.code == HOLIDAY}
    leaves = sorted(view.material.case.leave, key=lambda one: one.first)
    return [one for one in leaves if any(one.first <= day <= one.last for day in days)] or leaves


def _told(view: View, demand: Warned, leave: Leave) -> list[date]:
    """The days, up to the end of the leave, on which this parent was told."""
    letters = [one.day for one in view.letters_gone(demand.kinds) if one.came_back is None]
    begin = _in_time(leave, demand)
    answered = [leave.told_on] if leave.told_on and leave.told_on >= _asked(leave, demand) and _is_known(view, leave) else []
    return [day for day in (*answered, *(day for day in letters if day >= begin)) if day <= leave.last]


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
