"""The states of a referral, from a proposal to a closed case, and what may be done in each.

A proposal becomes a case only when somebody accepts it; it lapses when the last concern behind it eases, and a case does not.
Whatever a person does may be sent twice: done again, it changes nothing.
"""

from collections.abc import Mapping
from typing import Final, Literal

from services.referrals.errors import NotPossible

State = Literal["proposed", "lapsed", "declined", "open", "enforcement requested", "closed"]
Act = Literal["accept", "decline", "lapse", "record an intervention", "request enforcement", "close"]

CASE: Final[tuple[State, ...]] = ("open", "enforcement requested")
"""An open case: never due for disposal."""
LIVE: Final[tuple[State, ...]] = ("proposed", *CASE)
"""A later concern of the child at the school joins it; there is one at most."""

_TABLE: Final[Mapping[Act, Mapping[State, State]]] = {
    "accept": {"proposed": "open", "open": "open", "enforcement requested": "enforcement requested"},
    "decline": {"proposed": "declined", "declined": "declined"},
    "lapse": {"proposed": "lapsed", "lapsed": "lapsed"},
    "record an intervention": {"open": "open", "enforcement requested": "enforcement requested"},
    "request enforcement": {"open": "enforcement requested", "enforcement requested": "enforcement requested"},
    "close": {"open": "closed", "enforcement requested": "closed", "closed": "closed"},
}


def accept(state: State) -> State:
    return _after("accept", state)


def decline(state: State) -> State:
    return _after("decline", state)


def lapse(state: State) -> State:
    return _after("lapse", state)


def work(state: State) -> State:
    """Record an intervention."""
    return _after("record an intervention", state)


def request_enforcement(state: State) -> State:
    return _after("request enforcement", state)


def close(state: State) -> State:
    return _after("close", state)


def possible(state: State) -> tuple[Act, ...]:
    """What a person may do that changes something or is recorded; nobody lapses a proposal by hand."""
    return tuple(
        act
        for act, table in _TABLE.items()
        if act != "lapse" and state in table and (table[state] != state or act in ("record an intervention", "request enforcement"))
    )


def _after(act: Act, state: State) -> State:
    """NotPossible, saying what is."""
    try:
        return _TABLE[act][state]
    except KeyError:
        raise NotPossible(f"it is {state}; possible now: {', '.join(possible(state)) or 'nothing'}") from None
