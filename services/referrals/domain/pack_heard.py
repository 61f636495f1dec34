"""What a case keeps of its enforcement packs, as `sharing` tells it: each word once, whatever is delivered late or twice."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from services.referrals.domain import lifecycle
from services.referrals.domain.acts import closed
from services.referrals.domain.lifecycle import State
from services.referrals.domain.referral import CASEWORK, OF_LEAVE, PackDays, PackHeard, Referral
from services.referrals.errors import NotPossible

BY: Final = "sharing"
"""Who stands in the history for what no person of this service did."""
ENDS: Final = frozenset({"declined", "withdrawn", "outcome", "paid"})
"""Words after which the LA does nothing more by this pack: the officer goes on or closes the case."""
SUPERSEDED: Final = "superseded"
TO_ANSWER: Final = timedelta(days=7)
"""Until the LA's questions should be answered: our own."""
ASKED: Final[tuple[State, ...]] = ("enforcement requested", "with the LA")


def sent(case: Referral, pack: str, edition: int, at: datetime, supersedes: str | None = None) -> Referral:
    """With the LA. A case that has gone another way meanwhile stays where it is, and so does one whose pack was answered before this was
    heard."""
    told = f"pack {pack}, edition {edition}"
    if any(one.act == "pass to the LA" and one.why == told for one in case.private.history):
        return case
    if supersedes is not None:
        case = _with(case, _heard(case, supersedes).model_copy(update={"says": SUPERSEDED}))
    known = any(one.pack == pack for one in case.private.heard)
    state = case.state
    with suppress(NotPossible):
        state = state if known else lifecycle.after("pass to the LA", state)
    return _with(case, _heard(case, pack)).noted("pass to the LA", BY, at, state=state, why=told)


def to_answer_by(today: date, clock: date | None) -> date:
    """Of a pack that came back with questions. `clock`: the last day on which an information can be laid (Magistrates' Courts Act 1980
    s.127), while it is not over."""
    own = today + TO_ANSWER
    return min(own, clock) if clock and clock >= today else own


def is_last(case: Referral, pack: str, word: int) -> bool:
    """Whether nothing later was heard of the pack, and no other has taken its place."""
    heard = _heard(case, pack)
    return heard.word <= word and heard.says != SUPERSEDED


def is_new(case: Referral, pack: str, word: int) -> bool:
    """Whether it is the last, and was not heard before."""
    return is_last(case, pack, word) and _heard(case, pack).word < word


def answered(case: Referral, pack: str, word: str, state: str, on: date, edition: int, at: datetime) -> Referral:
    """The LA's word in the history; `state`: where the pack stands after it. One that comes back with questions gives an open case back to
    its officer, and so does one that ends the LA's part where it has no other pack of the case. A case of leave in term time is closed by
    it, once the LA is done with each of its requests: there is nothing else to do in it. A late word, and one that leads nowhere, is kept
    and moves nothing."""
    act = f"the LA: {word}"
    why = f"pack {pack}, word {edition}, {on.isoformat()}"
    if any(one.act == act and one.why == why for one in case.private.history):
        return case
    if not is_last(case, pack, edition):
        return case.noted(act, BY, at, why=why)
    moves = word == state or _heard(case, pack).says != state
    said = _with(case, PackHeard(pack=pack, word=edition, says=state))
    noted = said.noted(act, BY, at, state=_after(said, state) if moves else case.state, why=why)
    return _done(noted, pack, state, at) if moves else noted


def struck(case: Referral, pack: str, word: str, state: str, edition: int, at: datetime) -> Referral:
    """A word was brought by mistake; `state`: where the pack stands without it. A case of casework goes back to the LA where nothing has
    happened in it since the word moved it; else its officer decides. The one of leave that the word has closed is open again by now. Where
    another word holds that ends the LA's part, or has questions, it is as if that had been said now."""
    act, why = f"the LA's word struck: {word}", f"pack {pack}, word {edition}, now {state}"
    if not is_last(case, pack, edition) or any(one.act == act and one.why == why for one in case.private.history):
        return case
    last = case.private.history[-1] if case.private.history else None
    said = _with(case, PackHeard(pack=pack, word=edition, says=state))
    if state not in ENDS:
        said = said.with_private(done=tuple(one for one in said.private.done if one != pack))
    moved = case.path == CASEWORK and last is not None and last.act == f"the LA: {word}" and case.state in ("monitoring", "in progress")
    again = moved and state not in {*ENDS, "returned"}
    back = lifecycle.after("pass to the LA", lifecycle.after("request enforcement", case.state)) if again else _after(said, state)
    return _done(said.noted(act, BY, at, state=back, why=why), pack, state, at)


def _after(case: Referral, word: str) -> State:
    """Where a case stands after a word of one of its packs, by what was heard of them all."""
    if case.path != CASEWORK:
        return case.state
    if word == "returned" and case.state in (*ASKED, "monitoring"):
        return lifecycle.after("resume", case.state)
    with_the_la = any(one.says not in {*ENDS, "returned", SUPERSEDED} for one in case.private.heard)
    return lifecycle.after("monitor", case.state) if word in ENDS and case.state in ASKED and not with_the_la else case.state


def _heard(case: Referral, pack: str) -> PackHeard:
    return next((one for one in case.private.heard if one.pack == pack), PackHeard(pack=pack))


def _with(case: Referral, heard: PackHeard) -> Referral:
    return case.with_private(heard=(*(one for one in case.private.heard if one.pack != heard.pack), heard))


def _done(case: Referral, pack: str, state: str, at: datetime) -> Referral:
    if case.path != OF_LEAVE or state not in ENDS:
        return case
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
