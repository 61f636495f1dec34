"""The register shows the sort of absence for which the measure is asked: G for leave in term time, U for lateness after the register
closed, any code that the Local Authority counts for irregular attendance.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208, reg. 10.
"""

from typing import Final

from services.sharing.domain.clocks import last_day
from services.sharing.domain.demands import Demand
from services.sharing.domain.knowledge import relied_on_after
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.sessions import codes_relied_on, with_codes
from services.sharing.domain.words import count, listed, on
from shared.contracts.enforcement import Ground

_CODES: Final[dict[Ground, frozenset[str]]] = {
    "leave in term time": frozenset("G"),
    "lateness after the register closes": frozenset("U"),
    "irregular attendance": frozenset("GNOU"),
}


def look(view: View, _: Demand) -> Found:
    ground = view.material.wanted.ground
    codes = sorted(_CODES[ground] & codes_relied_on(view.rules, view.profile))
    found = sum(one.code in codes for one in view.relied_on)
    if found:
        others = f"; with {len(view.relied_on) - found} of other codes {len(view.relied_on)}" if found < len(view.relied_on) else ""
        return Found(True, f"{count(found, 'session')} of code {listed(codes, 'or')} can be relied on{others}.")
    says = f"No session of code {listed(codes, 'or')} can be relied on for {ground}"
    begin = relied_on_after(view.material.wanted, view.material.case, view.profile)
    before = [one.day for one in with_codes(view.marks, codes) if (one.day, one.session) in view.in_question and begin and one.day <= begin]
    if begin is None or not before:
        return Found(False, f"{says}.", "Choose another period or reason.")
    until = on(last_day(before[0], view.profile.clock))
    todo = (
        "Wait for sessions that come after it, or choose s.444(1), for which nobody has to have known: `iewo packs offence PACK '444(1)' "
        f"--name NAME`; an information for the earliest of them, {on(before[0])}, can be laid until {until}."
    )
    early = f"{count(len(before), 'session')} of the period came no later than what shows that the parent knew, on {on(begin)}"
    return Found(False, f"{says}: {early}.", todo)
