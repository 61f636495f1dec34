"""Profiles of local authorities: those that come with the package, versions by date, and files that cannot be used."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.attendance.domain.concerns.ten_sessions import in_words
from services.attendance.judging.authorities import FOLDER, BadProfile, load_profiles
from services.sharing.profiles import load_profiles as read_by_sharing
from tests.support.profiles import NATIONAL, PROFILES

TODAY = date(2026, 11, 20)


def test_an_authority_without_a_file_reads_as_the_nation_does() -> None:
    assert PROFILES.of("991", TODAY).version == "national 2024-08-19"
    assert PROFILES.of("991", date(2019, 9, 1)).version == "national 2024-08-19", "nothing older is known"


def test_what_a_file_does_not_say_is_national() -> None:
    southwark, hertfordshire = PROFILES.of("210", TODAY), PROFILES.of("919", TODAY)
    assert southwark.thresholds.counted_codes == {"G", "O", "U"}
    assert hertfordshire.thresholds.unauthorised_days_read == "in total"
    for profile in (southwark, hertfordshire):
        assert profile.thresholds.persistent_ratio == 10
        assert profile.proposes == NATIONAL.proposes
    assert southwark.version == "210 2024-08-19"


def test_the_latest_version_of_a_day_holds(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "803.toml").write_text("[[version]]\nfrom = 2025-09-01\nten_weeks = 12\n[[version]]\nfrom = 2027-01-01\nten_weeks = 8\n")
    profiles = load_profiles(tmp_path)
    told = [
        (found.version, found.thresholds.ten_weeks)
        for found in (profiles.of("803", date(year, 12, 1)) for year in (2024, 2025, 2026, 2027))
    ]
    assert told == [("national 2024-08-19", 10), ("803 2025-09-01", 12), ("803 2025-09-01", 12), ("803 2027-01-01", 8)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("803", "[[version]]\nfrom = 2025-09-01\nten_wekes = 12", "there is no setting ten_wekes"),
        ("803", "[[version]]\nfrom = 2025-09-01\nten_weeks = 0", "ten_weeks is a whole number of at least 1"),
        ("803", "[[version]]\nfrom = 2025-09-01\nillness_days_read = 'often'", "illness_days_read is one of: continuous, in total"),
        ("803", "[[version]]\nfrom = 2025-09-01\ncounted_codes = ['I']", "counted_codes are some or all of G, N, O, U"),
        ("803", "[[version]]\nfrom = 2025-09-01\nproposes = ['late']", "proposes names some of: persistent absence"),
        ("803", "[[version]]\nten_weeks = 12", "from which day it holds"),
        ("803", "ten_weeks = 12", "there is no [[version]]"),
        ("803", "[[version]", "not TOML"),
        ("kent", "[[version]]\nfrom = 2025-09-01", "three-digit code"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, name: str, content: str, says: str) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / f"{name}.toml").write_text(content)
    with pytest.raises(BadProfile) as refused:
        load_profiles(tmp_path)
    line = str(refused.value)
    assert says in line
    assert f"{name}.toml" in line
    assert "\n" not in line


def test_a_file_about_packs_alone_leaves_the_rules_as_the_nation_reads_them(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "803.toml").write_text("[[enforcement]]\nfrom = 2024-08-19\n[enforcement.delivery]\nmethod = 'by hand'\n")
    assert load_profiles(tmp_path).of("803", TODAY) == load_profiles(tmp_path).of("991", TODAY)
    assert read_by_sharing(tmp_path).of("803", TODAY).delivery.method == "by hand"
    assert read_by_sharing(tmp_path).of("803", TODAY).threshold == read_by_sharing(tmp_path).of("991", TODAY).threshold


def test_a_file_about_concerns_alone_leaves_packs_as_the_nation_wants_them(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "803.toml").write_text("[[version]]\nfrom = 2024-08-19\nten_weeks = 12\n")
    assert load_profiles(tmp_path).of("803", TODAY).thresholds.ten_weeks == 12
    assert read_by_sharing(tmp_path).of("803", TODAY).delivery == read_by_sharing(tmp_path).of("991", TODAY).delivery
    assert read_by_sharing(tmp_path).of("803", TODAY).threshold.weeks == 12


def test_without_a_national_profile_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match=r"national\.toml: No such file"):
        load_profiles(tmp_path)


def test_the_threshold_is_told_in_words_with_its_version() -> None:
    assert in_words(PROFILES.of("210", TODAY)).startswith(
        "10 sessions of unauthorised absence, codes G, O and U in any mix, consecutive or not, within 10 school weeks;"
    )
    assert in_words(NATIONAL).endswith("Judged by profile national 2024-08-19.")
