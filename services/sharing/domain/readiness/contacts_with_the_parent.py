"""So many contacts with this parent, to which the parent responded, are on record.

Source: Southwark: at least six contacts with the parent about attendance before stage three.
"""

from services.sharing.domain.demands import Contacts
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.this_parent import NO_ENGAGEMENT
from services.sharing.domain.words import count


def look(view: View, demand: Contacts) -> Found:
    entries = view.material.case.entries
    own = sum(view.with_parent(one) and one.engagement != NO_ENGAGEMENT for one in entries)
    if own >= demand.least:
        return Found(True, f"{count(own, 'contact')} with this parent on record; {demand.least} needed.")
    nobody = sum(not one.parents for one in entries)
    unnamed = f"; {nobody} more do not say with which parent" if nobody else ""
    lacking = f"{count(own, 'contact')} with this parent on record, {demand.least} needed{unnamed}"
    todo = f"Record those that there were, with `--parent {view.parent.parent}` of `iewo intervention add`."
    return Found(False, f"{lacking}.", todo)
