"""This parent was told of the absence, and sessions relied on came after that: for the offence of a parent who knows.

Source: Education Act 1996 s.444(1A): "the parent knows that his child is failing to attend regularly at the school and fails to cause him
to do so". What shows it is a letter that did not come back, or an entry in which the parent was reached.
"""

from collections.abc import Iterator
from datetime import date

from services.sharing.domain.demands import Knowledge
from services.sharing.domain.offence import AGGRAVATED, offence
from services.sharing.domain.readiness.view import NO_ENGAGEMENT, Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Knowledge) -> Found | None:
    """Of s.444(1) it does not arise: nobody has to have known anything."""
    if offence(view.material.wanted, view.profile) != AGGRAVATED:
        return None
    told = min(_told(view, demand), default=None)
    other = "choose s.444(1), for which nobody has to have known: `iewo packs offence PACK '444(1)' --name NAME`"
    if told is None:
        says = "Nothing on record shows that this parent knew of the absence: no letter that arrived, and no contact that tells of it"
        return Found(False, f"{says}.", f"Record what there was, or {other}.")
    day, what = told
    after = sum(one.day > day for one in view.relied_on)
    knew = f"This parent was told by {what} of {on(day)}"
    if after < demand.sessions:
        return Found(False, f"{knew}; {count(after, 'session')} relied on came after that, {demand.sessions} needed.", f"Wait, or {other}.")
    return Found(True, f"{knew}; {count(after, 'session')} relied on came after that.")


def _told(view: View, demand: Knowledge) -> Iterator[tuple[date, str]]:
    """By what, and when."""
    case, kinds = view.material.case, demand.kinds
    for letter in case.letters:
        if letter.came_back is None and (letter.records in kinds or letter.kind in kinds):
            yield letter.day, f"a letter ({letter.kind})"
    for entry in case.entries:
        if entry.kind in kinds and entry.engagement != NO_ENGAGEMENT and view.with_parent(entry):
            yield entry.day, f"an entry ({entry.kind})"
