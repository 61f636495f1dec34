"""An information can still be laid for every session relied on.

Source: Magistrates' Courts Act 1980 s.127. A penalty notice needs it too: unpaid, it is followed by a prosecution for the same sessions.
"""

from services.sharing.domain.clocks import first_in_time
from services.sharing.domain.demands import Always
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import on
from shared.court_days import laid_by


def look(view: View, _: Always) -> Found | None:
    """Without a session that is relied on it does not arise."""
    clocks = view.material.clocks
    if clocks.earliest is None or clocks.earliest_by is None:
        return None
    last = laid_by(clocks.earliest_by, on(clocks.earliest_by))
    until = f"an information for the earliest session relied on, {on(clocks.earliest)}, can be laid until {last}"
    if clocks.earliest_by >= view.today:
        return Found(True, f"{until[0].upper()}{until[1:]}.")
    start = on(first_in_time(view.today, view.profile.clock))
    return Found(False, f"Out of time: {until}.", f"Let the period begin on {start} at the earliest.")
