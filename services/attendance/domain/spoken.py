"""Of which cells of a page one writer spoke, as it is stored."""

from collections import Counter
from collections.abc import Sequence

import msgspec

Bits = tuple[int, bytes]
"""A bit for each slot, as it is stored: whole bytes of nothing below, then little-endian. A day is a few bytes wherever it stands in the
year."""


def packed(bits: int) -> Bits:
    below = ((bits & -bits).bit_length() - 1) // 8 if bits else 0
    above = bits >> 8 * below
    return below, above.to_bytes((above.bit_length() + 7) // 8, "little")


def unpacked(bits: Bits) -> int:
    below, above = bits
    return int.from_bytes(above, "little") << 8 * below


class Spoken(msgspec.Struct, array_like=True, gc=False):
    """Cells of which one writer spoke: `slots` of the first `children` children, and where `odd` (by child, in order) differs. It is as it
    is stored: a page has hundreds of them, and a feed looks at one."""

    children: int
    slots: Bits
    odd: dict[int, Bits]

    @classmethod
    def saying(cls, bits: Sequence[int]) -> "Spoken":
        """Of as many children, the bits of each. The most common ones stand for all."""
        if bits.count(bits[0]) == len(bits):  # as a rule
            return cls(len(bits), packed(bits[0]), {})
        counts = Counter(bits)
        most = max(counts.values())
        common = min(value for value, count in counts.items() if count == most)
        odd = {child: packed(value ^ common) for child, value in enumerate(bits) if value != common}
        return cls(len(bits), packed(common), odd)

    def of(self, child: int) -> int:
        """Bits of the slots of which this writer spoke, for a child."""
        bits = unpacked(self.slots) if child < self.children else 0
        return bits ^ unpacked(self.odd[child]) if child in self.odd else bits

    def flip(self, child: int, bits: int) -> None:
        """Turn some of a child's bits."""
        odd = bits ^ (unpacked(self.odd[child]) if child in self.odd else 0)
        self.odd.pop(child, None)
        if odd:
            self.odd = dict(sorted((self.odd | {child: packed(odd)}).items()))
