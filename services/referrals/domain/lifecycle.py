"""The states of a referral, from a proposal to a closed case, and what may be done in each.

A proposal becomes a case only when somebody accepts it; it lapses when the last concern behind it eases or is to propose no more, and a
case does not. What lapsed by the latter is taken up again when that may propose as it stood. A case ends
by being closed and in no other way, and reopened it is the same case. Whatever a person does may be sent twice: done again, it changes
nothing.
"""

from collections.abc import Mapping
from typing import Final, Literal

from services.referrals.errors import NotPossible

State = Literal[
    "proposed",
    "lapsed",
    "declined",
    "accepted",
    "allocated",
    "in progress",
    "monitoring",
    "enforcement requested",
    "with the LA",
    "closed",
]
Act = Literal[
    "accept",
    "decline",
    "leave",
    "lapse",
    "take up",
    "allocate",
    "start",
    "monitor",
    "resume",
    "record an intervention",
    "request enforcement",
    "pass to the LA",
    "close",
    "reopen",
]

CASE: Final[tuple[State, ...]] = ("accepted", "allocated", "in progress", "monitoring", "enforcement requested", "with the LA")
"""An open case: never due for disposal."""
LIVE: Final[tuple[State, ...]] = ("proposed", *CASE)
"""A later concern of the child at the school joins it; there is one at most."""

WORKED: Final[frozenset[Act]] = frozenset({"allocate", "start", "monitor", "resume"})
"""Acts of an officer who works a case."""

_SAME: Final[Mapping[State, State]] = {state: state for state in CASE}

_TABLE: Final[Mapping[Act, Mapping[State, State]]] = {
    "accept": {"proposed": "accepted", **_SAME},
    "decline": {"proposed": "declined", "declined": "declined"},
    # looked at, and left as it is
    "leave": {"proposed": "proposed"},
    "lapse": {"proposed": "lapsed", "lapsed": "lapsed"},
    "take up": {"lapsed": "proposed", "proposed": "proposed"},
    # to another officer, whatever the case has come to
    "allocate": {**_SAME, "accepted": "allocated"},
    "start": {"accepted": "in progress", "allocated": "in progress", "in progress": "in progress"},
    "monitor": {
        "in progress": "monitoring",
        "enforcement requested": "monitoring",
        "with the LA": "monitoring",
        "monitoring": "monitoring",
    },
    # attendance fell again, or the LA will not act, or has
    "resume": {
        "monitoring": "in progress",
        "enforcement requested": "in progress",
        "with the LA": "in progress",
        "in progress": "in progress",
    },
    "record an intervention": _SAME,
    # a second request, for another parent, leaves a case with the LA where it is
    "request enforcement": {**dict.fromkeys(CASE, "enforcement requested"), "with the LA": "with the LA"},
    "pass to the LA": {"enforcement requested": "with the LA", "with the LA": "with the LA"},
    "close": {**dict.fromkeys(CASE, "closed"), "closed": "closed"},
    "reopen": {"closed": "in progress", "in progress": "in progress"},
}
_UNASKED: Final[tuple[Act, ...]] = ("lapse", "take up")
"""What the register does."""
_RECORDED: Final[tuple[Act, ...]] = ("leave", "allocate", "record an intervention", "request enforcement")
"""Acts that do something although the state stays."""


def after(act: Act, state: State) -> State:
    """NotPossible, saying what is."""
    try:
        return _TABLE[act][state]
    except KeyError:
        raise NotPossible(f"it is {state}; possible now: {', '.join(possible(state)) or 'nothing'}") from None


def lapse(state: State) -> State:
    return after("lapse", state)


def take_up(state: State) -> State:
    return after("take up", state)


def work(state: State) -> State:
    """Record an intervention."""
    return after("record an intervention", state)


def request_enforcement(state: State) -> State:
    return after("request enforcement", state)


def possible(state: State) -> tuple[Act, ...]:
    """What a person may do that changes something or is recorded; nobody lapses a proposal by hand, or takes one up."""
    return tuple(
        act for act, table in _TABLE.items() if act not in _UNASKED and state in table and (table[state] != state or act in _RECORDED)
    )
