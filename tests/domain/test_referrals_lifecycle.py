"""The states of a referral: what each act makes of each, and what the refusal says."""

from collections.abc import Callable
from typing import get_args

import pytest

from services.referrals.domain import lifecycle
from services.referrals.domain.lifecycle import State
from services.referrals.errors import NotPossible

ACTS: dict[str, Callable[[State], State]] = {
    "accept": lifecycle.accept,
    "decline": lifecycle.decline,
    "lapse": lifecycle.lapse,
    "work": lifecycle.work,
    "request enforcement": lifecycle.request_enforcement,
    "close": lifecycle.close,
}

TABLE: dict[State, dict[str, State]] = {
    "proposed": {"accept": "open", "decline": "declined", "lapse": "lapsed"},
    "lapsed": {"lapse": "lapsed"},
    "declined": {"decline": "declined"},
    "open": {"accept": "open", "work": "open", "request enforcement": "enforcement requested", "close": "closed"},
    "enforcement requested": {
        "accept": "enforcement requested",
        "work": "enforcement requested",
        "request enforcement": "enforcement requested",
        "close": "closed",
    },
    "closed": {"close": "closed"},
}


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("act", ACTS)
def test_each_act_in_each_state(state: State, act: str) -> None:
    expected = TABLE[state].get(act)
    if expected is None:
        with pytest.raises(NotPossible, match=f"it is {state}; possible now: "):
            ACTS[act](state)
    else:
        assert ACTS[act](state) == expected


def test_a_refusal_names_what_is_possible() -> None:
    with pytest.raises(NotPossible, match=r"it is proposed; possible now: accept, decline$"):
        lifecycle.close("proposed")
    with pytest.raises(NotPossible, match=r"it is lapsed; possible now: nothing$"):
        lifecycle.accept("lapsed")


def test_what_was_done_twice_changes_nothing() -> None:
    for state, acts in TABLE.items():
        for act, after in acts.items():
            assert ACTS[act](after) == after, (state, act)
