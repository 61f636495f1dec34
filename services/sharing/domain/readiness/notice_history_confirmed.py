"""The Local Authorities (LAs) that may have issued notices to this parent were asked and have answered.

Source: National Framework for Penalty Notices, as Buckinghamshire has it: for a child who moved, the old school or LA is asked about the
last three years.
"""

from datetime import timedelta

from services.sharing.domain.demands import Days
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed, on


def look(view: View, demand: Days) -> Found:
    history = view.material.notices
    if history.confirmed:
        return Found(True, "Every LA that was to be asked has said which notices it knows of.")
    if history.came_on:
        came = f"the child came to the school on {on(history.came_on)}, and nobody has said under which LA it was before"
        return Found(False, f"The notice history is not confirmed: {came}.", "Find out, and say it: `iewo notice-history earlier`.")
    waits = sorted({one.authority for one in history.asked if one.answered_on is None})
    mailbox = f" at {view.profile.history_mailbox}" if view.profile.history_mailbox else ""
    lacking = f"LA {listed(waits)} has not answered yet" if waits else "no LA was asked yet"
    many = "-all`, for one pack or many" if view.material.wanted.request else "`"
    ask = f"Ask the LA{mailbox}, and a mover's earlier one; then `iewo notice-history asked{many}."
    todo = f"Wait for the answer, and note it: `iewo notice-history answered{many}." if waits else ask
    if not waits and (silent := sorted(set(history.to_ask) - _answered(view, demand))) and history.asked:
        lacking = f"LA {listed(silent)} has not said in the last {demand.days} days which notices it knows of"
        todo = f"Ask{mailbox}."
    return Found(False, f"The notice history is not confirmed: {lacking}.", todo)


def _answered(view: View, demand: Days) -> set[str]:
    since = view.today - timedelta(days=demand.days)
    return {one.authority for one in view.material.notices.asked if one.answered_on and one.answered_on >= since}
