"""The period of a request over leave in term time: the school weeks that end with the leave, and what in them counts."""

from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.clocks import last_day
from services.sharing.domain.leave_period import leave_of, leave_period
from services.sharing.domain.material import OtherPack
from services.sharing.domain.profile import Profile
from services.sharing.domain.readiness import judge
from services.sharing.domain.readings import readings
from services.sharing.domain.school_weeks import begins_with, fullest
from services.sharing.domain.sessions import Session
from shared.contracts.enforcement import Leave
from tests.domain.readiness_sample import NATIONAL, item, material, register, school_days, wanted
from tests.domain.test_sharing_readiness import leave

TODAY = date(2027, 2, 15)
DAYS = school_days()
AWAY = Leave(leave="v1", first=date(2027, 2, 1), last=date(2027, 2, 3), asked_on=None, decision="not asked for")
TEN_WEEKS = date(2026, 11, 16)
"""The Monday of the first of ten school weeks that end with that leave: Christmas has two without school."""


def both(*days: date, code: str = "G") -> list[Session]:
    return [Session(day, half, code) for day in days for half in ("AM", "PM")]


def pack(first: date, last: date, *, standing: bool) -> OtherPack:
    return OtherPack(pack="p2", measure="penalty notice", standing=standing, first=first, last=last)


def reading(profile: Profile = NATIONAL, **changes: str) -> Profile:
    return profile.model_copy(update={"readings": profile.readings.model_copy(update=changes)})


WHOLE = reading(leave_reaches_back="the whole window")


def period(sessions: list[Session], *packs: OtherPack, profile: Profile = NATIONAL) -> tuple[date, date]:
    return leave_period(AWAY, sorted(sessions), DAYS, packs, profile, TODAY)


LATE = [Session(TEN_WEEKS + timedelta(weeks=number), "AM", "U") for number in (0, 1, 2, 3, 4, 7)]


def test_what_counts_in_the_ten_school_weeks_that_end_with_the_leave_is_in_its_period() -> None:
    """Four of holiday and six late after the register closed, as the published example has it."""
    holiday = both(date(2027, 2, 1), date(2027, 2, 2))
    assert period([*LATE, *holiday]) == (TEN_WEEKS, AWAY.last)
    found = item(
        "threshold met",
        wanted=wanted(ground="leave in term time", first=TEN_WEEKS, last=AWAY.last),
        marks=register({(one.day, one.session): one.code for one in [*LATE, *holiday]}),
    )
    assert found.met
    assert found.says.startswith("10 sessions from 16 November 2026")


def test_what_was_before_them_is_not_and_the_days_of_the_leave_always_are() -> None:
    early = both(TEN_WEEKS - timedelta(days=3), code="O")
    assert period([*early, *both(date(2027, 2, 2))]) == (AWAY.first, AWAY.last)
    assert period([*both(TEN_WEEKS + timedelta(days=1), code="O"), *both(date(2027, 2, 2))]) == (date(2026, 11, 17), AWAY.last)


def test_days_of_another_pack_that_is_on_its_way_are_left_out() -> None:
    sessions = [*LATE, *both(date(2027, 2, 1), date(2027, 2, 2))]
    sent = pack(TEN_WEEKS, date(2026, 12, 2), standing=True)
    assert period(sessions, sent) == (LATE[3].day, AWAY.last)
    prepared = pack(TEN_WEEKS, date(2026, 12, 2), standing=False)
    assert period(sessions, prepared) == (TEN_WEEKS, AWAY.last), "only together is the threshold met"
    enough = [*sessions, *both(date(2027, 1, 25), date(2027, 1, 26), date(2027, 1, 27), code="O")]
    assert period(enough, prepared, profile=WHOLE) == (LATE[3].day, AWAY.last)
    assert period(enough, prepared) == (date(2027, 1, 25), AWAY.last), "ten are enough"


def test_sessions_for_which_the_authority_has_too_little_time_are_left_out_where_the_rest_is_enough() -> None:
    """Six months after 16 November, less the 28 days that the authority wants, have passed on the first of May."""
    holiday = both(date(2027, 2, 1), date(2027, 2, 2), date(2027, 2, 3))
    enough = [*both(date(2027, 1, 25), date(2027, 1, 26), code="O"), *holiday]
    may = date(2027, 5, 1)
    short = [*LATE[:1], *holiday]
    for profile in (NATIONAL, WHOLE):
        assert leave_period(AWAY, [*LATE[:1], *enough], DAYS, (), profile, may) == (date(2027, 1, 25), AWAY.last)
        assert leave_period(AWAY, short, DAYS, (), profile, may) == (TEN_WEEKS, AWAY.last), "a person decides"


def test_the_leave_is_the_one_that_ends_the_period_else_the_latest_that_the_register_shows() -> None:
    earlier, later = leave(), AWAY
    assert leave_of([earlier, later], [], AWAY.last) is later
    assert leave_of([later, earlier], both(date(2027, 1, 12)), TODAY) is earlier
    assert leave_of([earlier, later], both(date(2027, 1, 12), code="O"), TODAY) is None


