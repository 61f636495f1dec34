"""No session of the certificate's period with a code whose reason is still to be found: N.

Source: forms of Oxfordshire and Northamptonshire refuse such a certificate, while the national threshold counts N.
"""

from services.sharing.domain.demands import Codes
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.sessions import with_codes
from services.sharing.domain.words import count, listed, on


def look(view: View, demand: Codes) -> Found:
    found = [one for one in with_codes(view.marks, demand.codes) if view.in_period(one.day)]
    codes = listed(demand.codes, "or")
    if not found:
        return Found(True, f"No session of the period has code {codes}.")
    stands = f"Code {codes} (not settled) stands in {count(len(found), 'session')} of the period, the first on {on(found[0].day)}"
    todo = "Ask the school to settle each reason in its register and send it again."
    return Found(False, f"{stands}. Until they are settled no measure relies on them.", todo)
