"""Leave in term time: what was asked for and decided is on record, the parent was told, it is over, and each session of G lies in days
not granted.

Source: forms of Northamptonshire and Kensington and Chelsea ask for the request and the letter that refused it; Nottingham City counts its
days from the return, so of a leave that goes on nothing is asked for yet. SI 2024/208 reg. 10, code G: holiday not granted, or days over
what was granted.
"""

from collections.abc import Sequence

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.sessions import Session, with_codes
from services.sharing.domain.words import count, on
from shared.contracts.enforcement import Leave


def look(view: View, _: Demand) -> Found:
    leaves = view.material.case.leave
    if not leaves:
        return Found(False, "No leave of absence is on record.", "Record what was asked for and decided (`iewo leave add`).")
    sessions_of_leave = [one for one in with_codes(view.marks, "G") if view.in_period(one.day)]
    outside = _outside(sessions_of_leave, leaves)
    if outside:
        sessions = f"{count(len(outside), 'session')} of G, the first on {on(outside[0].day)}, in no days of leave that were not granted"
        return Found(False, f"{sessions}.", "Correct the leave on record, or ask the school to correct its register.")
    lasts = next((one for one in leaves if one.last > view.today and any(one.first <= day.day for day in sessions_of_leave)), None)
    if lasts:
        says = f"The leave from {on(lasts.first)} lasts until {on(lasts.last)}: a part of it would be asked for."
        return Found(False, says, "Ask when it is over, or say in the reason why a part of it goes alone.")
    untold = next((one for one in leaves if one.told_on is None and one.decision != "not asked for"), None)
    if untold:
        return Found(
            False, f"When the parent was told of the decision on the leave from {on(untold.first)} is not on record.", "Record it."
        )
    spans = "; ".join(f"{on(one.first)} to {on(one.last)}, {one.decision}" for one in leaves)
    return Found(True, f"Leave on record, with which each session of G agrees: {spans}.")


def _outside(sessions: Sequence[Session], leaves: Sequence[Leave]) -> list[Session]:
    return [one for one in sessions if not any(leave.first <= one.day <= leave.last and one.day not in leave.granted for leave in leaves)]
