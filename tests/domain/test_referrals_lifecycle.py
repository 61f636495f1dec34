"""The states of a referral: what each act makes of each, what the refusal says, and what no sequence of acts can do."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import lifecycle
from services.referrals.domain.lifecycle import CASE, LIVE, Act, State
from services.referrals.errors import NotPossible

STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)

TABLE: dict[State, dict[str, str]] = {
    "proposed": {"accept": "accepted", "decline": "declined", "leave": "proposed", "lapse": "lapsed", "take up": "proposed"},
    "lapsed": {"lapse": "lapsed", "take up": "proposed"},
    "declined": {"decline": "declined"},
    "accepted": {
        "accept": "accepted",
        "allocate": "allocated",
        "start": "in progress",
        "record an intervention": "accepted",
        "request enforcement": "enforcement requested",
        "close": "closed",
    },
    "allocated": {
        "accept": "allocated",
        "allocate": "allocated",
        "start": "in progress",
        "record an intervention": "allocated",
        "request enforcement": "enforcement requested",
        "close": "closed",
    },
    "in progress": {
        "accept": "in progress",
        "allocate": "in progress",
        "start": "in progress",
        "monitor": "monitoring",
        "resume": "in progress",
        "record an intervention": "in progress",
        "request enforcement": "enforcement requested",
        "close": "closed",
        "reopen": "in progress",
    },
    "monitoring": {
        "accept": "monitoring",
        "allocate": "monitoring",
        "monitor": "monitoring",
        "resume": "in progress",
        "record an intervention": "monitoring",
        "request enforcement": "enforcement requested",
        "close": "closed",
    },
    "enforcement requested": {
        "accept": "enforcement requested",
        "allocate": "enforcement requested",
        "monitor": "monitoring",
        "resume": "in progress",
        "record an intervention": "enforcement requested",
        "request enforcement": "enforcement requested",
        "pass to the LA": "with the LA",
        "close": "closed",
    },
    "with the LA": {
        "accept": "with the LA",
        "allocate": "with the LA",
        "monitor": "monitoring",
        "resume": "in progress",
        "record an intervention": "with the LA",
        "request enforcement": "with the LA",
        "pass to the LA": "with the LA",
        "close": "closed",
    },
    "closed": {"close": "closed", "reopen": "in progress"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", ACTS)
def test_each_act_in_each_state(state: State, act: Act) -> None:
    expected = TABLE[state].get(act)
    if expected is None:
        with pytest.raises(NotPossible, match=f"it is {state}; possible now: "):
            lifecycle.after(act, state)
    else:
        assert lifecycle.after(act, state) == expected


def test_a_refusal_names_what_is_possible() -> None:
    with pytest.raises(NotPossible, match=r"it is proposed; possible now: accept, decline, leave$"):
        lifecycle.after("close", "proposed")
    with pytest.raises(NotPossible, match=r"it is lapsed; possible now: nothing$"):
        lifecycle.after("accept", "lapsed")
    with pytest.raises(NotPossible, match=r"it is closed; possible now: reopen$"):
        lifecycle.work("closed")


@given(st.lists(st.sampled_from(ACTS)))
def test_whatever_is_done_in_whatever_order(acts: list[Act]) -> None:
    state: State = "proposed"
    for act in acts:
        before = state
        try:
            state = lifecycle.after(act, before)
        except NotPossible:
            continue
        assert lifecycle.after(act, state) == state, "done again, it changes nothing"
        if before in CASE:
            assert state in CASE or act == "close", "no way out of a case but its closing"
        elif state in CASE:
            assert (before, act) in {("proposed", "accept"), ("closed", "reopen")}, "and no way in but these"
        if before not in LIVE and state != before:
            assert (before, act) in {("closed", "reopen"), ("lapsed", "take up")}, "what has ended begins again in no other way"


@pytest.mark.parametrize("state", STATES)
def test_what_is_said_to_be_possible_is(state: State) -> None:
    for act in lifecycle.possible(state):
        lifecycle.after(act, state)
    assert "lapse" not in lifecycle.possible(state)
