"""Nobody prepares another pack against this parent for days of the same period: only one of the two can be sent."""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Demand) -> Found | None:
    wanted = view.material.wanted
    beside = [one.pack for one in view.material.notices.packs if not one.standing and one.first <= wanted.last and one.last >= wanted.first]
    if not beside:
        return None
    found = f"Pack {listed(sorted(beside))} {'is' if len(beside) == 1 else 'are'} being prepared for days of the same period."
    nobody_asked = wanted.request is None  # for another yet: there may be none to cancel but the only one
    return Found(False, found, "Go on with that, or cancel it before you ask again." if nobody_asked else "Cancel one of them.")
