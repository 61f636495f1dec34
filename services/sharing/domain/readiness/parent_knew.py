"""This parent was told of the absence, and sessions relied on came after that: for the offence of a parent who knows.

Source: Education Act 1996 s.444(1A). What shows it, and since when: `knowledge.py`.
"""

from datetime import date

from services.sharing.domain.demands import Knowledge
from services.sharing.domain.knowledge import first_told
from services.sharing.domain.offence import AGGRAVATED, offence
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.sessions import counting
from services.sharing.domain.this_parent import REACHED
from services.sharing.domain.words import count, listed, on


def look(view: View, demand: Knowledge) -> Found | None:
    """Of s.444(1) it does not arise: nobody has to have known anything."""
    wanted, profile = view.material.wanted, view.profile
    if offence(wanted, profile) != AGGRAVATED:
        return None
    told = first_told(wanted, view.material.case, profile)
    other = "choose s.444(1), for which nobody has to have known: `iewo packs offence PACK '444(1)' --name NAME`"
    if told is None:
        says = "Nothing on record shows that this parent knew of the absence: no letter that arrived, and no contact that tells of it"
        return Found(False, f"{says}.{_beside(view, demand)}", f"Record what there was{_or_say(view, demand)}, or {other}.")
    after = sum(one.day > told.day for one in view.relied_on)
    knew = f"On record is {told.by} of {on(told.day)}"
    if after < demand.sessions:
        says = f"{knew}; {count(after, 'session')} relied on came after that, {demand.sessions} needed.{_beside(view, demand, told.day)}"
        return Found(False, says, f"Wait{_or_say(view, demand, told.day)}, or {other}.")
    return Found(True, f"{knew}; {count(after, 'session')} relied on came after that.{_without_knowing(view, after)}")


def _without_knowing(view: View, after: int) -> str:
    """What the lesser offence would carry, where that is more: which is laid the authority decides."""
    material = view.material
    carried = len(counting(material.wanted, material.case, view.marks, material.notices, view.profile, view.today))
    return f" s.444(1), for which nobody has to have known, would carry {carried}." if carried > after else ""


def _uncounted(view: View, demand: Knowledge, until: date | None = None) -> tuple[str, ...]:
    """Contacts in which this parent was reached before that day, of kinds that by the profile do not tell of the absence."""
    found = [
        one for one in view.material.case.entries if view.with_parent(one) and one.engagement in REACHED and one.kind not in demand.kinds
    ]
    return tuple(f"a {one.kind} of {on(one.day)}" for one in sorted(found, key=lambda one: one.day) if until is None or one.day < until)


def _beside(view: View, demand: Knowledge, until: date | None = None) -> str:
    found = _uncounted(view, demand, until)
    return f" Not counted, since by its kind alone it does not tell of the absence: {listed(found)}." if found else ""


def _or_say(view: View, demand: Knowledge, until: date | None = None) -> str:
    return (
        ", or say as the reason for going on what this parent was told in what was not counted" if _uncounted(view, demand, until) else ""
    )
