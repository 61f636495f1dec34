"""The child is not looked after: stop, and call the Local Authority (LA), which is then the child's parent.

Source: the form of Kent ("do not submit"); Oxfordshire's and Gloucestershire's ask for it too. Education Act 1996 s.576.
"""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View


def look(view: View, _: Demand) -> Found:
    if view.material.person.looked_after or "looked after" in view.material.case.flags:
        return Found(False, "The child is looked after.", "Stop: call the LA and its virtual school head before anything is asked for.")
    return Found(True, "Neither the roll nor a flag says that the child is looked after.")
