"""What people do with a referral, and the history that it leaves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import acts
from services.referrals.domain.lifecycle import CASE, Act
from services.referrals.domain.one_child import absorbed
from services.referrals.domain.referral import Concern, Referral
from services.referrals.errors import NotPossible

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
PROPOSAL = Referral(id="r1", school="100001", child="c", year=2026, state="proposed", proposed_at=AT)

DONE: dict[str, Callable[[Referral, datetime], Referral]] = {
    "accept": lambda one, at: acts.accepted(one, "o1", at),
    "decline": lambda one, at: acts.declined(one, "o1", at, "not ours", "words"),
    "allocate": lambda one, at: acts.allocated(one, "o2", "o1", at, None),
    "start": lambda one, at: acts.moved_on(one, "start", "o1", at, None),
    "monitor": lambda one, at: acts.moved_on(one, "monitor", "o1", at, "six weeks"),
    "resume": lambda one, at: acts.moved_on(one, "resume", "o1", at, None),
    "pass to the LA": lambda one, at: acts.moved_on(one, "pass to the LA", "o1", at, None),
    "close": lambda one, at: acts.closed(one, "o1", at, "attendance improved"),
    "reopen": lambda one, at: acts.reopened(one, "o1", at, "it fell again"),
}
assert set(DONE) < set(get_args(Act))


@given(st.lists(st.sampled_from(sorted(DONE))))
def test_each_change_is_in_the_history_once_and_twice_is_no_change(done: list[str]) -> None:
    now = PROPOSAL
    for minute, act in enumerate(done):
        at = AT + timedelta(minutes=minute)
        try:
            after = DONE[act](now, at)
        except NotPossible:
            continue
        assert DONE[act](after, at + timedelta(seconds=1)) == after
        if after != now:
            entry = after.private.history[-1]
            assert after.private.history[:-1] == now.private.history
            assert (entry.act, entry.by, entry.at, entry.before, entry.state) == (act, "o1", at, now.state, after.state)
        now = after
    assert (now.order % 2 == 1) == (now.state in CASE), "the order says whether it is open"
    assert (now.closed_at is None) == now.live
    assert [entry.before for entry in now.private.history[1:]] == [entry.state for entry in now.private.history[:-1]]


def test_a_history_tells_why_and_to_whom() -> None:
    case = acts.allocated(acts.accepted(PROPOSAL, "o1", AT), "o2", "head", AT, "knows the family")
    assert (case.officer, case.state) == ("o2", "allocated")
    again = acts.allocated(acts.moved_on(case, "start", "o2", AT, None), "o3", "head", AT, None)
    assert (again.officer, again.state) == ("o3", "in progress")
    assert [(one.act, one.whom, one.why) for one in again.private.history] == [
        ("accept", None, None),
        ("allocate", "o2", "knows the family"),
        ("start", None, None),
        ("allocate", "o3", None),
    ]


def test_a_reopened_case_takes_what_was_proposed_meanwhile() -> None:
    case = acts.closed(acts.accepted(PROPOSAL, "o1", AT), "o1", AT, "attendance improved")
    meanwhile = PROPOSAL.model_copy(update={"id": "r2", "concerns": (Concern(rule="severe absence", year=2026, order=3, since=AT),)})
    again, lapsed = absorbed(acts.reopened(case, "o1", AT, "it fell again"), [meanwhile], AT)
    assert (again.id, again.state, [one.rule for one in again.standing]) == ("r1", "in progress", ["severe absence"])
    assert (lapsed.id, lapsed.state) == ("r2", "lapsed")
    assert (again.private.closing, again.order) == (None, 3)


def test_what_was_never_a_case_is_not_reopened() -> None:
    with pytest.raises(NotPossible, match="it is declined; possible now: nothing"):
        acts.reopened(acts.declined(PROPOSAL, "o1", AT, "not ours", None), "o1", AT, "after all")
