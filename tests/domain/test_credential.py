"""Codes and keys of schools' credentials."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.credential import (
    ADDRESSES,
    CODE_BYTES,
    SECRET_BYTES,
    WRONG_CODES,
    WRONG_SECONDS,
    WrongCodes,
    code_hash,
    code_of,
    key_of,
)
from shared.school_keys import credential_of, key_hash

randoms = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES)
ID = "0123456789abcdef01234567"


@given(randoms)
def test_a_code_is_four_groups_without_letters_that_look_like_digits(random: bytes) -> None:
    groups = code_of(random).split("-")
    assert [len(group) for group in groups] == [5] * 4
    assert set("".join(groups)) <= set(string.digits + string.ascii_uppercase) - set("ILOU")


@given(randoms, randoms)
def test_different_bytes_give_different_codes(one: bytes, other: bytes) -> None:
    alike = int.from_bytes(one) >> 4 == int.from_bytes(other) >> 4
    assert (code_hash(code_of(one)) == code_hash(code_of(other))) is alike


@given(randoms)
def test_a_code_may_be_typed_as_people_do(random: bytes) -> None:
    code = code_of(random)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert code_hash(f" {typed}\n") == code_hash(code)


@given(st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))
def test_a_key_names_its_credential(random: bytes) -> None:
    key = key_of(ID, random)
    assert credential_of(key) == ID
    assert key_hash(key) != key_hash(key_of(ID, bytes(reversed(random)) + b"x"))


@pytest.mark.parametrize(
    "text", ["", "iewo_", f"iewo_{ID}", f"iewo_{ID}_abc", f"iewo_{ID.upper()}_{'0' * 64}", f"x{key_of(ID, bytes(32))}"]
)
def test_what_has_not_the_form_of_a_key_names_none(text: str) -> None:
    assert credential_of(text) is None


def test_after_so_many_wrong_codes_an_address_waits_and_others_do_not() -> None:
    wrong = WrongCodes()
    for second in range(WRONG_CODES):
        assert wrong.wait("192.0.2.1", second) == 0
        wrong.add("192.0.2.1", second)
    assert wrong.wait("192.0.2.1", WRONG_CODES) == WRONG_SECONDS - WRONG_CODES
    assert wrong.wait("192.0.2.2", WRONG_CODES) == 0
    assert wrong.wait("192.0.2.1", WRONG_SECONDS) == 0


def test_addresses_are_remembered_in_bounded_space() -> None:
    wrong = WrongCodes()
    for _ in range(WRONG_CODES):
        wrong.add("192.0.2.1", 0)
    for number in range(ADDRESSES):
        wrong.add(f"2001:db8::{number:x}", 0)
    assert wrong.wait("192.0.2.1", 1) == 0
    assert wrong.wait("2001:db8::1", 1) == 0
