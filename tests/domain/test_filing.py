"""Which sorts of document there are: the file that comes with the package, and files that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from services.referrals.errors import NotADocument
from services.referrals.settings.dated import BadPractice
from services.referrals.settings.filing import load_filing

TODAY = date(2026, 11, 20)


def test_a_kind_is_taken_as_the_list_writes_it_and_an_unknown_one_is_refused_with_the_list() -> None:
    kinds = load_filing().on(TODAY)
    assert kinds.kind(" Medical  Evidence") == "medical evidence"
    with pytest.raises(NotADocument, match=r"one of: letter, medical evidence, .*, other"):
        kinds.kind("drawing")


def test_a_version_holds_from_its_day(tmp_path: Path) -> None:
    text = '[[version]]\nfrom = 2024-08-19\nkinds = ["letter"]\n[[version]]\nfrom = 2026-11-20\nkinds = ["letter", "drawing"]\n'
    (tmp_path / "documents.toml").write_text(text)
    filing = load_filing(tmp_path)
    assert [filing.on(day).names for day in (date(2020, 1, 1), date(2026, 11, 19), TODAY)] == [("letter",)] * 2 + [("letter", "drawing")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 1 =",
        '[[version]]\nkinds = ["letter"]',
        '[[version]]\nfrom = 2024-08-19\nkinds = ["drawing"]',
        '[[version]]\nfrom = 2024-08-19\nkinds = ["letter", "Drawing"]',
        '[[version]]\nfrom = 2024-08-19\nkinds = ["letter", "letter"]',
        '[[version]]\nfrom = 2024-08-19\nkinds = "letter"',
    ],
)
def test_what_cannot_be_used_is_said_with_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "documents.toml").write_text(text)
    with pytest.raises(BadPractice, match=r"documents\.toml"):
        load_filing(tmp_path)


def test_a_folder_without_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPractice, match="No such file"):
        load_filing(tmp_path)
