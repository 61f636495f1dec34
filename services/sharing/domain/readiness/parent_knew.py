"""This parent was told of the absence, and sessions relied on came after that: for the offence of a parent who knows.

Source: Education Act 1996 s.444(1A). What shows it, and since when: `knowledge.py`.
"""

from services.sharing.domain.demands import Knowledge
from services.sharing.domain.knowledge import first_told
from services.sharing.domain.offence import AGGRAVATED, offence
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Knowledge) -> Found | None:
    """Of s.444(1) it does not arise: nobody has to have known anything."""
    wanted, profile = view.material.wanted, view.profile
    if offence(wanted, profile) != AGGRAVATED:
        return None
    told = first_told(wanted, view.material.case, profile)
    other = "choose s.444(1), for which nobody has to have known: `iewo packs offence PACK '444(1)' --name NAME`"
    if told is None:
        says = "Nothing on record shows that this parent knew of the absence: no letter that arrived, and no contact that tells of it"
        return Found(False, f"{says}.", f"Record what there was, or {other}.")
    after = sum(one.day > told.day for one in view.relied_on)
    knew = f"On record is {told.by} of {on(told.day)}"
    if after < demand.sessions:
        return Found(False, f"{knew}; {count(after, 'session')} relied on came after that, {demand.sessions} needed.", f"Wait, or {other}.")
    return Found(True, f"{knew}; {count(after, 'session')} relied on came after that.")
