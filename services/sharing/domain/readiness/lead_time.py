"""The request leaves the Local Authority (LA) the time that it wants before the six months are over."""

from services.sharing.domain.clocks import asked_in_time
from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on
from shared.court_days import asked_by, laid_by


def look(view: View, _: Demand) -> Found | None:
    """Of what is out of time altogether another rule tells."""
    clocks, lead = view.material.clocks, view.profile.clock.lead_days
    if clocks.earliest_by is None or clocks.earliest_by < view.today:
        return None
    last, days = asked_in_time(clocks.earliest_by, view.profile.clock), count(lead, "day")
    if last >= view.today:
        by = asked_by(last, on(last))
        return Found(True, f"The LA has its {days} before the earliest session is out of time if it receives the request by {by}.")
    out = laid_by(clocks.earliest_by, on(clocks.earliest_by))
    return Found(False, f"The LA wants {days} before the earliest session is out of time, on {out}.", "Narrow the period, or call the LA.")
