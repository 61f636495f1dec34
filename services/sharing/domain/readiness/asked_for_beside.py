"""Nobody prepares another pack against this parent for days of the same period: only one of the two can be sent."""

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Demand) -> Found | None:
    wanted = view.material.wanted
    beside = [one.pack for one in view.material.notices.packs if not one.standing and one.first <= wanted.last and one.last >= wanted.first]
    if not beside:
        return None
    packs, one = listed(sorted(beside)), len(beside) == 1
    if wanted.request is None:  # nobody has asked for another yet
        todo = f"go on with {'it' if one else 'them'}, or cancel {'it' if one else 'them'} before you ask again"
        return Found(False, f"Asked for already: pack {packs} {'is' if one else 'are'} being prepared for days of the same period: {todo}.")
    return Found(False, f"Pack {packs} is being prepared for days of the same period: cancel one of them.")
