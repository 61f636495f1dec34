"""How an address is mentioned in what people write."""

import pytest

from shared.mentions import search

ADDRESS = "The Old Smithy, Example Haven, ZZ99 3WZ"


@pytest.mark.parametrize("said", ["at the old smithy", "Old Smithy, Haven", "she left Old-Smithy today", "ZZ993WZ", ADDRESS])
def test_a_house_with_a_name_is_found_with_and_without_its_article(said: str) -> None:
    found = search([ADDRESS])
    assert found is not None
    assert found.search(said)


@pytest.mark.parametrize(
    ("address", "said"), [("The Mill, Example Haven", "she works in a mill"), (ADDRESS, "he is a smithy's boy, old and tall")]
)
def test_one_word_of_a_name_is_no_mention(address: str, said: str) -> None:
    found = search([address])
    assert found is not None
    assert not found.search(said)


def test_the_article_goes_with_the_house() -> None:
    found = search([ADDRESS])
    assert found is not None
    assert found.sub("[left out]", "seen at The Old Smithy today") == "seen at [left out] today"
