"""What travels: its label is clear and bound to it, its files come out byte for byte or not at all."""

import base64
import hashlib
import json

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


NAMES = st.from_regex(r"exhibit-[A-Z]{1,4}-[0-9]{1,3}\.(pdf|jpg)", fullmatch=True)


@given(st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=6))
def test_any_set_of_files_with_safe_names_travels(files: dict[str, bytes]) -> None:
    sent = Consignment("5f2c1a", "893", files)
    assert consignment.open_(consignment.close(sent, PUBLIC), PRIVATE) == sent


@pytest.mark.parametrize("name", ["../../evil", "a/b", ".partial", "..", "", "a\\b", "a b.pdf", "x\n", "x" * 80, "manifest.json.exe.pdf"])
def test_a_name_that_is_not_flat_and_plain_is_neither_sent_nor_taken(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        consignment.close(Consignment("5f2c1a", "893", {**SENT.files, name: b"x"}), PUBLIC)
    listed = [{"name": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}]
    with pytest.raises(NotAConsignment):
        consignment.open_(_parcelled(json.dumps({"format": "iewo.pack-files", "version": 2, "files": listed}).encode() + b"\nx"), PRIVATE)


def test_two_files_of_one_name_or_a_byte_too_many_are_not_taken() -> None:
    one = {"name": "pack.json", "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    for listed, content in (([one, one], b"xx"), ([one], b"xy"), ([one], b"")):
        with pytest.raises(NotAConsignment):
            consignment.open_(
                _parcelled(json.dumps({"format": "iewo.pack-files", "version": 2, "files": listed}).encode() + b"\n" + content), PRIVATE
            )


def test_an_unsigned_consignment_of_version_1_is_not_taken_any_more() -> None:
    """Whoever knows the LA's public key could close one."""
    told = {
        "format": "iewo.pack-files",
        "version": 1,
        "files": {name: base64.b64encode(content).decode() for name, content in SENT.files.items()},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in SENT.files.items()},
    }
    for ending in (b"", b"\n"):
        with pytest.raises(NotAConsignment):
            consignment.open_(_parcelled(json.dumps(told).encode() + ending), PRIVATE)


def _parcelled(payload: bytes) -> bytes:
    label = consignment.Label(pack="5f2c1a", authority="893")
    return label.model_dump_json().encode() + b"\n" + parcel.close(payload, PUBLIC, "5f2c1a", "893")
