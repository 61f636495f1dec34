"""The shape and the check letter of UPNs, against recomputed facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.upn import LETTERS, Verdict, check_letter, is_temporary, normalise, verdict

# Facts, recomputed from the rule. An authority that does not exist is no fault: old ones live on in UPNs.
VECTORS = [
    ("B801200005001", Verdict.OK),
    ("A801200005001", Verdict.WRONG_LETTER),
    ("X80120000A001", Verdict.WRONG_SHAPE),
    ("E000200005001", Verdict.OK),
    ("H801200001001", Verdict.OK),
    ("A950000178301", Verdict.OK),
    ("H243278544154", Verdict.OK),
    ("R247962919251", Verdict.WRONG_LETTER),
    ("X428558133462", Verdict.WRONG_LETTER),
    # a public validator's test lists it as wrong; its letter is right
    ("X845212818005", Verdict.OK),
    ("", Verdict.WRONG_SHAPE),
    ("B80120000500", Verdict.WRONG_SHAPE),
    ("B8012000050011", Verdict.WRONG_SHAPE),
    ("B80120000500I", Verdict.WRONG_SHAPE),
    ("S801200005001", Verdict.WRONG_SHAPE),
    ("B80120000500\u0661", Verdict.WRONG_SHAPE),
    ("B801200005001\n", Verdict.WRONG_SHAPE),
]

tails = st.from_regex(r"[0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True)


@pytest.mark.parametrize(("upn", "expected"), VECTORS)
def test_known_numbers_get_their_verdict(upn: str, expected: Verdict) -> None:
    assert verdict(upn) is expected


def test_the_letter_of_a_number_that_is_wrong_is_told() -> None:
    assert check_letter("R247962919251") == "Q"


@given(tails)
def test_exactly_one_letter_fits(tail: str) -> None:
    assert [letter for letter in LETTERS if verdict(letter + tail) is Verdict.OK] == [check_letter("?" + tail)]


@given(tails, st.integers(0, 10), st.integers(0, 9))
def test_one_wrong_digit_is_found(tail: str, place: int, digit: int) -> None:
    other = tail[:place] + str(digit) + tail[place + 1 :]
    assert (check_letter("?" + other) == check_letter("?" + tail)) == (other == tail)


@given(tails)
def test_a_final_letter_makes_it_temporary(tail: str) -> None:
    assert is_temporary(check_letter("?" + tail) + tail) == (not tail[-1].isdigit())


def test_spaces_and_small_letters_are_forgiven() -> None:
    assert normalise(" b801200005001 ") == "B801200005001"
