"""Who leaves a cohort before it is disposed of, and for which later date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.retention.domain.child_clock import ChildClock
from services.retention.domain.clock import kept_until


@dataclass(frozen=True, slots=True)
class Hold:
    """A child whose records may not be disposed of, until its last day or its release."""

    child: str
    until: date | None = None

    def stands(self, on: date) -> bool:
        return self.until is None or on <= self.until


def stays(cohort: str, on: date, children: Iterable[str], clocks: Mapping[str, ChildClock], holds: Mapping[str, Hold]) -> dict[str, str]:
    """The children of a cohort who are kept, with the date until which: an open case, a hold, or a later date that they have already."""
    kept = {}
    for child in children:
        clock = clocks.get(child, ChildClock(child))
        hold = holds.get(child)
        held = hold is not None and hold.stands(on)
        due = max(clock.due, kept_until(on)) if held or clock.open_cases else clock.due
        if due > cohort:
            kept[child] = due
    return kept
