"""A person has read the entries of the chronology from which words were left out: what stands around them may still tell of others.

"Mrs Begum's number [left out]" names a neighbour whom no record of the case knows, so no search finds her.

Source: UK GDPR Art. 5(1)(c): what is served on one parent is about that parent and one child.
"""

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.contacts import contacts
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, listed, on


def look(view: View, _: Demand) -> Found | None:
    """Where nothing is served there is nothing to look at."""
    served = contacts(view.material).served
    if not served:
        return None
    found = [(one.date, sum(1 for text in (one.with_whom, one.outcome) for _ in view.servable.findings(text))) for one in served]
    days = tuple(dict.fromkeys(on(day) for day, places in found if places))
    if not days:
        return Found(True, "No words had to be left out of the chronology.")
    places = sum(number for _, number in found)
    entries = "the chronology's entry" if len(days) == 1 else "the chronology's entries"
    todo = (
        "Read it before it is served (`iewo packs preview PACK volume-b.pdf`): others may be named there whom no record knows. Have it "
        "worded otherwise (`iewo intervention edit`), or whoever has read it says so of each entry, by its day as it is written here, and "
        "what was seen, as the reason for going on."
    )
    return Found(False, f"Words were left out of {entries} of {listed(days)}, in {count(places, 'place')}.", todo, days)
