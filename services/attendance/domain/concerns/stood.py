"""What stands over a child, rule by rule, as it was last told: kept on the child's page."""

from collections.abc import Collection, Iterator, Mapping, Set
from functools import lru_cache
from typing import Any, Final

import msgspec

from services.attendance.domain.concerns.concern import RuleName


class Stood(msgspec.Struct, array_like=True, frozen=True):
    """`order`: turns of the rule so far. `raised`: whether it stands now. `proposed`: whether it was said to propose a referral; pages
    that do not tell were written when every concern was taken to. `met`: the turn by which it came to stand as it does; 0 where the page
    was written before that was kept."""

    order: int
    raised: bool
    proposed: bool = True
    met: int = 0


NOTHING_STOOD: Mapping[RuleName, Stood] = {}
KNOWN: Final = 8192
"""Answers that are remembered, of states, what is found, and what proposes: some three megabytes, and no child is named in them."""

read_stood: Final = msgspec.msgpack.Decoder(dict[RuleName, Stood]).decode
"""What stands over a child, as it is stored on its page."""


def is_told(known: Mapping[RuleName, Stood], found: Set[RuleName], proposes: Collection[RuleName]) -> bool:
    """Whether what stands by now was told as it is: the same rules, proposing what they propose."""
    stands = {rule: one.proposed for rule, one in known.items() if one.raised}
    return stands.keys() == found and all(proposed == (rule in proposes) for rule, proposed in stands.items())


def is_told_as_stored(stored: Any, found: frozenset[RuleName], proposes: frozenset[RuleName]) -> bool:
    """`is_told` of what stands over a child as the page holds it: as it was stored, where nobody asked for it. Most children stand as a
    few thousand others do, so most are not read at all."""
    return _is_told(bytes(stored), found, proposes) if type(stored) is msgspec.Raw else is_told(stored, found, proposes)


@lru_cache(KNOWN)
def _is_told(stored: bytes, found: frozenset[RuleName], proposes: frozenset[RuleName]) -> bool:
    return is_told(read_stood(stored), found, proposes)


def turned(known: Mapping[RuleName, Stood], found: Set[RuleName], proposes: Collection[RuleName]) -> Iterator[tuple[RuleName, Stood]]:
    """What is to be told, in order: rules that came or went, and those that stand on and by now propose otherwise."""
    for rule in sorted(found | known.keys()):
        before = known.get(rule, _NEVER)
        order = before.order + 1
        met = (before.met or before.order) if before.raised else order
        now = Stood(order, rule in found, rule in proposes, met)
        if before.raised != now.raised or (now.raised and before.proposed != now.proposed):
            yield rule, now


_NEVER = Stood(0, raised=False)
