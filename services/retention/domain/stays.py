"""Who leaves a cohort before it is disposed of, and for which later date."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.retention.domain.child_clock import NEVER_MOVED, ChildClock
from services.retention.domain.clock import kept_until


@dataclass(frozen=True, slots=True)
class Hold:
    """A child whose records may not be disposed of, until its last day or its release."""

    child: str
    until: date | None = None

    def stands(self, on: date) -> bool:
        return self.until is None or on <= self.until


def stays(
    cohort: str,
    on: date,
    children: Iterable[str],
    clocks: Mapping[str, ChildClock],
    holds: Mapping[str, Hold],
    groups: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> dict[str, str]:
    """The children of a cohort who are kept, with the date until which: an open case, a hold, or a later date that they have already.

    `groups`: of joined children, all records of each. What keeps one of them keeps all.
    """
    kept = {}
    for child in children:
        records = groups.get(child, (child,))
        theirs = [clocks[record] for record in records if record in clocks]
        held = any(record in holds and holds[record].stands(on) for record in records)
        due = max((clock.due for clock in theirs), default=NEVER_MOVED)
        if held or any(clock.open_cases for clock in theirs):
            due = max(due, kept_until(on))
        if due > cohort:
            kept[child] = due
    return kept
