"""Leave of absence: what is said of it agrees, what rests on it stays, and what the register bears is asked for once."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.referrals.domain.acts import closed, reopened
from services.referrals.domain.flags import Word
from services.referrals.domain.leave import Leave, Told, corrected, recorded
from services.referrals.domain.leave_requests import Asker, Ground, asked, case_id, ground
from services.referrals.errors import BadPeriod, NotPossible
from services.referrals.families.family import Family
from services.referrals.packs.in_contract import leave_told
from shared.contracts.marks import Mark

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = AT.date()
MONDAY = date(2026, 11, 2)
SCHOOL = Asker("school of the test", by_school=True)
SAID = Word(by="school of the test", at=AT, why="recorded")
RECORDS = {"robin.1": "mother", "robin.2": "father"}


def told(**more: Any) -> Told:
    days = {"first": MONDAY, "last": MONDAY + timedelta(days=4), "decision": "refused", "asked_on": date(2026, 10, 12)}
    return Told(**days | more)


def leave(**more: Any) -> Leave:
    [one] = recorded("a" * 24, "900001", ["robin"], ["robin.1", "robin.2"], ["robin.2"], told(**more), SAID, None)
    return one


@pytest.mark.parametrize(
    "said",
    [
        {"last": MONDAY - timedelta(days=1)},
        {"last": MONDAY + timedelta(days=200)},
        {"asked_on": None},
        {"decision": "not asked for"},
        {"decision": "granted in part"},
        {"granted": (MONDAY,)},
        {"decision": "granted in part", "granted": (MONDAY - timedelta(days=1),)},
    ],
)
def test_what_does_not_agree_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        told(**said)


@pytest.mark.parametrize(
    "days",
    [
        {"told_on": date(2026, 10, 11)},
        {"decided_on": date(2026, 10, 11)},
        {"decided_on": date(2026, 10, 15), "told_on": date(2026, 10, 14)},
        {"told_on": TODAY + timedelta(days=1)},
    ],
)
def test_a_leave_is_asked_for_decided_and_told_in_this_order_and_not_tomorrow(days: dict[str, Any]) -> None:
    with pytest.raises(NotPossible, match="in this order"):
        leave(**days)
    with pytest.raises(NotPossible, match="in this order"):
        corrected(leave(), told(**days), None, SAID, RECORDS)


def test_of_two_parents_of_a_leave_one_who_is_no_longer_of_the_family_may_still_be_who_was_told() -> None:
    one = leave(told_on=date(2026, 10, 14)).naming(RECORDS)
    mother = SimpleNamespace(parent=SimpleNamespace(id="mother", refs=("robin.1",)), ids=frozenset({"mother"}))
    assert leave_told(one, cast(Family, SimpleNamespace(relations=(mother,)))).told == ("father", "mother")


def test_each_child_of_the_family_has_its_own_parents_and_the_asker_by_its_own_place() -> None:
    one, other = recorded("a" * 24, "900001", ["robin", "wren"], ["robin.1", "wren.2", "wren.1"], ["wren.2"], told(), SAID, None)
    assert (one.parents, one.asked_by, other.parents, other.asked_by) == (("robin.1",), None, ("wren.2", "wren.1"), "wren.2")
    for parents in (["robin.1"], ["robin.1", "wren.1", "other.1"]):
        with pytest.raises(NotPossible):
            recorded("a" * 24, "900001", ["robin", "wren"], parents, [], told(), SAID, None)
    with pytest.raises(BadPeriod):
        recorded("a" * 24, "900001", ["robin"], ["robin.1"], [], told(first=date(2024, 7, 1), last=date(2024, 7, 2)), SAID, None)


@given(
    marks=st.lists(st.tuples(st.integers(-3, 8), st.sampled_from(["AM", "PM"]), st.sampled_from(["G", "O", "I", "/"]))),
    granted=st.sets(st.integers(0, 4), max_size=4),
)
def test_the_sessions_of_g_in_days_that_were_not_granted_bear_it_and_no_others(
    marks: list[tuple[int, Any, str]], granted: set[int]
) -> None:
    one = leave(
        **({"decision": "granted in part", "granted": tuple(MONDAY + timedelta(days=n) for n in sorted(granted))} if granted else {})
    )
    within = [Mark(day=MONDAY + timedelta(days=day), session=session, code=code) for day, session, code in marks]
    inside = Counter(code for day, _, code in marks if 0 <= day <= 4 and day not in granted)
    found = ground(one, within, TODAY)
    assert found.sessions == inside["G"]
    assert (found.lacking is None) == (inside["G"] > 0)
    assert ground(one, within, one.last - timedelta(days=1)).lacking == f"the leave lasts until {one.last}: ask when it is over"


def test_of_a_leave_that_ends_today_the_register_has_both_marks_of_today() -> None:
    one = leave()
    morning = [Mark(day=one.last, session="AM", code="G")]
    assert (ground(one, morning, one.last).lacking or "").endswith("whose marks the register has not all: ask when it has them")
    whole = ground(one, [*morning, Mark(day=one.last, session="PM", code="G")], one.last)
    assert (whole.sessions, whole.lacking) == (2, None)


@given(st.lists(st.sampled_from(["penalty notice", "prosecution"]), min_size=1, max_size=5))
def test_however_often_it_is_asked_each_parent_has_one_request_of_each_measure(measures: list[Any]) -> None:
    one, case, made = leave(), None, 0
    for measure in measures:
        step = asked(one, case, Ground(10), measure, SCHOOL, AT, RECORDS, {})
        case, made = step.case, made + len(step.new)
    assert case is not None
    assert {(request.parent, request.measure) for request in case.private.requests} == {
        (parent, measure) for parent in RECORDS.values() for measure in measures
    }
    assert made == len(case.private.requests) == 2 * len(set(measures))
    assert (case.id, case.state, case.live, case.officer) == (case_id(one), "enforcement requested", False, None)


def test_asked_again_after_the_roll_changed_its_order_a_leave_means_whom_it_meant_at_first() -> None:
    one = leave()
    first = asked(one, None, Ground(10), "penalty notice", SCHOOL, AT, {"robin.1": "mother"}, {})
    assert [outcome.outcome for outcome in first.outcomes] == ["made", "not made"], "nobody stands in the second place"
    again = asked(one, first.case, Ground(10), "penalty notice", SCHOOL, AT, {"robin.1": "father", "robin.2": "mother"}, {})
    assert [outcome.outcome for outcome in again.outcomes] == ["made before", "made before"]
    assert [request.parent for request in again.case.private.requests] == ["mother"]


def test_nothing_is_asked_against_who_is_left_out_or_in_a_case_that_was_closed() -> None:
    one = leave()
    step = asked(one, None, Ground(10), "penalty notice", SCHOOL, AT, RECORDS, {"father": "abroad"})
    assert [outcome.outcome for outcome in step.outcomes] == ["made", "not made"]
    assert "abroad" in str(step.outcomes[1].why)
    ended = closed(step.case, "officer-sen", AT, "the LA is done")
    again = asked(one, ended, Ground(10), "penalty notice", SCHOOL, AT, RECORDS, {})
    assert [outcome.outcome for outcome in again.outcomes] == ["made before", "not made"]
    assert "it is closed; possible now: reopen" in str(again.outcomes[1].why)
    assert reopened(ended, "sharing", AT, "questions").state == "enforcement requested"


def test_what_a_request_rests_on_stays_and_every_earlier_word_is_kept() -> None:
    resting = leave().model_copy(update={"state": "requested"})
    later = Word(by="officer-sen", at=AT, why="a letter was found")
    for said, parents in ((told(last=MONDAY), None), (told(), ["robin.1"])):
        with pytest.raises(NotPossible):
            corrected(resting, said, parents, later, {})
    informed = corrected(resting, told(told_on=date(2026, 10, 15)), None, later, {})
    assert (informed.state, informed.earlier, informed.said) == ("requested", (told(),), later)
    assert corrected(informed, told(told_on=date(2026, 10, 15)), None, SAID, {}) is informed
    more = corrected(resting, told(), ["robin.1", "robin.2", "robin.3"], later, {})
    assert (more.state, more.parents) == ("recorded", ("robin.1", "robin.2", "robin.3"))


INFORMED = date(2026, 10, 15)


def test_who_was_told_is_named_of_each_child_or_of_none() -> None:
    children, parents, said = ["robin", "wren"], ["robin.1", "robin.2", "wren.1"], told(told_on=INFORMED)

    def family(*told_to: str) -> tuple[Leave, ...]:
        return recorded("a" * 24, "900001", children, parents, [], said, SAID, None, told_to)

    one, other = family("robin.2", "wren.1")
    assert (one.told_to, other.told_to) == (("robin.2",), ("wren.1",))
    assert one.naming(RECORDS).whom_told == {"father"}
    assert family()[0].told_to == ()
    for who in (["robin.2"], ["robin.3", "wren.1"]):
        with pytest.raises(NotPossible):
            family(*who)
    with pytest.raises(NotPossible, match="told_on"):
        recorded("a" * 24, "900001", ["robin"], ["robin.1"], [], told(), SAID, None, ["robin.1"])


def test_who_was_told_can_be_said_later_and_falls_with_the_day() -> None:
    resting = leave(told_on=INFORMED).model_copy(update={"state": "requested"})
    said = told(told_on=INFORMED)
    named = corrected(resting, said, None, SAID, {}, ["robin.1"])
    assert (named.told_to, named.state, len(named.earlier)) == (("robin.1",), "requested", 1)
    assert corrected(named, said, None, SAID, {}) is named
    assert corrected(named, said, None, SAID, {}, []).told_to == ()
    assert corrected(named, told(), None, SAID, {}).told_to == ()
    with pytest.raises(NotPossible, match=r"robin\.3"):
        corrected(resting, said, None, SAID, {}, ["robin.1", "robin.3"])


def test_a_notice_below_the_threshold_is_made_and_says_so_a_prosecution_has_none() -> None:
    few = Ground(4, counted=9, threshold=10)
    [made, _] = asked(leave(), None, few, "penalty notice", SCHOOL, AT, RECORDS, {}).outcomes
    assert (made.outcome, made.below) == ("made", "below the threshold: 9 of 10 sessions count, so its pack takes a reason")
    enough, unknown = few._replace(counted=10), Ground(4)
    assert [one.below("penalty notice") for one in (enough, unknown)] == [None, None]
    assert few.below("prosecution") is None
