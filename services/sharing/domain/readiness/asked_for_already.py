"""No other pack against this parent that was checked, is on its way, or with a Local Authority (LA), rests on sessions of the period.

Of two packs for the same sessions the one that is checked first has them: nobody approves or signs another that could not be sent.

Source: one offence is not prosecuted twice, nor while a penalty notice for it may come (Education Act 1996 s.444A); the National Framework
for Penalty Notices counts a session once. Other editions of the same request are no other packs.
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.knowledge import relied_on_after
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.sessions import asked_for
from services.sharing.domain.words import count


def look(view: View, _: Always) -> Found:
    wanted, case = view.material.wanted, view.material.case
    ours = frozenset(asked_for(wanted, view.marks, view.profile, relied_on_after(wanted, case, view.profile)))
    both = [(one.pack, ours & frozenset(one.sessions)) for one in view.material.notices.packs if one.standing or one.checked]
    pack, shared = max(both, key=lambda one: len(one[1]), default=("", frozenset()))
    if not shared:
        return Found(True, "No other pack that was checked, is on its way or with an LA rests on sessions of the period.")
    todo = (
        f"Choose a period without them, or wait for what becomes of it; where it has not gone yet, `iewo packs cancel {pack}` gives it up, "
        f"where it has, `iewo packs withdraw {pack}` takes it back."
    )
    return Found(False, f"Asked for already: {count(len(shared), 'session')} of the period are those of pack {pack}.", todo)
