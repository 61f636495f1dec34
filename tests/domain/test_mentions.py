"""How an address is mentioned in what people write."""

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mentions import Mentions, search

ADDRESS = "The Old Smithy, Example Haven, ZZ99 3WZ"
CAFE = "T\u0177 Gwyn, 7 Caf\u00e9 Lane, Wexley ZZ99 1AA"


def of(*addresses: str) -> Mentions:
    found = search(addresses)
    assert found is not None
    return found


@pytest.mark.parametrize("said", ["at the old smithy", "Old Smithy, Haven", "she left Old-Smithy today", "ZZ993WZ", ADDRESS])
def test_a_house_with_a_name_is_found_with_and_without_its_article(said: str) -> None:
    assert of(ADDRESS).are_in(said)


@pytest.mark.parametrize(
    ("address", "said"), [("The Mill, Example Haven", "she works in a mill"), (ADDRESS, "he is a smithy's boy, old and tall")]
)
def test_one_word_of_a_name_is_no_mention(address: str, said: str) -> None:
    assert not of(address).are_in(said)


def test_the_article_goes_with_the_house() -> None:
    assert of(ADDRESS).taken_out("seen at The Old Smithy today", "[left out]") == "seen at [left out] today"


@pytest.mark.parametrize(
    "address", [CAFE, unicodedata.normalize("NFD", CAFE), unicodedata.normalize("NFKD", "Ty Gwyn, 7 Cafe Lane, ZZ99 1AA")]
)
@pytest.mark.parametrize(
    "said",
    [
        "7 Caf\u00e9 Lane",
        "7 Cafe\u0301 Lane",
        "7 CAFE LANE",
        "at Ty Gwyn",
        "at Ty\u0302 Gwyn",
        "\uff17 Caf\u00e9 Lane",
        "7\u200b Caf\u00e9\u200b Lane",
        "7 Ca\u00adfe Lane",
        "No7 Caf\u00e9 Lane",
        "No.7,Caf\u00e9 Lane",
        "7_Cafe_Lane_",
        "PostcodeZZ991AA",
        "\uff3a\uff3a99\u00a01AA",
        "ZZ99 1AA's",
    ],
)
def test_it_is_the_same_address_however_it_is_written(address: str, said: str) -> None:
    assert of(address).are_in(f"she lives {said}, I think")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("7 Caf\u00e9 Lane, Wexley", "7 Cafe Ln"),
        ("7 Cafe Ln", "7 Caf\u00e9 Lane"),
        ("22 Elder Street North", "22 Elder St. North"),
        ("4 St Piran Road", "4 Saint Piran Rd"),
        ("9 Elm Avenue", "9 Elm Ave,"),
        ("Elm Court, Ely", "at elm ct"),
        ("9 Elm Cl", "9 Elm Close"),
        ("3 Long Drive", "3 long DR"),
        ("3 Sea Crescent", "3 Sea Cres."),
        ("8 Queen's Gardens", "8 Queen's Gdns"),
        ("1 Mill Place", "1 Mill Pl"),
        ("1 Bell Square", "1 bell sq"),
        ("5 Tin Terrace", "5 tin tce"),
        ("Tin House, Wexley", "Tin Hse"),
        ("Flat 12 Tin House", "Apt. 12, Tin Hse"),
        ("Apt 12 Tin House", "flat 12, Tin House"),
    ],
)
def test_it_is_the_same_address_with_what_a_street_is_called_cut_short(address: str, said: str) -> None:
    assert of(address).taken_out(f"she lives {said}!", "[x]").replace(".", "").replace(",", "") in ("she lives [x]!", "she lives at [x]!")


def test_what_is_cut_short_is_a_word() -> None:
    assert not of("7 Elm Lane").are_in("at 7 Elm Lnx")
    assert not of("7 Elm Street").are_in("7 elm stories")


@pytest.mark.parametrize("said", ["Elm Ct", "at elm ct.", "ELM-CT"])
def test_two_short_words_are_an_address_too(said: str) -> None:
    assert of("Elm Ct").are_in(said)
    assert of("Elm Ct, Ely").are_in(said)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("7 Refuge Lane", "at 17 Refuge Lane"),
        ("7 Refuge Lane", "at 7 Refuge Lanes"),
        ("1 Far Row, E1 2AB", "in SE1 2AB"),
        ("n/a", "n/a"),
        ("Flat 2, Elm Close", "Flat 2"),
    ],
)
def test_another_address_is_none(address: str, said: str) -> None:
    found = search([address])
    assert not (found and found.are_in(said))


def test_what_is_taken_out_is_what_was_written() -> None:
    said = "\u00bd a mile \u2026 T\u0177 Gwyn\u0301, 7 Caf\u00e9 Lane\u0301; and Ty\u0302 Gwyn \ufb01ne"
    assert of(CAFE).taken_out(said, "[x]") == "\u00bd a mile \u2026 [x], [x]; and [x] \ufb01ne"
    assert [said[first:last] for first, last in of(CAFE).places(said)] == ["T\u0177 Gwyn\u0301", "7 Caf\u00e9 Lane\u0301", "Ty\u0302 Gwyn"]


WORDS = st.sampled_from(
    ["7 Caf\u00e9 Lane", "Cafe\u0301", " ", "ZZ99 1AA", "\u1e9e", "\u0130", "\ufb03", "\u0301", "\u200d", "x", "7", "Lane"]
)


@given(st.lists(WORDS | st.text(max_size=4), max_size=12).map("".join))
def test_any_text_without_its_mentions_has_none(said: str) -> None:
    found = of(CAFE)
    places = list(found.places(said))
    assert bool(places) == found.are_in(said)
    assert all(0 <= first < last <= len(said) for first, last in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    assert not found.are_in(found.taken_out(said, "[out]"))
    kept = "".join(char for at, char in enumerate(said) if not any(first <= at < last for first, last in places))
    assert found.taken_out(said, "") == kept


def test_a_text_in_which_there_is_none_is_looked_through_quickly() -> None:
    text = "the mother said that mornings are hard since the move; 7 7 7 9_9_9 " * 15_000
    found, before = (
        of("7 Refuge Lane, Wexley ZZ99 1AA", "Flat 12, The Old Smithy House, 22 Elder Street North, AB1 2CD"),
        time.perf_counter(),
    )
    assert not found.are_in(text)
    assert time.perf_counter() - before < 0.5, "a million characters"
