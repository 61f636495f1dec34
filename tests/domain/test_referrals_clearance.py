"""Until when an officer's check and training count, who is told when, and what is said to somebody who is not let in."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import clearance
from services.referrals.domain.clearance import extended, lacking, months_later, out_of_date, refusal, to_tell
from services.referrals.domain.officer import Allocation, Away, Check, Officer, StaffRole, Subject, Training, allocated
from services.referrals.errors import NotPossible
from services.referrals.settings.dated import FOLDER, BadPractice
from services.referrals.settings.policy import load_policies

TODAY = date(2026, 11, 20)
POLICY = load_policies().on(TODAY)
SUBJECTS: tuple[Subject, ...] = ("data protection", "information sharing", "safeguarding")


def officer(seen: date = TODAY, trained: date = TODAY) -> Officer:
    training = tuple(Training(subject=one, done=trained, by="head") for one in SUBJECTS)
    checks = (Check(level="enhanced with barred lists", seen=seen, by="head"),)
    return Officer(id="robin", name="Robin Example", email="robin@example.org", checks=checks, training=training)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 20), 36, date(2029, 11, 20)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then


@given(st.integers(0, 4000))
def test_access_ends_on_the_day_and_comes_back_with_a_new_certificate(days: int) -> None:
    today = TODAY + timedelta(days=days)
    robin = officer(trained=today)
    assert (refusal(robin, POLICY, today) is None) is (today < date(2029, 11, 20))
    again = robin.model_copy(update={"checks": (*robin.checks, Check(level="enhanced with barred lists", seen=today, by="head"))})
    assert refusal(again, POLICY, today) is None


def test_nobody_is_let_in_with_less_than_all_of_it() -> None:
    robin = officer()
    assert refusal(robin, POLICY, TODAY) is None
    less: list[dict[str, Any]] = [{"checks": ()}]
    less += [{"training": tuple(one for one in robin.training if one.subject != subject)} for subject in SUBJECTS]
    for lacks in less:
        said = refusal(robin.model_copy(update=lacks), POLICY, TODAY)
        assert said
        assert "is not noted here: show the new one to the head of service" in said
    weak = robin.model_copy(update={"checks": (Check(level="enhanced", seen=TODAY, by="head"),)})
    assert [one.item for one in lacking(weak, POLICY, TODAY)] == ["dbs"]
    assert out_of_date(weak, POLICY, TODAY) == ()


def test_what_ran_out_says_the_day_and_what_to_do() -> None:
    robin = officer(trained=date(2025, 11, 19))
    said = refusal(robin, POLICY, TODAY)
    assert said == (
        "your training in data protection was due on 2026-11-19 (3 items are to be renewed): show the new one to the head of service, "
        "who notes it (iewo officer training robin)"
    )


def test_who_is_no_officer_needs_what_the_policy_says() -> None:
    roles: tuple[StaffRole, ...] = ("head of service", "business support")
    for role in roles:
        assert refusal(Officer(id="x", name="X", email="x@example.org", role=role), POLICY, TODAY) is None


@given(st.lists(st.integers(-5, 100), min_size=1, max_size=40))
def test_each_of_three_days_is_told_once_and_after_silence_the_nearest_alone(gaps: list[int]) -> None:
    """On whatever days the chore runs, a key is (item, day, days before): so each is told once, and never a later one after an earlier."""
    due, told = date(2026, 11, 20) + timedelta(days=365), list[int]()
    robin = officer(seen=date(2026, 11, 20))
    for left in sorted({gap for gap in gaps if gap > 0}, reverse=True):
        now = {days for one, days in to_tell(robin, POLICY, due - timedelta(days=left)) if one.item == "safeguarding"}
        assert len(now) == (left <= 60)
        told += [days for days in now if days not in told]
    assert told == sorted(told, reverse=True)
    assert set(told) <= {60, 30, 7}


def test_a_date_is_put_off_once_by_fourteen_days() -> None:
    robin, due = officer(trained=date(2025, 11, 25)), date(2026, 11, 25)
    later = extended(robin, "safeguarding", "training booked", "head", at(TODAY), POLICY)
    [extension] = later.extensions
    assert (extension.due, extension.until) == (due, due + timedelta(days=14))
    assert [one.item for one in lacking(later, POLICY, due + timedelta(days=13))] == ["data protection", "information sharing"]
    assert len(lacking(later, POLICY, due + timedelta(days=14))) == 3
    assert extended(later, "safeguarding", "training booked", "head", at(TODAY), POLICY) == later, "sent again"
    with pytest.raises(NotPossible, match="once already"):
        extended(later, "safeguarding", "training was cancelled by the provider", "head", at(due + timedelta(days=10)), POLICY)
    with pytest.raises(NotPossible, match="14 days more have passed"):
        extended(robin, "safeguarding", "training booked", "head", at(due + timedelta(days=14)), POLICY)
    with pytest.raises(NotPossible, match="not due before 2029-11-20"):
        extended(robin, "dbs", "new check applied for", "head", at(TODAY), POLICY)
    with pytest.raises(NotPossible, match="ever shown"):
        extended(robin.model_copy(update={"checks": ()}), "dbs", "new check applied for", "head", at(TODAY), POLICY)
    renewed = later.model_copy(update={"training": (*later.training, Training(subject="safeguarding", done=due, by="head"))})
    assert clearance.dues(renewed, POLICY)[3].until == date(2027, 11, 25), "a new date, which may be put off again"


def test_who_is_away_is_told_so_before_anything_else() -> None:
    away = Away(why="away", since=at(TODAY), by="head")
    assert "you are away" in str(refusal(officer(trained=date(2020, 1, 1)).model_copy(update={"away": away}), POLICY, TODAY))
    left = away.model_copy(update={"why": "left"})
    assert "you have left" in str(refusal(officer().model_copy(update={"away": left}), POLICY, TODAY))


def test_schools_have_first_and_last_days_and_none_are_of_somebody_away() -> None:
    one = Allocation(school="900001", first=TODAY, until=TODAY + timedelta(days=3))
    two = Allocation(school="900002", first=TODAY + timedelta(days=2))
    cover = Allocation(school="900003", first=TODAY, covers="kit")
    robin = officer().model_copy(update={"allocations": (one, two, cover)})
    assert [robin.on(TODAY + timedelta(days=days)).schools for days in (-1, 0, 2, 4)] == [
        (),
        ("900001", "900003"),
        ("900001", "900002", "900003"),
        ("900002", "900003"),
    ]
    gone = robin.model_copy(update={"away": Away(why="away", since=at(TODAY), by="head")})
    assert gone.on(TODAY).schools == ()
    assert gone.covering(TODAY) == frozenset()
    assert Officer.model_validate(robin.model_dump(mode="json")) == robin


def test_schools_that_are_said_anew_keep_their_first_day_and_the_others_end_yesterday() -> None:
    begun = TODAY - timedelta(days=100)
    robin = officer().model_copy(
        update={"allocations": (Allocation(school="900001", first=begun), Allocation(school="900002", first=begun))}
    )
    changed = allocated(robin, (Allocation(school="900002", first=TODAY), Allocation(school="900003", first=TODAY)), TODAY)
    assert changed == (
        Allocation(school="900001", first=begun, until=TODAY - timedelta(days=1)),
        Allocation(school="900002", first=begun),
        Allocation(school="900003", first=TODAY),
    )
    again = allocated(robin.model_copy(update={"allocations": changed}), changed[1:], TODAY)
    assert again == changed


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("dbs_months = 36", "", "dbs_months: not said"),
        ("dbs_months = 36", "dbs_months = 0", "whole numbers"),
        ("dbs_months = 36", "dbs_months = 36\ndbs_moons = 1", "dbs_moons"),
        ('["enhanced with barred lists"]', '["golden"]', "dbs_levels names some of"),
        ('"safeguarding" = 12', '"safeguarding" = true', "whole numbers"),
        (', "safeguarding" = 12', "", "training_months says months for"),
        ("[60, 30, 7]", '"60"', "whole numbers"),
        ('officer = ["dbs"', 'officers = ["dbs"', "required names some of"),
        ("from = 2024-09-01", 'from = "2024"', "from which day"),
        ("[[version]]", "[[versions]]", "no [[version]]"),
        ("[[version]]", "[[version", "not TOML"),
    ],
)
def test_a_policy_that_cannot_be_used_is_named(tmp_path: Path, line: str, instead: str, says: str) -> None:
    text = (FOLDER / "officers.toml").read_text()
    assert line in text
    (tmp_path / "officers.toml").write_text(text.replace(line, instead))
    with pytest.raises(BadPractice) as told:
        load_policies(tmp_path)
    assert says in str(told.value)
    with pytest.raises(BadPractice):
        load_policies(tmp_path / "nowhere")
