"""The Local Authority's (LA's) own deadline for a request has not passed."""

from services.sharing.domain import own_deadline
from services.sharing.domain.demands import Deadline
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import on
from shared.court_days import asked_by


def look(view: View, demand: Deadline) -> Found | None:
    if not view.relied_on:
        return None
    days = demand.in_words
    held = view.material
    own = own_deadline.own_deadline(held.wanted, held.case, view.rules, view.relied_on[-1].day, held.school_days, view.today)
    if own is None:
        return Found(False, f"The LA takes a request within {days}, of which there is no day on record.", "Record it.")
    if own.by >= view.today:
        return Found(True, f"The LA takes the request until {asked_by(own.by, on(own.by))}: {days} ({on(own.since)}).")
    return Found(False, f"The LA's deadline passed on {on(own.by)}: {days} ({on(own.since)}).", "Call the LA before going on.")
