"""Names are one line of visible letters; two writings of one address are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.words import Name, letters

NAME: TypeAdapter[str] = TypeAdapter(Name)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0", "\u200b", "A\x00", "A\nB", "A\u2028B", "A\u202eB", "\x7fA", "-", "x" * 201])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(text)


@pytest.mark.parametrize("text", ["Zoë O'Brien-Smith", "Łucja", "王芳", "3rd Example Council", "x" * 200])
def test_a_name_is_taken_as_it_is_without_the_blanks_around_it(text: str) -> None:
    assert NAME.validate_python(f"  {text}\n") == text


@pytest.mark.parametrize("text", ["Caf\u00e9 T\u0177", "Cafe\u0301 Ty\u0302", "CAFE TY", "caf\u00e9\u200bty", "\uff23afe ty"])
def test_an_accent_tells_no_two_writings_apart(text: str) -> None:
    assert letters(text) == "cafety"


@given(text=st.text(alphabet=st.sampled_from("aB7 ,.;-\n'")))
def test_only_letters_and_digits_tell_addresses_apart(text: str) -> None:
    assert letters(text) == letters(text.upper().replace(" ", ", "))
    assert letters(text) == "".join(char for char in text.lower() if char.isalnum())
