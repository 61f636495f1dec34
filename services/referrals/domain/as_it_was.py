"""In which state a referral was on a day that has passed, by its history."""

from datetime import date

from services.referrals.domain.lifecycle import State
from services.referrals.domain.referral import Referral


def state_on(referral: Referral, day: date) -> State | None:
    """At the end of the day; None before it was proposed. What no person did is not in the history: that it was proposed, and lapsed."""
    told = [entry for entry in referral.private.history if entry.at.date() <= day]
    ended = referral.closed_at is not None and referral.closed_at.date() <= day
    if told:
        return "lapsed" if ended and referral.state == "lapsed" else told[-1].state
    if ended:
        return referral.state
    if referral.opened_at and referral.opened_at.date() <= day:
        return "accepted"
    return "proposed" if referral.proposed_at.date() <= day else None
