"""No other pack against this parent that is on its way, or with a Local Authority (LA), rests on sessions of the period.

Source: one offence is not prosecuted twice, nor while a penalty notice for it may come (Education Act 1996 s.444A); the National Framework
for Penalty Notices counts a session once. Other editions of the same request are no other packs.
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count


def look(view: View, _: Always) -> Found:
    both = [(one.pack, view.in_question & frozenset(one.sessions)) for one in view.material.notices.packs if one.standing]
    pack, shared = max(both, key=lambda one: len(one[1]), default=("", frozenset()))
    if not shared:
        return Found(True, "No other pack that is on its way or with an LA rests on sessions of the period.")
    todo = "Choose a period without them, or wait for what becomes of it."
    return Found(False, f"Asked for already: {count(len(shared), 'session')} of the period are those of pack {pack}.", todo)
