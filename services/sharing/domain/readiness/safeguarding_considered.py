"""No safeguarding flag stands; where one does, somebody who may know of it says that enforcement is right."""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View


def look(view: View, _: Demand) -> Found:
    if "safeguarding" in view.material.case.flags:
        return Found(
            False,
            "A flag about safeguarding is on record.",
            "Speak with the school's designated safeguarding lead before anything is asked for.",
        )
    return Found(True, "No flag speaks against asking.")
