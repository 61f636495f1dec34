"""What a case keeps of its enforcement packs, as `sharing` tells it: each word once, whatever is delivered late or twice."""

from datetime import date, datetime
from typing import Final

from services.referrals.domain import lifecycle
from services.referrals.domain.acts import closed
from services.referrals.domain.lifecycle import Act
from services.referrals.domain.referral import CASEWORK, OF_LEAVE, PackDays, Referral
from services.referrals.errors import NotPossible

BY: Final = "sharing"
"""Who stands in the history for what no person of this service did."""
ENDS: Final = frozenset({"declined", "withdrawn", "outcome", "paid"})
"""Words after which the LA does nothing more by this pack: the officer goes on or closes the case."""


def sent(case: Referral, pack: str, edition: int, at: datetime) -> Referral:
    """With the LA. A case that has gone another way meanwhile stays where it is."""
    told = f"pack {pack}, edition {edition}"
    if any(one.act == "pass to the LA" and one.why == told for one in case.private.history):
        return case
    try:
        state = lifecycle.after("pass to the LA", case.state)
    except NotPossible:
        state = case.state
    return case.noted("pass to the LA", BY, at, state=state, why=told)


def answered(case: Referral, pack: str, state: str, on: date, edition: int, at: datetime) -> Referral:
    """The LA's word in the history. One that ends its part, or comes back with questions, gives an open case back to its officer. A
    case of leave in term time is closed by it, once the LA is done with each of its requests: there is nothing else to do in it."""
    act = f"the LA: {state}"
    why = f"pack {pack}, word {edition}, {on.isoformat()}"
    if any(one.act == act and one.why == why for one in case.private.history):
        return case
    back: Act | None = "resume" if state == "returned" else "monitor" if state in ENDS else None
    after = case.state
    if back is not None and case.path == CASEWORK and case.state in ("enforcement requested", "with the LA"):
        after = lifecycle.after(back, case.state)
    noted = case.noted(act, BY, at, state=after, why=why)
    return _done(noted, pack, state, at) if case.path == OF_LEAVE and state in ENDS else noted


def _done(case: Referral, pack: str, state: str, at: datetime) -> Referral:
    done = tuple(dict.fromkeys((*case.private.done, pack)))
    said = case.with_private(done=done)
    return said if len(done) < len(case.private.requests) else closed(said, BY, at, f"the LA: {state}")


def clock_moved(case: Referral, days: PackDays) -> Referral:
    """The days of one of its packs; an earlier edition changes nothing, and a pack without days is dropped when its last word is in."""
    before = next((one for one in case.packs if one.pack == days.pack), None)
    if before is not None and before.edition >= days.edition:
        return case
    others = tuple(one for one in case.packs if one.pack != days.pack)
    return case.model_copy(update={"packs": (*others, days)})
