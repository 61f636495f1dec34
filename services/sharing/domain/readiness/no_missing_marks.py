"""A mark for both sessions of every school day of the period on which the child was on roll.

Source: forms of Oxfordshire and Northamptonshire refuse a certificate with missing marks. Today is no exception: a period that ends with it
waits for its marks.
"""

from collections.abc import Iterator
from datetime import date

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, _: Demand) -> Found:
    missing = list(_missing(view))
    if not missing:
        return Found(True, "Every session of the period has a mark.")
    lacks = "lacks its mark" if len(missing) == 1 else "lack their marks"
    first = f"{count(len(missing), 'session')} of the period {lacks}, the first on {on(missing[0])}"
    return Found(False, f"{first}.", "Ask the school to complete its register, or to say that it was closed, and to send it again.")


def _missing(view: View) -> Iterator[date]:
    """The day of each session without a mark, in order."""
    person, codes = view.material.person, {(one.day, one.session): one.code for one in view.marks.sessions}
    entered, left = person.entered or date.min, person.left or date.max
    for day in sorted({*view.material.school_days, *(day for day, _ in codes)}):
        if view.in_period(day) and entered <= day <= left:
            yield from (day for session in ("AM", "PM") if not codes.get((day, session)))
