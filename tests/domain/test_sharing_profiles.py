"""What LAs require of packs: the profiles that come with the package, and files that cannot be used."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.attendance.judging.authorities import load_profiles as read_by_attendance
from services.sharing.profiles import COMBINATIONS, FOLDER, BadProfile, load_profiles
from shared.contracts.enforcement import Ground

PROFILES = load_profiles()
TODAY = date(2026, 11, 20)
IRREGULAR: Ground = "irregular attendance"


def test_an_authority_without_a_file_wants_what_the_nation_wants() -> None:
    assert PROFILES.of("991", TODAY).version == "national 2024-08-19"
    assert PROFILES.of("991", date(2019, 9, 1)).version == "national 2024-08-19", "nothing older is known"


def test_what_a_file_does_not_say_is_national() -> None:
    norfolk = PROFILES.of("926", TODAY).rules("prosecution", IRREGULAR)
    assert (norfolk.notice_to_improve.required, norfolk.notice_to_improve.weeks) == (True, 6)
    assert norfolk.own_deadline.days == 15
    assert norfolk.contacts_confirmed == PROFILES.of("991", TODAY).rules("prosecution", IRREGULAR).contacts_confirmed


def test_the_more_particular_wins_and_only_in_what_it_says() -> None:
    southwark = PROFILES.of("210", TODAY)
    assert southwark.rules("penalty notice", IRREGULAR).contacts_with_the_parent.least == 6
    assert southwark.rules("penalty notice", "leave in term time").contacts_with_the_parent.least == 1
    for measure, ground in COMBINATIONS:
        rules = southwark.rules(measure, ground)
        assert rules.threshold_met.required is (measure == "penalty notice")
        assert rules.statement_signed.required is (measure == "prosecution")
        assert rules.support_offered.required is (ground != "leave in term time")
        assert rules.leave_on_record.required is (ground == "leave in term time")


def test_the_threshold_is_the_one_by_which_the_concern_is_raised() -> None:
    for code in ("210", "991"):
        judged = read_by_attendance().of(code, TODAY).thresholds
        assert PROFILES.of(code, TODAY).threshold == (judged.ten_sessions, judged.ten_weeks, judged.counted_codes)


def test_the_versions_of_a_day_hold_for_demands_and_thresholds_each_by_their_own_dates(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "803.toml").write_text(
        "[[version]]\nfrom = 2025-09-01\nten_weeks = 12\n"
        "[[enforcement]]\nfrom = 2026-01-01\nhistory_mailbox = 'notices@la.example'\n[enforcement.clock]\nlead_days = 60\n"
    )
    profiles = load_profiles(tmp_path)
    told = [
        (found.version, found.threshold.weeks, found.clock.lead_days, found.history_mailbox)
        for found in (profiles.of("803", date(year, 12, 1)) for year in (2024, 2025, 2026))
    ]
    assert told == [
        ("national 2024-08-19", 10, 28, None),
        ("national 2024-08-19", 12, 28, None),
        ("803 2026-01-01", 12, 60, "notices@la.example"),
    ]


RULES_OF = "[enforcement.rules]\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("lead = 3", "there is no setting lead"),
        ("code = '9'", "code: there is no such setting"),
        ("cover = ['shoe size']", "cover.0: Input should be"),
        ("[enforcement.clock]\nlead_days = -1", "clock.lead_days: Input should be greater than or equal to 0"),
        ("[enforcement.readings]\nwindow_slides = 'often'", "readings.window_slides: Input should be 'by week' or 'by day'"),
        (RULES_OF + "'threshhold met' = { required = true }", "there is no setting threshhold met"),
        (RULES_OF + "'contacts confirmed' = { month = 3 }", "there is no setting contacts confirmed.month"),
        (RULES_OF + "'contacts confirmed' = { months = true }", "contacts confirmed.months: Input should be a valid integer"),
        (RULES_OF + "'in time' = { override = true }", "there is no setting in time.override"),
        (RULES_OF + "'in time' = { required = false }", "there is no setting in time.required"),
        (RULES_OF + "'compulsory school age' = { override = true }", "there is no setting compulsory school age.override"),
        (RULES_OF + "'certificate signed' = { required = false }", "there is no setting certificate signed.required"),
        (RULES_OF + "'statement signed' = { override = true }", "there is no setting statement signed.override"),
        ("[enforcement.for.'fines']\n'lead time' = { required = false }", "for.fines is no measure, ground, or measure and ground"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, content: str, says: str) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "803.toml").write_text(f"[[version]]\nfrom = 2024-08-19\n[[enforcement]]\nfrom = 2025-09-01\n{content}\n")
    with pytest.raises(BadProfile) as refused:
        load_profiles(tmp_path)
    line = str(refused.value)
    assert says in line
    assert "803.toml" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[enforcement]\nfrom = 2024-08-19", "enforcement: a file has tables of it, each begun with [[enforcement]]"),
        ("enforcement = 'x'", "enforcement: a file has tables of it"),
        ("enforcement = ['x']", "enforcement: a file has tables of it"),
        ("version = 3", "version: a file has tables of it"),
        ("[[enforcement]]\nfrom = 2024-08-19\nrules = 'x'", "from 2024-08-19: rules: it is a table"),
        ("[[enforcement]]\nfrom = 2024-08-19\nfor = 'x'", "from 2024-08-19: for: it is a table"),
        ("[[enforcement]]\nfrom = 2024-08-19\n[enforcement.for]\nprosecution = [1]", "from 2024-08-19: for.prosecution: it is a table"),
        (
            "[[enforcment]]\nfrom = 2024-08-19",
            "there is no setting enforcment: a file has a name, [[version]], [[opening]] and [[enforcement]]",
        ),
        ("signatories = ['caretaker']", "there is no setting signatories"),
        ("name = 3", "name: it is a text"),
        ("name = ''", "name: it is a text"),
        ("[[enforcement]]\nfrom = 2024-08-19\n[[enforcement]]\nfrom = 2024-08-19", "there are two [[enforcement]] from 2024-08-19"),
        ("[[version]]\nfrom = 2024-08-19\nten_sessions = 'x'", "[[version]] from 2024-08-19: ten_sessions: it is a number from 1 on"),
        ("[[version]]\nfrom = 2024-08-19\nten_weeks = true", "[[version]] from 2024-08-19: ten_weeks: it is a number from 1 on"),
        ("[[version]]\nfrom = 2024-08-19\ncounted_codes = 'GO'", "[[version]] from 2024-08-19: counted_codes: it is a list of codes"),
    ],
)
def test_a_file_of_another_shape_is_one_line_too(tmp_path: Path, content: str, says: str) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "803.toml").write_text(f"{content}\n")
    with pytest.raises(BadProfile) as refused:
        load_profiles(tmp_path)
    assert (says in str(refused.value), "803.toml" in str(refused.value), "\n" in str(refused.value)) == (True, True, False), refused.value


def test_the_national_profile_says_everything(tmp_path: Path) -> None:
    whole = (FOLDER / "national.toml").read_text()
    (tmp_path / "national.toml").write_text(whole.replace("lead_days = 28\n", ""))
    with pytest.raises(BadProfile, match=r"clock.lead_days: Field required"):
        load_profiles(tmp_path)
    (tmp_path / "national.toml").write_text(whole.partition("[[enforcement]]")[0])
    with pytest.raises(BadProfile, match=r"there is no \[\[enforcement\]\] in it"):
        load_profiles(tmp_path)
