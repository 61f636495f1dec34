"""The parent's contacts were confirmed within the profile's months.

Source: the form of Kent: contact details checked in the last six months.
"""

from services.sharing.domain.demands import Months
from services.sharing.domain.months import months_later
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on
from shared.contracts.enforcement import ParentOfCase


def look(view: View, demand: Months) -> Found:
    on_record, months, todo = view.parent.confirmed_on, count(demand.months, "month"), _todo(view.parent)
    if on_record is None:
        return Found(False, "Nobody has confirmed this parent's contacts.", todo)
    if months_later(on_record, demand.months) < view.today:
        return Found(False, f"This parent's contacts were last confirmed on {on(on_record)}, over {months} ago.", todo)
    return Found(True, f"This parent's contacts were confirmed on {on(on_record)}.")


def _todo(parent: ParentOfCase) -> str:
    if parent.ref is None:
        return "The roll does not name this parent: ask the school to enter them, then confirm address and telephone with them."
    place = parent.ref.rpartition(".")[2]
    return (
        "Confirm address and telephone with the parent, and record it: `iewo intervention add CASE 'telephone call' "
        f"--contact '{place} phone' --contact '{place} address'`, {place} being the parent's place on the roll."
    )
