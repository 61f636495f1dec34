"""No penalty notice that was paid, or that can still be paid, was issued to this parent for sessions of the period.

Source: Education Act 1996 s.444A: payment discharges the parent's liability for the offence, and while the notice can be paid no
proceedings are begun. 28 days: National Framework for Penalty Notices.
"""

from services.sharing.domain.demands import Payable
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.sessions import discharges, payable_until, used_sessions
from services.sharing.domain.words import count, on


def look(view: View, demand: Payable) -> Found | None:
    """It does not arise for a penalty notice: whether sessions are used twice is the threshold's."""
    if view.material.wanted.measure != "prosecution":
        return None
    notices = [one for one in view.to_parent if discharges(one, demand.days, view.today)]
    paid = view.in_question & used_sessions(one for one in notices if one.state == "paid")
    payable = [one for one in notices if one.state == "issued" and view.in_question & used_sessions([one])]
    if paid:
        return Found(False, f"A paid notice discharges {count(len(paid), 'session')} of the period.", "Choose a period without them.")
    if payable:
        until = on(max(payable_until(one, demand.days) for one in payable))
        return Found(False, f"A notice for sessions of the period can be paid until {until}.", "Wait, or choose a period without them.")
    return Found(True, "No session of the period is one of a notice that was paid, or can still be paid.")
