"""What a rule finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.contracts.standing import Rule

RuleName = Rule
"""The names under which concerns are stored, published and shown."""

OF_SCHOOL_AGE: Final[frozenset[RuleName]] = frozenset({"ten sessions unauthorised", "ten days unauthorised", "fifteen days of illness"})
"""Rules about a duty to attend, which a child has in compulsory school age alone: they look at its sessions only."""

PATTERNS: Final[frozenset[RuleName]] = frozenset({"same weekday", "edge of holidays", "sudden drop"})
"""Shown when they are asked for; judged with every feed only where the school's settings say that they propose."""


class Rests(NamedTuple):
    """The sessions on which a concern rests: those of `classes` in the slots `here` (from, up to) of the year judged and from the slot
    `earlier` on of the year before; where `slots` are given, those of them alone."""

    classes: bytes
    here: tuple[int, int]
    earlier: int | None = None
    slots: tuple[int, ...] | None = None

    def of(self, series: bytes, earlier: bytes | None) -> tuple[list[int], list[int]]:
        """The slots of the year before and of the year judged, in order, in a child's class bytes of the two."""
        begin, end = self.here
        places = range(begin, min(end, len(series))) if self.slots is None else self.slots
        before = range(self.earlier, len(earlier)) if earlier and self.earlier is not None else ()
        return (
            [slot for slot in before if earlier and earlier[slot] in self.classes],
            [slot for slot in places if series[slot] in self.classes],
        )


@dataclass(frozen=True, slots=True)
class Concern:
    """A rule that is met, with the figures that met it, by name. The figures are personal data, the rule is not."""

    rule: RuleName
    figures: Mapping[str, int]
    rests: Rests
