"""Templates of letters: whose wording counts, and what a template may not say."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.kinds import Practices
from services.referrals.domain.letters.fields import FIELDS
from services.referrals.domain.letters.template import BadTemplate, Block, blocks
from services.referrals.errors import NotALetter
from services.referrals.settings.letter_templates import FOLDER, BadLetters, Templates, load_letters
from services.referrals.settings.practice import load_practices
from services.sharing.profiles import load_profiles

PRACTICES = load_practices(None)
KINDS = [
    *("attendance concern", "attendance contract", "formal warning", "invitation to a meeting", "notice to improve", "positive letter"),
    "visit no reply",
]
TODAY = date(2026, 11, 20)


def folder(tmp_path: Path, **files: str) -> Path:
    copy(FOLDER / "company.toml", tmp_path)
    for name, text in files.items():
        (tmp_path / f"{name.replace('_', '-')}.toml").write_text(text)
    return tmp_path


def loaded(tmp_path: Path, **files: str) -> Templates:
    return load_letters(folder(tmp_path, **files), PRACTICES)


def letter(
    text: str = "Words.", subject: str = "About {child.name}", asks: str = "", since: str = "2025-09-01", kind: str = "positive letter"
) -> str:
    return f'''[[version]]
from = {since}

[version.letters."{kind}"]
records = "letter"
subject = "{subject}"
signature = ["{{officer.name}}"]
text = """
{text}
"""
{asks}
'''


def test_the_companys_letters_are_there_and_each_says_what_it_must() -> None:
    found = load_letters(None, PRACTICES).all("900001", "919", TODAY)
    assert [template.kind for template in found] == KINDS
    warning = next(template for template in found if template.kind == "formal warning")
    words = load_profiles().of("991", TODAY).warning_words
    assert words in [item for block in warning.blocks for item in block.items], "what readiness asks a warning to say"
    notice = next(template for template in found if template.kind == "notice to improve")
    text = "\n".join(item for block in notice.blocks for item in block.items)
    # the eight things that it says, in the guidance's order (see deploy/letters/company.toml)
    needed = (
        "section 444",
        "section 7",
        "{support so far}",
        "{support offered}",
        "penalty notice",
        "{improvement from}",
        "{improvement means}",
        "{early grounds}",
    )
    assert all(part in text for part in needed)
    assert (notice.period and (notice.period.least_weeks, notice.period.most_weeks)) == (3, 6)


def test_the_schools_wording_goes_before_its_authoritys_and_that_before_the_companys(tmp_path: Path) -> None:
    templates = loaded(tmp_path, school_900001=letter("Ours."), la_919=letter("Theirs."))
    versions = {
        (school, authority): templates.of("positive letter", school, authority, TODAY).version
        for school, authority in (("900001", "919"), ("900002", "919"), ("900002", "210"))
    }
    assert list(versions.values()) == ["school-900001 2025-09-01", "la-919 2025-09-01", "company 2024-08-19"]
    assert templates.of("visit no reply", "900001", "919", TODAY).version == "company 2024-08-19"
    assert templates.address("900001", "919", TODAY).email == "letters@example.org"
    with pytest.raises(NotALetter, match="one of: attendance concern"):
        templates.of("fine", "900001", "919", TODAY)


def test_a_version_holds_from_its_day(tmp_path: Path) -> None:
    both = letter("Then.", since="2025-09-01") + letter("Later.", since="2026-09-01")
    templates = loaded(tmp_path, school_900001=both)
    texts = [templates.of("positive letter", "900001", "919", day).blocks[0].items for day in (date(2025, 8, 31), date(2026, 8, 31), TODAY)]
    assert texts[1:] == [("Then.",), ("Later.",)]
    assert "good news" in texts[0][0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            letter("One.\n\nTwo {child.nmae}."),
            "school-900001.toml:11: positive letter: there is no field {child.nmae}; there are child.forename",
        ),
        (letter(subject="{school}"), "school-900001.toml:6: positive letter: there is no field {school}"),
        (letter("A } too many."), ":9: positive letter: a } that belongs to no field"),
        (letter("#read[x]"), ":9: positive letter: a [ that belongs to no field"),
        (letter("[picture]"), ":9: positive letter: a [ that belongs to no field"),
        (letter("By {day}.", asks='asks = { "day" = "dates" }'), "asks: day is a date, text or lines"),
        (letter("By.", asks='asks = { "day" = "date" }'), "asks: day is asked for and not used"),
        (letter("By {child.name}.", asks='asks = { "child.name" = "text" }'), "asks: a field's name is small letters and blanks"),
        (letter("In {support}.", asks='asks = { "support" = "lines" }'), ":9: positive letter: {support} is of lines and stands alone"),
        (letter().replace('records = "letter"', 'records = "dance"'), "officers record no dance"),
        (
            letter().replace('records = "letter"', 'records = "home visit"'),
            "a home visit says whether the child was seen, which no letter does",
        ),
        (letter().replace("from = 2025-09-01", 'from = "soon"'), "each [[version]] says from which day it holds"),
        (letter() + "colour = 1", "it says records, signature, subject, text, and may say asks, period"),
        (
            letter("{a}", asks='asks = { "a" = "date" }\nperiod = { first = "a", last = "b", least_weeks = 1, most_weeks = 2 }'),
            "period says first",
        ),
        ("", "it holds [[version]]s"),
        ("[[version", "school-900001.toml: "),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadLetters) as refused:
        loaded(tmp_path, school_900001=text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value).partition("not TOML")[0]


def test_what_officers_stop_recording_later_no_letter_records(tmp_path: Path) -> None:
    today = PRACTICES.on(TODAY)
    kinds = {name: kind for name, kind in today.kinds.items() if name != "letter"}
    later = Practices([today, replace(today, since=date(2027, 9, 1), kinds=kinds)])
    with pytest.raises(BadLetters, match="officers record no letter from 2027-09-01 on"):
        load_letters(folder(tmp_path), later)


def test_a_file_is_named_after_whom_it_is_for(tmp_path: Path) -> None:
    with pytest.raises(BadLetters, match=r"company.toml, la-<code>.toml or school-<URN>.toml"):
        loaded(tmp_path, somebody=letter())
    with pytest.raises(BadLetters, match="is not there"):
        load_letters(tmp_path / "nowhere", PRACTICES)


def test_a_text_is_headings_paragraphs_lists_figures_and_lines_to_sign_on() -> None:
    text = "# One\nTwo\nthree {child.name}.\n\n- four\n- five\n{support}\n\n- six\n[figures]\n[sign: You, Us]\n"
    found = [(block.kind, block.items) for block in blocks(text, {"support": "lines"})]
    assert found == [
        ("heading", ("One",)),
        ("paragraph", ("Two three {child.name}.",)),
        ("list", ("four", "five", "{support}")),
        ("list", ("six",)),
        ("figures", ()),
        ("sign", ("You", "Us")),
    ]


@given(text=st.text(alphabet="{}[]ab #-\n.:", max_size=40))
def test_whatever_a_text_is_it_is_parts_or_refused(text: str) -> None:
    found: tuple[Block, ...] = ()
    line = 0
    try:
        found = blocks(text, {"ab": "lines", "a": "text"})
    except BadTemplate as bad:
        line = bad.line
    assert 0 <= line <= text.count("\n")
    named = [name for block in found for item in block.items for name in item.split("{")[1:]]
    assert all(name.partition("}")[0] in (*FIELDS, "ab", "a") for name in named)


def test_what_nobody_has_said_counts_as_the_nearest_file_says(tmp_path: Path) -> None:
    waits = '[[version]]\nfrom = 2025-09-01\nnobody_has_said = "ask"\n'
    found = loaded(tmp_path, la_919=waits, school_900001=waits.replace("ask", "send"))
    assert [found.asks(*one, TODAY) for one in (("900001", "919"), ("900002", "919"), ("900002", "830"))] == [False, True, False]
    with pytest.raises(BadLetters, match="nobody_has_said is send or ask"):
        loaded(tmp_path, la_919=waits.replace("ask", "perhaps"))


def test_the_examples_are_used_for_nobody_until_they_are_copied_and_can_be_used_then(tmp_path: Path) -> None:
    shipped = load_letters(None, PRACTICES)
    assert "breakfast club" not in [one.kind for one in shipped.all("900001", "919", TODAY)]
    for file in (FOLDER / "examples").glob("*.toml"):
        copy(file, tmp_path)
    found = loaded(tmp_path)
    assert "breakfast club" in [one.kind for one in found.all("900001", "919", TODAY)]
    assert found.of("attendance concern", "900001", "919", TODAY).version == "la-919 2026-09-01"
    assert found.of("positive letter", "900001", "919", TODAY).version == "company 2024-08-19"
    assert found.of("attendance concern", "900002", "830", TODAY).version == "company 2024-08-19"
    assert (found.address("900001", "919", TODAY).lines[0], found.asks("900001", "919", TODAY)) == ("Larkrise Primary School", True)
