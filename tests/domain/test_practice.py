"""What officers record: the file that comes with the package, versions by date, and files that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from services.referrals.errors import NotAnEntry
from services.referrals.settings.dated import FOLDER, BadPractice
from services.referrals.settings.practice import load_practices

TODAY = date(2026, 11, 20)
VERSION = """
[[version]]
from = {since}
no_action_school_days = {days}
reasons = ["illness"]
[version.kinds]
{kinds}
"""
LETTER = '"letter" = { starts_clock = true, for_others = true }'


def written(folder: Path, *versions: tuple[str, object, str]) -> Path:
    text = "".join(VERSION.format(since=since, days=days, kinds=kinds) for since, days, kinds in versions)
    (folder / "interventions.toml").write_text(text)
    return folder


def test_what_reaches_nobody_in_the_family_keeps_nothing_and_goes_to_nobody() -> None:
    kinds = load_practices().on(TODAY).kinds.values()
    assert {kind.name for kind in kinds if not kind.starts_clock} == {"register check", "case review", "supervision", "file note"}
    assert {kind.name for kind in kinds if kind.starts_clock and not kind.for_others} == {
        "social worker told",
        "youth offending worker told",
    }
    assert {kind.name for kind in kinds if kind.asks_seen} == {"home visit", "safe-and-well visit"}


def test_an_entry_is_read_by_the_version_of_its_day(tmp_path: Path) -> None:
    spoken = LETTER.replace("letter", "telephone call")
    practices = load_practices(written(tmp_path, ("2025-09-01", 10, LETTER), ("2026-09-01", 15, spoken)))
    assert practices.on(date(2019, 9, 1)).version == "casework 2025-09-01", "nothing older is known"
    assert practices.on(date(2026, 8, 31)).kind("Letter ").name == "letter"
    assert practices.on(date(2026, 9, 1)).no_action_school_days == 15
    with pytest.raises(NotAnEntry, match="one of: telephone call"):
        practices.on(date(2026, 9, 1)).kind("letter")


@pytest.mark.parametrize(
    ("since", "days", "kinds", "says"),
    [
        ("2025-09-01", 0, LETTER, "no_action_school_days is a whole number of at least 1"),
        ("2025-09-01", "true", LETTER, "no_action_school_days is a whole number of at least 1"),
        ("'soon'", 10, LETTER, "from which day it holds"),
        ("2025-09-01", 10, "", "kinds is a table"),
        ("2025-09-01", 10, '"Letter" = { starts_clock = true, for_others = true }', "in lower case: Letter"),
        ("2025-09-01", 10, '"letter" = { starts_clock = true }', "letter says starts_clock and for_others"),
        ("2025-09-01", 10, '"letter" = { starts_clock = true, for_others = "no" }', "each true or false"),
        ("2025-09-01", 10, '"letter" = { starts_clock = true, for_others = true, loud = true }', "letter says loud"),
        ("2025-09-01", 10, LETTER + "\n[[version]", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, since: str, days: object, kinds: str, says: str) -> None:
    with pytest.raises(BadPractice) as refused:
        load_practices(written(tmp_path, (since, days, kinds)))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_setting_that_is_not_known_or_not_said_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "interventions.toml"
    text = (FOLDER / "interventions.toml").read_text()
    for changed, says in (
        (text.replace("no_action_school_days =", "no_action_days ="), "there is no setting no_action_days"),
        (text.replace("no_action_school_days = 10", ""), "no_action_school_days is not said"),
        (text.replace("[[version]]", "[[versions]]").replace("[version.kinds]", "[kinds]"), r"there is no \[\[version\]\]"),
    ):
        file.write_text(changed)
        with pytest.raises(BadPractice, match=says):
            load_practices(tmp_path)
    file.unlink()
    with pytest.raises(BadPractice, match="No such file"):
        load_practices(tmp_path)
