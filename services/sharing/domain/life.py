"""The states of an enforcement pack, from its first draft to what came of it, and what may be done in each.

What an LA says may come late, twice or with steps left out, so each of its words is taken in any state from `sent` on that is no further
than the word itself (`_STEP`): where a pack stands after all of them is `heard.py`'s to say.
"""

from collections.abc import Mapping
from typing import Final, Literal

from services.sharing.errors import NotPossibleNow

State = Literal[
    "draft",
    "checked",
    "approved",
    "waiting",
    "sent",
    "fetched",
    "expired",
    "received",
    "returned",
    "declined",
    "accepted",
    "notice issued",
    "paid",
    "unpaid",
    "in court",
    "outcome",
    "withdrawn",
    "superseded",
    "cancelled",
]
"""`waiting`: signed by all who must, and not on its way yet. `fetched`: the LA has taken it, as the bus tells. `received`: the LA says so.
`outcome`: a court, or the LA, has decided. `withdrawn`: taken back by us or dropped by the LA. `cancelled`: given up before it was sent."""

Act = Literal[
    "edit",
    "check",
    "approve",
    "sign",
    "cancel",
    "send",
    "fetch",
    "expire",
    "receive",
    "return",
    "decline",
    "accept",
    "issue",
    "pay",
    "not pay",
    "prosecute",
    "decide",
    "withdraw",
    "supersede",
    "take up",
]

AT_HOME: Final[tuple[State, ...]] = ("draft", "checked", "approved", "waiting")
"""Nothing of it has left the company."""
TAKEN_BACK: Final[tuple[State, ...]] = ("withdrawn", "superseded")
"""In which nothing rests on the pack any more. Any other end, a paid notice or a court's word, answers no change for us."""
CHECKED: Final[tuple[State, ...]] = ("checked", "approved", "waiting")
"""Somebody has said that it is right as it is."""
WITH_THE_LA: Final[tuple[State, ...]] = (
    "sent",
    "fetched",
    "expired",
    "received",
    "accepted",
    "notice issued",
    "paid",
    "unpaid",
    "in court",
)
"""It was sent, and more may be heard of it."""
MAY_BE_ACTED_ON: Final[tuple[State, ...]] = (*WITH_THE_LA, "returned")
"""With the LA, or back with questions, which it may accept all the same: its sessions stay its own until it is taken back."""
TO_TAKE_BACK: Final[tuple[State, ...]] = (*(state for state in WITH_THE_LA if state != "paid"), "returned")
"""An LA may still act on it, so we may withdraw it."""


def _of(states: tuple[State, ...], after: State) -> Mapping[State, State]:
    return {**dict.fromkeys(states, after), after: after}


SAYS: Final[Mapping[Act, State]] = {
    "receive": "received",
    "return": "returned",
    "decline": "declined",
    "accept": "accepted",
    "issue": "notice issued",
    "pay": "paid",
    "not pay": "unpaid",
    "prosecute": "in court",
    "decide": "outcome",
    "withdraw": "withdrawn",
}
"""What an LA says, by the act."""

_STEP: Final[Mapping[State, int]] = {
    **dict.fromkeys(("sent", "fetched", "expired"), 0),
    "received": 1,
    **dict.fromkeys(("returned", "declined", "accepted"), 2),
    "notice issued": 3,
    **dict.fromkeys(("paid", "unpaid"), 4),
    "in court": 5,
    "withdrawn": 6,
    "outcome": 7,
}
"""How far a state is. A word leads from any state that is as far or less: an LA thinks again, or takes a case on after all."""


def step(state: State) -> int:
    """Of a state in which an LA has the pack, or had it."""
    return _STEP[state]


_TABLE: Final[Mapping[Act, Mapping[State, State]]] = {
    # whatever is changed in a pack has to be checked, approved and signed anew
    "edit": _of(AT_HOME, "draft"),
    "check": {"draft": "checked", "checked": "checked"},
    "approve": {"checked": "approved", "approved": "approved"},
    "sign": {"approved": "waiting", "waiting": "waiting"},
    "cancel": _of(AT_HOME, "cancelled"),
    "send": {"waiting": "sent", "sent": "sent"},
    # what the bus tells
    "fetch": {"sent": "fetched", "fetched": "fetched"},
    "expire": {"sent": "expired", "expired": "expired"},
    **{act: {state: says for state, far in _STEP.items() if far <= _STEP[says]} for act, says in SAYS.items()},
    # a paid notice discharges the parent's liability (Education Act 1996 s.444A): there is nothing left to ask for
    "supersede": _of((*TO_TAKE_BACK, "declined"), "superseded"),
    # it was never sent, so there is no edition for another to follow: the same pack is a draft again
    "take up": {"cancelled": "draft", "draft": "draft"},
}


def after(act: Act, state: State) -> State:
    """The state to which the act leads; the same again for an act that was done before. NotPossibleNow, saying what is."""
    try:
        return _TABLE[act][state]
    except KeyError:
        raise NotPossibleNow(f"the pack is {state}; possible now: {', '.join(can_do(state)) or 'nothing'}") from None


def check_possible(act: Act, state: State) -> None:
    """NotPossibleNow for an act that changes nothing now, one that was done before too."""
    if act not in possible(state):
        raise NotPossibleNow(f"the pack is {state}; possible now: {', '.join(can_do(state)) or 'nothing'}")


def possible(state: State) -> tuple[Act, ...]:
    """What changes something now."""
    return tuple(act for act, table in _TABLE.items() if table.get(state, state) != state)


_BY_PEOPLE: Final[frozenset[Act]] = frozenset({"edit", "check", "approve", "sign", "cancel", "supersede", "take up", "withdraw"})


def can_do(state: State) -> tuple[Act, ...]:
    """Of what is possible, what people do; what the bus and the LA tell is not theirs. A draft is edited and stays one; one that waits is
    signed again."""
    again: dict[State, tuple[Act, ...]] = {"draft": ("edit",), "waiting": ("sign",)}
    acts = (*again.get(state, ()), *possible(state))
    return tuple(act for act in acts if act in _BY_PEOPLE and (act != "withdraw" or state in TO_TAKE_BACK))
