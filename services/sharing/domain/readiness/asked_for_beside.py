"""Nobody prepares another pack against this parent for days of the same period: only one of the two can be sent."""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Demand) -> Found | None:
    wanted = view.material.wanted
    beside = [one.pack for one in view.material.notices.packs if not one.standing and one.first <= wanted.last and one.last >= wanted.first]
    if not beside:
        return None
    return Found(False, f"Pack {listed(sorted(beside))} is being prepared for days of the same period.", "Cancel one of them.")
