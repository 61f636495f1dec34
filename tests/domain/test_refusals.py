"""How a refusal for several reasons is told: nothing of it is lost, and at any width no reason runs into another."""

from hypothesis import given
from hypothesis import strategies as st

from clients.iewo.refusals import lines

WORD = st.text("abcdefgh.-", min_size=1, max_size=12)
WORDS = st.lists(WORD, min_size=1, max_size=20).map(" ".join)


@given(st.dictionaries(WORDS.map(lambda words: words[:30].strip()), WORDS, min_size=2, max_size=5), st.integers(20, 200))
def test_each_rule_begins_a_line_and_no_word_is_lost(whys: dict[str, str], width: int) -> None:
    said = "\n".join(f"{rule}: {why}" for rule, why in whys.items())
    head, *told = lines("iewo: ", f"Something is lacking: {said}", width)
    assert head == "iewo: Something is lacking:"
    begun = [line for line in told if line[:2] == "  " and line[2] != " "]
    assert len(begun) == len(whys)
    for line, rule in zip(begun, whys, strict=True):
        assert line[2:].startswith(rule)
    assert " ".join(told).split() == [word for rule, why in whys.items() for word in (*rule.split(), *why.split())]


def test_what_has_one_reason_is_one_line() -> None:
    assert list(lines("iewo: ", "Something is lacking: a rule: a reason", 80)) == ["iewo: Something is lacking: a rule: a reason"]
    assert list(lines("iewo: ", "a broken\nline", 80)) == ["iewo: a broken line"]
