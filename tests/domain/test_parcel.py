"""A parcel opens for its recipient, as the pack and for the agency that it was closed for, and in no other case."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import parcel

PRIVATE, PUBLIC = parcel.generate()
PACK, AUTHORITY = "5f2c1a", "893"


@given(payload=st.binary(max_size=4000), pack=st.text(), authority=st.text())
def test_the_recipient_reads_what_was_sent(payload: bytes, pack: str, authority: str) -> None:
    closed = parcel.close(payload, PUBLIC, pack, authority)
    assert parcel.open_(closed, PRIVATE, pack, authority) == payload


@given(data=st.data())
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    closed = bytearray(parcel.close(b"the child's name", PUBLIC, PACK, AUTHORITY))
    # The top bit of an X25519 key is ignored by the agreement, but not here: the header is associated data.
    closed[data.draw(st.integers(0, len(closed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(parcel.ParcelNotOpened):
        parcel.open_(bytes(closed), PRIVATE, PACK, AUTHORITY)


@given(cut=st.integers(0, 74))
def test_a_truncated_parcel_is_noticed(cut: int) -> None:
    closed = parcel.close(b"the child's name", PUBLIC, PACK, AUTHORITY)
    assert cut < len(closed)
    with pytest.raises(parcel.ParcelNotOpened):
        parcel.open_(closed[:cut], PRIVATE, PACK, AUTHORITY)


def test_another_key_opens_nothing() -> None:
    stranger, _ = parcel.generate()
    with pytest.raises(parcel.ParcelNotOpened):
        parcel.open_(parcel.close(b"x", PUBLIC, PACK, AUTHORITY), stranger, PACK, AUTHORITY)


@pytest.mark.parametrize(("pack", "authority"), [("5f2c1b", AUTHORITY), (PACK, "894"), (PACK + "8", "93"), (AUTHORITY, PACK)])
def test_another_pack_or_agency_opens_nothing(pack: str, authority: str) -> None:
    with pytest.raises(parcel.ParcelNotOpened):
        parcel.open_(parcel.close(b"x", PUBLIC, PACK, AUTHORITY), PRIVATE, pack, authority)


def test_a_later_version_is_not_guessed_at() -> None:
    closed = bytearray(parcel.close(b"x", PUBLIC, PACK, AUTHORITY))
    closed[len(parcel.MAGIC)] = parcel.VERSION + 1
    with pytest.raises(parcel.ParcelNotOpened):
        parcel.open_(bytes(closed), PRIVATE, PACK, AUTHORITY)


def test_an_ephemeral_key_of_low_order_is_refused() -> None:
    forged = parcel.MAGIC + bytes([parcel.VERSION]) + bytes(32) + bytes(40)
    with pytest.raises(parcel.ParcelNotOpened):
        parcel.open_(forged, PRIVATE, PACK, AUTHORITY)


@pytest.mark.parametrize("key", ["", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_said_to_be_none(key: str) -> None:
    with pytest.raises(parcel.NotAParcelKey):
        parcel.close(b"x", key, PACK, AUTHORITY)
    with pytest.raises(parcel.NotAParcelKey):
        parcel.open_(b"x", key, PACK, AUTHORITY)


def test_a_public_key_of_low_order_is_refused() -> None:
    with pytest.raises(parcel.NotAParcelKey):
        parcel.close(b"x", base64.b64encode(bytes(32)).decode(), PACK, AUTHORITY)


def test_the_public_key_is_found_again_from_the_private_one() -> None:
    assert parcel.public_of(PRIVATE) == PUBLIC


def test_nothing_of_the_payload_shows_and_no_two_parcels_are_alike() -> None:
    first, second = (parcel.close(b"the child's name", PUBLIC, PACK, AUTHORITY) for _ in range(2))
    assert b"child" not in first
    assert first != second
