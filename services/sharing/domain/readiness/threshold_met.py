"""The threshold for a penalty notice: ten sessions of unauthorised absence within ten school weeks, as the Local Authority counts.

Source: National Framework for Penalty Notices ("Working together to improve school attendance", August 2024). The sessions need not
follow each other, and the weeks may span terms and school years. Sessions outside compulsory school age do not count, nor, where the
profile reads it so, those on which an earlier notice to this parent rests.
"""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.school_weeks import fullest
from services.sharing.domain.sessions import codes_relied_on, used_sessions
from services.sharing.domain.words import count, listed, on


def look(view: View, demand: Demand) -> Found:
    threshold = view.profile.threshold
    sessions = [one for one in view.relied_on if view.age is None or view.age.first <= one.day <= view.age.last]
    found = fullest(sessions, view.material.school_days, threshold.weeks, view.profile.readings)
    codes = listed(sorted(codes_relied_on(view.rules, view.profile)), "or")
    needed = f"{threshold.sessions} of code {codes} within {threshold.weeks} school weeks are needed{_left(view)}"
    if found is None:
        return Found(False, f"No session of the period counts, and {needed}.", "Choose another period or another measure.")
    most = f"{count(found.sessions, 'session')} from {on(found.first)} to {on(found.last)}"
    if found.sessions >= threshold.sessions:
        return Found(True, f"{most}; {needed}.")
    reason = "Say why it is asked for below the threshold, or let" if demand.override else "Let"
    return Found(False, f"At most {most}, and {needed}.", f"{reason} the period begin earlier, or wait, or choose another measure.")


def _left(view: View) -> str:
    if view.profile.readings.used_sessions == "count again":
        return ""
    used = sum(view.in_period(day) for day, _ in used_sessions(view.to_parent))
    return f"; {count(used, 'session')} on which an earlier notice rests not counted" if used else ""
