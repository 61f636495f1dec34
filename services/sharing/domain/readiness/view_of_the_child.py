"""The child's own view, as far as it is recorded, has been reviewed and goes with the pack; whether it has to be recorded an LA says.

A view that nobody has reviewed is in no pack, and volume A says that none is recorded for the authority: so it would be passed over in
silence. Source: the referral form of the Attendance Legal Panel asks for the child's views, one of eleven forms.
"""

from services.sharing.domain.demands import ChildView
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import on


def look(view: View, demand: ChildView) -> Found | None:
    """None where there is no view, and none is asked for."""
    case = view.material.case
    if case.view_not_reviewed:
        says = (
            f"A view of the child's own is on record of {on(case.view_not_reviewed)} that nobody has reviewed: the pack does not tell it."
        )
        return Found(False, says, "Read it, and say that it puts the child at no risk (`iewo intervention review-view CASE ENTRY`).")
    if case.child_view:
        return Found(True, "The child's own view is on record and has been reviewed.")
    if demand.asked_for == "always":
        return Found(
            False, "No view of the child's own is on record.", "Ask the child, and record it (`iewo intervention add --child-view`)."
        )
    return None
