"""A tree of hashes over the children disposed of: one root stands for all; a proof shows that a child was among them.

The tree is that of RFC 6962 s.2.1: leaf = SHA-256(0x00 | ...), node = SHA-256(0x01 | left | right), an odd node carried
up as it is. Leaves are salted, each with a secret of its own: the root, and another child's proof, tell nothing about a
child to whoever guesses at ids.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

SALT = 32
"""Bytes of a leaf's salt."""


class Step(NamedTuple):
    """A sibling on the way from a leaf to the root, and the side on which it stands."""

    side: Literal["left", "right"]
    hash: str


def leaf(salt: bytes, child: str, outcome: str) -> bytes:
    """The hash of one child's outcome; a zero byte parts id from outcome, so that no two pairs are the same bytes."""
    if len(salt) != SALT or "\0" in child:
        raise ValueError("a leaf needs a salt of 32 bytes and an id without a zero byte")
    return hashlib.sha256(b"\x00" + salt + child.encode() + b"\x00" + outcome.encode()).digest()


def root(leaves: Sequence[bytes]) -> str:
    """The root as 64 hexadecimal digits; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0].hex()


def prove(leaves: Sequence[bytes], index: int) -> list[Step]:
    """The siblings of a leaf from the bottom up: what, with the leaf, gives the root. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    steps: list[Step] = []
    level = list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            steps.append(Step("left" if sibling < index else "right", level[sibling].hex()))
        level, index = _above(level), index // 2
    return steps


def check(root: str, leaf: bytes, proof: Sequence[Step]) -> bool:
    """Whether the proof leads from the leaf to the root."""
    here = leaf
    for side, sibling in proof:
        try:
            other = bytes.fromhex(sibling)
        except ValueError:
            return False
        here = _node(other, here) if side == "left" else _node(here, other)
    return here.hex() == root


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
