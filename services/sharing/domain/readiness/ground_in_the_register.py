"""The register shows the sort of absence for which the measure is asked: G for leave in term time, U for lateness after the register
closed, any code that the Local Authority counts for irregular attendance.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208, reg. 10.
"""

from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, listed
from shared.contracts.enforcement import Ground

_CODES: Final[dict[Ground, frozenset[str]]] = {
    "leave in term time": frozenset("G"),
    "lateness after the register closes": frozenset("U"),
    "irregular attendance": frozenset("GNOU"),
}


def look(view: View, _: Demand) -> Found:
    ground = view.material.wanted.ground
    codes = sorted(_CODES[ground] & view.profile.threshold.codes)
    found = sum(one.code in codes for one in view.relied_on)
    if found:
        others = f"; with {len(view.relied_on) - found} of other codes {len(view.relied_on)}" if found < len(view.relied_on) else ""
        return Found(True, f"{count(found, 'session')} of code {listed(codes, 'or')} can be relied on{others}.")
    return Found(False, f"No session of code {listed(codes, 'or')} can be relied on for {ground}.", "Choose another period or reason.")
