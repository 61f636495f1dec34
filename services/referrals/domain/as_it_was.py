"""What a referral was at a time that has passed, by its history."""

from datetime import date, datetime

from services.referrals.domain.lifecycle import State
from services.referrals.domain.referral import Decision, Referral


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


def case_at(case: Referral, at: datetime) -> Referral:
    """A case as it stood: its state, why it was closed, and the concerns that were known."""
    told = [entry for entry in case.private.history if entry.at <= at]
    state = told[-1].state if told else "accepted"
    closing = (
        next((entry for entry in reversed(told) if entry.act == "close" and entry.state == "closed"), None) if state == "closed" else None
    )
    then = {
        "state": state,
        "closed_at": closing.at if closing else None,
        "concerns": tuple(one for one in case.concerns if one.since <= at),
    }
    why = Decision(by=closing.by, at=closing.at, reason=closing.why) if closing else None
    return case.model_copy(update=then).with_private(closing=why)
