"""What travels: its label is clear and bound to it, its files come out byte for byte or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import consignment, parcel
from shared.consignment import Consignment, NotAConsignment

PRIVATE, PUBLIC = parcel.generate()
SENT = Consignment("5f2c1a", "893", {"pack.json": b'{"a": 1}\n', "pack.pdf": b"%PDF-1.7 \x00\xff"})


@given(document=st.binary(max_size=2000), pdf=st.binary(max_size=2000))
def test_the_files_come_out_as_they_went_in(document: bytes, pdf: bytes) -> None:
    sent = Consignment("5f2c1a", "893", {"pack.json": document, "pack.pdf": pdf})
    message = consignment.close(sent, PUBLIC)
    assert consignment.label_of(message).pack == "5f2c1a"
    assert consignment.open_(message, PRIVATE) == sent


@given(data=st.data())
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    message = bytearray(consignment.close(SENT, PUBLIC))
    message[data.draw(st.integers(0, len(message) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((NotAConsignment, parcel.ParcelNotOpened)):
        consignment.open_(bytes(message), PRIVATE)


@pytest.mark.parametrize(("old", "new"), [(b'"5f2c1a"', b'"5f2c1b"'), (b'"893"', b'"894"')])
def test_a_parcel_under_another_label_does_not_open(old: bytes, new: bytes) -> None:
    with pytest.raises(parcel.ParcelNotOpened):
        consignment.open_(consignment.close(SENT, PUBLIC).replace(old, new, 1), PRIVATE)


@given(st.binary(max_size=400))
def test_anything_else_is_no_consignment(message: bytes) -> None:
    with pytest.raises(NotAConsignment):
        consignment.open_(message, PRIVATE)


@pytest.mark.parametrize("pack", ["../5f2c1a", "a/b", "", ".", "x" * 65])
def test_an_id_that_would_lead_out_of_the_folder_is_never_sent(pack: str) -> None:
    with pytest.raises(ValueError, match="pack"):
        consignment.close(Consignment(pack, "893", SENT.files), PUBLIC)


def test_a_label_that_would_lead_out_of_the_folder_is_not_read() -> None:
    with pytest.raises(NotAConsignment):
        consignment.label_of(consignment.close(SENT, PUBLIC).replace(b'"5f2c1a"', b'"../c1a"', 1))


def test_files_beyond_the_two_are_not_taken() -> None:
    more = Consignment("5f2c1a", "893", {**SENT.files, "../../evil": b"x"})
    with pytest.raises(NotAConsignment):
        consignment.open_(consignment.close(more, PUBLIC), PRIVATE)
