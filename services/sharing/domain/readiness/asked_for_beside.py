"""Nobody prepares another pack against this parent for days of the same period: only one of the two can be sent with the same sessions.

Letting it pass decides between drafts. Once one is checked its sessions are its own (asked_for_already.py), which nobody lets pass.
"""

from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed

_ONE_GOES: Final = (
    "Cancel what is not to go (`iewo packs cancel`): the first that is checked has its sessions, and any other with a session in common is "
    "then refused (`asked for already`), which nobody lets pass."
)


def look(view: View, _: Demand) -> Found | None:
    """Of a later edition it does not arise: the sessions are the request's since the pack before was sent."""
    if view.material.supersedes:
        return None
    wanted = view.material.wanted
    beside = [
        one.pack
        for one in view.material.notices.packs
        if not (one.standing or one.checked) and one.first <= wanted.last and one.last >= wanted.first
    ]
    if not beside:
        return None
    which = f"Pack {beside[0]} is" if len(beside) == 1 else f"Packs {listed(sorted(beside))} are"
    found = f"{which} being prepared for days of the same period."
    nobody_asked = wanted.request is None  # for another yet: there may be none to cancel but the only one
    return Found(False, found, "Go on with that, or cancel it before you ask again." if nobody_asked else _ONE_GOES)
