"""A request over leave in term time rests on the leave: the sessions of leave meet the threshold alone, or nothing else is relied on.

Source: National Framework for Penalty Notices (August 2024): support is to be offered over absence before a notice, "not for holidays"; so
sessions that are none of the leave go without it on leave's short path, and ask for casework, or for somebody who says why not.
"""

from collections import Counter

from services.sharing.domain.demands import Demand
from services.sharing.domain.leave_period import HOLIDAY
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.school_weeks import fullest
from services.sharing.domain.words import count, listed


def look(view: View, _: Demand) -> Found | None:
    """None without a session of leave: the rule on the register says so."""
    codes = Counter(one.code for one in view.relied_on)
    leave, others = codes[HOLIDAY], codes.total() - codes[HOLIDAY]
    if not leave:
        return None
    if not others:
        return Found(True, f"All that is relied on, {count(leave, 'session')}, is leave.")
    are, told = f"{leave} of {count(codes.total(), 'session')} relied on are leave", listed(sorted(set(codes) - {HOLIDAY}), "or")
    if view.material.wanted.measure == "penalty notice" and _is_enough(view):
        return Found(True, f"{are}, which is enough alone.")
    return Found(
        False,
        f"{are}, the other {others} (code {told}) other absence, over which support and a warning are asked for.",
        "Cancel this and request it as irregular attendance from the child's casework (`iewo case enforcement`), or say in the reason "
        "what was done about the other sessions.",
    )


def _is_enough(view: View) -> bool:
    """Within the school weeks of the threshold: leave at both ends of a longer period is not."""
    threshold, sessions = view.profile.threshold, [one for one in view.relied_on if one.code == HOLIDAY]
    found = fullest(sessions, view.material.school_days, threshold.weeks, view.profile.readings)
    return found is not None and found.sessions >= threshold.sessions
