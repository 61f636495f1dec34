"""The Local Authorities (LAs) that may have issued notices to this parent were asked and have answered.

Source: National Framework for Penalty Notices, as Buckinghamshire has it: for a child who moved, the old school or LA is asked about the
last three years.
"""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Demand) -> Found:
    history = view.material.notices
    if history.confirmed:
        return Found(True, "Every LA that was to be asked has said which notices it knows of.")
    waits = sorted({one.authority for one in history.asked if one.answered_on is None})
    mailbox = f" at {view.profile.history_mailbox}" if view.profile.history_mailbox else ""
    todo = f"LA {listed(waits)} has not answered yet" if waits else f"no LA was asked yet: ask the LA{mailbox}, and a mover's earlier one"
    return Found(False, f"The notice history is not confirmed: {todo}.")
