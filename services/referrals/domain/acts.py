"""What a person does with a referral. Each keeps who, when and why; done again, it changes nothing; NotPossible where its state does not
allow it."""

from datetime import date, datetime

from services.referrals.domain import lifecycle
from services.referrals.domain.lifecycle import Act
from services.referrals.domain.raising import Raised, Raiser, Raising
from services.referrals.domain.referral import CASEWORK, OF_LEAVE, Decision, Left, Referral
from services.referrals.errors import NotPossible


def accepted(referral: Referral, by: str, at: datetime) -> Referral:
    """The case."""
    state = lifecycle.after("accept", referral.state)
    if referral.state != "proposed":
        return referral
    opened = referral.model_copy(update={"opened_at": at, "order": referral.order + 1})
    return opened.with_private(decision=Decision(by=by, at=at)).noted("accept", by, at, state=state)


def declined(
    referral: Referral, by: str, at: datetime, reason: str, words: str | None, version: str | None = None, *, by_school: bool = False
) -> Referral:
    """No case. `version`: of the list of reasons. A rule that is declined proposes again only when it is raised anew."""
    state = lifecycle.after("decline", referral.state)
    if referral.state != "proposed":
        return referral
    decision = Decision(by=by, at=at, reason=reason, words=words, version=version, by_school=by_school)
    ended = referral.model_copy(update={"closed_at": at}).with_private(decision=decision)
    return ended.noted("decline", by, at, state=state, why=reason, words=words)


def left(referral: Referral, by: str, at: datetime, until: date, why: str | None) -> Referral:
    """Looked at, and left as it is: it waits, and the next register check tells that it was left."""
    lifecycle.after("leave", referral.state)
    before = referral.private.left
    if before and (before.until, before.why) == (until, why):
        return referral
    return referral.with_private(left=Left(by=by, at=at, until=until, why=why)).noted("leave", by, at, why=why)


def raised(referral: Referral, told: Raised, by: str, role: Raiser, at: datetime) -> Referral:
    """With what was raised by hand. Said before by the same person, it is nothing new."""
    if any(one.says(told, by) for one in referral.private.raised):
        return referral
    raising = Raising(**told.model_dump(), by=by, role=role, at=at)
    return referral.with_private(raised=(*referral.private.raised, raising)).noted("raise by hand", by, at, why=told.why)


def allocated(referral: Referral, officer: str, by: str, at: datetime, why: str | None) -> Referral:
    """Whose case it is from now on."""
    _check_worked(referral)
    state = lifecycle.after("allocate", referral.state)
    if referral.officer == officer:
        return referral
    return referral.model_copy(update={"officer": officer, "covers": None}).noted("allocate", by, at, state=state, why=why, whom=officer)


def moved_on(referral: Referral, act: Act, by: str, at: datetime, why: str | None) -> Referral:
    """An act that changes nothing but the state."""
    if act in lifecycle.WORKED:
        _check_worked(referral)
    state = lifecycle.after(act, referral.state)
    return referral if state == referral.state else referral.noted(act, by, at, state=state, why=why)


def closed(referral: Referral, by: str, at: datetime, reason: str) -> Referral:
    state = lifecycle.after("close", referral.state)
    if referral.state == "closed":
        return referral
    ended = referral.model_copy(update={"closed_at": at, "order": referral.order + 1})
    return ended.with_private(closing=Decision(by=by, at=at, reason=reason)).noted("close", by, at, state=state, why=reason)


def reopened(referral: Referral, by: str, at: datetime, why: str) -> Referral:
    """The same case goes on; why it was closed stays in its history. One of leave waits for the LA again: nobody works it."""
    state = lifecycle.after("reopen", referral.state)
    if referral.path == OF_LEAVE:
        state = "enforcement requested"
    if referral.state != "closed":
        return referral
    again = referral.model_copy(update={"closed_at": None, "order": referral.order + 1})
    return again.with_private(closing=None).noted("reopen", by, at, state=state, why=why)


def possible(referral: Referral) -> tuple[Act, ...]:
    """What a person may do with it now."""
    some = lifecycle.possible(referral.state)
    return some if referral.path == CASEWORK else tuple(act for act in some if act not in lifecycle.WORKED)


def _check_worked(referral: Referral) -> None:
    if referral.path == OF_LEAVE:
        now = ", ".join(possible(referral)) or "nothing"
        raise NotPossible(f"it is a case of leave in term time, which nobody works; possible now: {now}")
