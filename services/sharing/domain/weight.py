"""Whether a pack is one message of the bus: weighed while whoever works at it can still make it smaller, and no signature is lost."""

from collections.abc import Mapping
from typing import Final

from services.sharing.errors import PackTooLarge

LARGEST: Final = 7 * 1024 * 1024
"""Bytes of a message: the bus takes 8 MB, and the document that carries it in its outbox 16."""
TO_COME: Final = 64_000
"""Bytes kept free for what closing a pack adds, and for signatures that its volumes do not show yet."""
_NAMED: Final = 4


def check_weight(files: Mapping[str, int]) -> None:
    """`files`: bytes by name, before the pack is closed and signed by all. PackTooLarge, with the largest of them."""
    total = sum(files.values())
    if total <= LARGEST - TO_COME:
        return
    largest = sorted(files, key=lambda name: -files[name])[:_NAMED]
    told = ", ".join(f"{name} ({files[name]:,})" for name in largest)
    raise PackTooLarge(f"{total:,} bytes, and at most {LARGEST - TO_COME:,} go: make the largest smaller, of which these are {told}")
