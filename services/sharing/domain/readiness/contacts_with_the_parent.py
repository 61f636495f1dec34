"""So many contacts with this parent, to which the parent responded, are on record.

Source: Southwark: at least six contacts with the parent about attendance before stage three.
"""

from services.sharing.domain.demands import Contacts
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.this_parent import NO_ENGAGEMENT, REACHED
from services.sharing.domain.words import count


def look(view: View, demand: Contacts) -> Found:
    case = view.material.case
    ours = {letter.entry for letter in case.letters}
    own = [one for one in case.entries if view.with_parent(one)]
    reached = sum(one.engagement in REACHED for one in own)
    on_record = f"{count(reached, 'contact')} in which this parent was reached on record"
    if reached >= demand.least:
        return Found(True, f"{on_record}; {demand.least} needed.")
    unreached = sum(one.engagement == NO_ENGAGEMENT for one in own)
    unnamed = sum(not one.parents and one.engagement in REACHED for one in case.entries)
    more = (
        (unreached, "{} in which nobody was reached"),
        (sum(one.entry not in ours for one in own) - reached - unreached, "{} of which no engagement is recorded, as of a letter"),
        (unnamed, "{} without a word of which parent it was with"),
    )
    beside = "".join(f"; {words.format(f'{number} more')}" for number, words in more if number)
    todo = f"Record those that there were, with `--parent {view.parent.parent}` of `iewo intervention add`."
    return Found(False, f"{on_record}, {demand.least} needed{beside}.", todo)
