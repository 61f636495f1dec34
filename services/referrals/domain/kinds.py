"""The kinds of intervention that officers record, and the reasons given for absence: settings of the company, dated.

Which kinds start the retention clock, which go to others, and of which it is asked whether the child was seen, stands in
deploy/casework/interventions.toml.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.referrals.errors import NotAnEntry

Engagement = Literal["good", "partial", "none", "not applicable"]
Seen = Literal["yes", "no", "no reply"]
"""Whether a child was seen on a visit."""
Tells = Literal["support", "needs", "agencies"]
"""That support was offered, a need met or an adjustment made, or another agency brought in."""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    starts_clock: bool
    """Whether the child's records are kept until the end of the academic year that follows this day's."""
    for_others: bool
    """Whether it goes into the chronology that a Local Authority receives."""
    asks_seen: bool = False
    """Whether an entry says if the child was seen."""
    tells: Tells | None = None
    """What a Local Authority learns from such entries beside the chronology."""


@dataclass(frozen=True, slots=True)
class Practice:
    """One version of what officers record."""

    since: date
    kinds: Mapping[str, Kind]
    reasons: tuple[str, ...]
    no_action_school_days: int
    """An open case in which nothing was done for so long is an alarm."""

    @property
    def version(self) -> str:
        """What an entry keeps: `casework 2024-08-19`."""
        return f"casework {self.since.isoformat()}"

    def kind(self, name: str) -> Kind:
        """NotAnEntry, with the kinds that there are."""
        try:
            return self.kinds[name.strip().lower()]
        except KeyError:
            raise NotAnEntry(f"kind: one of: {', '.join(self.kinds)}") from None

    def check_seen(self, name: str, seen: Seen | None) -> None:
        """NotAnEntry where a visit does not say whether the child was seen, and where anything else does."""
        if self.kind(name).asks_seen and seen is None:
            raise NotAnEntry(f"seen: a {name} says whether the child was seen: yes, no or no reply")
        if seen is not None and not self.kind(name).asks_seen:
            asking = [kind.name for kind in self.kinds.values() if kind.asks_seen]
            raise NotAnEntry(f"seen: asked of {', '.join(asking) or 'no kind'} alone")


class Practices:
    """Every version. ValueError without one."""

    def __init__(self, versions: Sequence[Practice]) -> None:
        if not versions:
            raise ValueError("there is no version")
        self._versions = sorted(versions, key=lambda one: one.since)

    def on(self, day: date) -> Practice:
        """The version in force on a day; the first one also holds for the days before it."""
        return self.from_on(day)[0]

    def from_on(self, day: date) -> Sequence[Practice]:
        """The version in force on a day, and the later ones."""
        return self._versions[max(0, bisect_right(self._versions, day, key=lambda one: one.since) - 1) :]
