"""The parent's contacts were confirmed within the profile's months.

Source: the form of Kent: contact details checked in the last six months.
"""

from services.sharing.domain.demands import Months
from services.sharing.domain.months import months_later
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Months) -> Found:
    on_record, months = view.parent.confirmed_on, count(demand.months, "month")
    todo = (
        "Confirm address and telephone with the parent, and record it: `iewo intervention add CASE 'telephone call' --contact '1 phone' "
        "--contact '1 address'`, 1 being the parent's place on the roll."
    )
    if on_record is None:
        return Found(False, "Nobody has confirmed this parent's contacts.", todo)
    if months_later(on_record, demand.months) < view.today:
        return Found(False, f"This parent's contacts were last confirmed on {on(on_record)}, over {months} ago.", todo)
    return Found(True, f"This parent's contacts were confirmed on {on(on_record)}.")
