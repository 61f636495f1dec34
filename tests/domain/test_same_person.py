"""Whether two writings of a name, or two logins, are of one person: who checked a pack does not approve it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.same_person import same_login, same_name


@pytest.mark.parametrize(
    "other",
    [
        "d example",
        "Example, D.",
        "D. Example (head of service)",
        "Mr D. Example",
        "D.Example",
        "Ｄ. Example",
        "D. Éxample",
        "Example",
        "D.\u00a0Example",
    ],
)
def test_one_name_in_other_writings(other: str) -> None:
    assert same_name("D. Example", other)
    assert same_name(other, "D. Example")


@pytest.mark.parametrize("other", ["A. Nance", "D. Nance", "A. Example", "Dee Example", "Exampleson, D.", "D. Ex"])
def test_other_names(other: str) -> None:
    assert not same_name("D. Example", other)
    assert not same_name(other, "D. Example")


@given(st.lists(st.from_regex(r"[A-Za-zÀ-ÖØ-öø-ÿ]{1,8}", fullmatch=True), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_and_the_case_of_words_say_nothing(words: list[str], chance: Random) -> None:
    other = [word.lower() for word in words]
    chance.shuffle(other)
    assert same_name(" ".join(words), ", ".join(other))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("d.example", "D.EXAMPLE", True), ("d.example", "D.Example ", True), ("d1", "d2", False), ("…", "—", False), ("a.b", "ab", False)],
)
def test_logins(one: str, other: str, same: bool) -> None:
    assert same_login(one, other) == same
