"""One root stands for all leaves; every leaf, and nothing else, can be proved to be under it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import merkle

SALT = bytes(range(32))
leaves_of = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962 s.2.1 as it is written: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:k]) + by_the_book(leaves[k:])).digest()


@given(leaves=leaves_of)
def test_the_root_is_that_of_the_standard(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == by_the_book(leaves).hex()


@given(leaves=leaves_of, data=st.data())
def test_every_leaf_can_be_proved(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert merkle.check(merkle.root(leaves), leaves[index], merkle.prove(leaves, index))


@given(leaves=leaves_of, data=st.data(), stranger=st.binary(min_size=32, max_size=32))
def test_no_other_leaf_can(leaves: list[bytes], data: st.DataObject, stranger: bytes) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert merkle.check(merkle.root(leaves), stranger, merkle.prove(leaves, index)) is (stranger == leaves[index])


@given(leaves=st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=40, unique=True), data=st.data())
def test_a_changed_proof_proves_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.prove(leaves, index)
    at = data.draw(st.integers(0, len(proof) - 1))
    side, sibling = proof[at]
    turned = merkle.Step("left" if side == "right" else "right", sibling)
    other = merkle.Step(side, hashlib.sha256(sibling.encode()).hexdigest())
    garbled = merkle.Step(side, "not a hash")
    for step in (turned, other, garbled):
        assert not merkle.check(merkle.root(leaves), leaves[index], [*proof[:at], step, *proof[at + 1 :]])


def test_the_hash_is_the_published_one() -> None:
    expected = hashlib.sha256(b"\x00" + SALT + b"c1" + b"\x00" + b"erased").digest()
    assert merkle.leaf(SALT, "c1", "erased") == expected


def test_neither_salt_nor_outcome_nor_id_can_be_exchanged() -> None:
    one = merkle.leaf(SALT, "c1", "erased")
    assert len({one, merkle.leaf(SALT[::-1], "c1", "erased"), merkle.leaf(SALT, "c1", "failed")}) == 3
    assert merkle.leaf(SALT, "c1e", "rased") != one


def test_nothing_has_a_root_and_no_proof() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").hexdigest()
    with pytest.raises(IndexError):
        merkle.prove([], 0)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="salt"):
        merkle.leaf(b"short", "c1", "erased")