@given(st.sets(st.sampled_from(DAYS)), st.sampled_from(["by week", "by day"]))
def test_it_ends_with_the_leave_begins_with_what_counts_and_is_in_time(days: set[date], slides: str) -> None:
    profile = reading(WHOLE, window_slides=slides)
    sessions = both(*sorted(days), code="O")
    first, last = leave_period(AWAY, sessions, DAYS, (), profile, TODAY)
    assert last == AWAY.last
    assert first <= AWAY.first
    assert last_day(first, profile.clock) >= TODAY
    assert first == AWAY.first or first in days
    inside = [one for one in sessions if first <= one.day <= last]
    most = fullest(inside, DAYS, 10, profile.readings)
    assert (most.sessions if most else 0) == len(inside), "all of them are in one window"


def test_a_leave_that_is_enough_alone_reaches_back_to_nothing() -> None:
    """Five days away in September, and three other days since June: the clock begins with the leave."""
    away = Leave(leave="v2", first=date(2026, 9, 14), last=date(2026, 9, 18), asked_on=None, decision="not asked for")
    days = [day for day in school_days(date(2026, 6, 1)) if not date(2026, 7, 22) <= day <= date(2026, 9, 2)]
    week = both(*(away.first + timedelta(days=number) for number in range(5)))
    sessions = [*both(date(2026, 6, 22), date(2026, 6, 23), date(2026, 6, 24), code="O"), *week]
    assert leave_period(away, sessions, days, (), NATIONAL, date(2026, 11, 20)) == (away.first, away.last)
    assert leave_period(away, sessions, days, (), WHOLE, date(2026, 11, 20)) == (date(2026, 6, 22), away.last)


def test_below_the_threshold_it_begins_with_the_session_from_which_it_is_met() -> None:
    holiday, more = both(date(2027, 2, 1), date(2027, 2, 2)), both(date(2027, 1, 25), code="O")
    assert period([*LATE, *more, *holiday]) == (LATE[2].day, AWAY.last), "two fewer of those that came late"
    assert period([*LATE, *more, *holiday], profile=WHOLE) == (TEN_WEEKS, AWAY.last)
    assert period([*LATE[1:], *holiday]) == (LATE[1].day, AWAY.last), "nine are all that there are"
    asked = wanted(ground="leave in term time")
    said = {dict(readings(profile, asked))["Leave in term time"] for profile in (NATIONAL, WHOLE)}
    assert len(said) == 2, "each is printed"


@given(
    st.sets(st.tuples(st.sampled_from(DAYS), st.sampled_from(("AM", "PM")))),
    st.sampled_from(["by week", "by day"]),
    st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), st.booleans()), max_size=2),
    st.dates(TODAY, date(2027, 9, 1)),
)
def test_it_meets_the_threshold_whenever_the_whole_window_does_and_is_never_longer(
    halves: set[tuple[date, Literal["AM", "PM"]]], slides: str, others: list[tuple[date, date, bool]], today: date
) -> None:
    sessions = sorted(Session(day, half, "O") for day, half in halves)
    packs = [pack(min(first, last), max(first, last), standing=standing) for first, last, standing in others]
    found, whole = (
        leave_period(AWAY, sessions, DAYS, packs, reading(profile, window_slides=slides), today) for profile in (NATIONAL, WHOLE)
    )
    assert found[0] >= whole[0], "never longer"
    assert found[1] == whole[1]

    def counted(period: tuple[date, date]) -> int:
        return sum(period[0] <= one.day <= period[1] for one in sessions)

    assert counted(found) >= min(10, counted(whole))
    if counted(whole) < 10:
        assert found == whole


@pytest.mark.parametrize(("slides", "begins"), [("by week", TEN_WEEKS), ("by day", TEN_WEEKS - timedelta(days=4))])
def test_a_window_that_ends_with_a_day_begins_with_a_week_or_with_a_day(slides: str, begins: date) -> None:
    readings = NATIONAL.readings.model_copy(update={"window_slides": slides})
    assert begins_with(AWAY.last, DAYS, 10, readings) == begins
    assert begins_with(AWAY.last, DAYS, 500, readings) <= DAYS[0]
    assert begins_with(AWAY.last, (), 10, readings) <= AWAY.last


def test_below_the_threshold_a_person_may_let_it_pass_where_the_profile_says_so() -> None:
    few: dict[str, Any] = {"marks": register(dict.fromkeys([(date(2027, 2, 1), "AM"), (date(2027, 2, 1), "PM")], "G")), "certificate": None}
    asked = wanted(ground="leave in term time")
    found = item("threshold met", wanted=asked, **few)
    assert (found.met, found.may_be_overridden) == (False, True)
    assert found.todo.startswith("Say why it is asked for below the threshold")
    rules = NATIONAL.rules("penalty notice", "leave in term time")
    strict = rules.model_copy(update={"threshold_met": rules.threshold_met.model_copy(update={"override": False})})
    profile = NATIONAL.model_copy(update={"demands": {**NATIONAL.demands, ("penalty notice", "leave in term time"): strict}})
    [refused] = [one for one in judge(material(wanted=asked, **few), profile) if one.rule == "threshold met"]
    assert (refused.may_be_overridden, "Say why" in refused.todo) == (False, False)
    below = {
        dict(readings(one, asked))["Penalty notices (National Framework, offences from 19 August 2024)"][-60:]
        for one in (NATIONAL, profile)
    }
    assert len(below) == 2, "each is printed"
