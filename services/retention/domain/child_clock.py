"""A child's clock: which cases are open, and until when an intervention keeps every record of the child. Of a joined child each record has
its own, and what keeps one of them keeps them all.

An entry that is struck out, or moved to another child, keeps nothing any more: the date is worked out again from what is left, and may
come forward. Events may come twice, late and in any order; the clock comes out the same.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date

from shared import academic_year

NEVER_MOVED = ""
"""`due` of a child whose records all stand at their own dates: before every date."""


@dataclass(frozen=True, slots=True)
class ChildClock:
    """What retention knows of one child. Dates are cohorts', or NEVER_MOVED."""

    child: str
    floor: str = NEVER_MOVED
    """What no correction brings forward: the date to which a sweep moved whoever stayed, and what a record had when it was parted."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """How often each case was opened or closed, by the highest word of it: odd while it is open. Kept so that an opening which comes
    after its closing opens nothing."""
    others: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    """Records with which this one was ever joined: how often that was changed, and whether they are one child now."""
    entries: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Interventions, by id: the latest edition that was told of each, and the date until which that keeps everything."""
    lent: str = NEVER_MOVED
    """The latest date of the records with which this one is joined."""

    @property
    def own(self) -> str:
        """Until when this record's own entries keep everything."""
        return max(self.floor, *(due for _, due in self.entries.values()), NEVER_MOVED)

    @property
    def due(self) -> str:
        """Until when every record of the child is kept."""
        return max(self.own, self.lent)

    @property
    def open_cases(self) -> frozenset[str]:
        return frozenset(case for case, order in self.cases.items() if order % 2)

    @property
    def joined(self) -> frozenset[str]:
        """The records that are one child with this one, by what was said of the two."""
        return frozenset(other for other, (_, one) in self.others.items() if one)

    def told_of(self, other: str, order: int, *, joined: bool) -> "ChildClock":
        """What was said last counts, whatever the order of arrival. A record that is parted keeps the date that it has."""
        known, _ = self.others.get(other, (0, False))
        if order <= known:
            return self
        told = replace(self, others={**self.others, other: (order, joined)})
        return told if joined else replace(told, floor=self.due, lent=NEVER_MOVED)

    def without_parted(self, gone: Set[str]) -> "ChildClock":
        """Where two are parted, an older word of them that comes late does no more than keep what is kept anyway."""
        left = {other: told for other, told in self.others.items() if told[1] or other not in gone}
        return replace(self, others=left) if len(left) < len(self.others) else self

    def told_of_case(self, case: str, order: int) -> "ChildClock":
        """It was opened (an odd order) or closed (an even one); only a higher order than the highest known is news."""
        return self if order <= self.cases.get(case, 0) else replace(self, cases={**self.cases, case: order})

    def intervened(self, entry: str, edition: int, day: date, today: date) -> "ChildClock":
        """Every record is kept to the end of the year after the intervention's, or where that is past, as what arrives today is."""
        return self._told(entry, edition, academic_year.cohort_on_arrival(academic_year.of(day), today))

    def struck(self, entry: str, edition: int) -> "ChildClock":
        """The entry keeps nothing; remembered, so that an older word of it that comes late does not either."""
        return self._told(entry, edition, NEVER_MOVED)

    def _told(self, entry: str, edition: int, due: str) -> "ChildClock":
        known, _ = self.entries.get(entry, (0, NEVER_MOVED))
        return self if edition <= known else replace(self, entries={**self.entries, entry: (edition, due)})

    def kept_until(self, due: str) -> "ChildClock":
        """Never earlier than that again."""
        return self if due <= self.floor else replace(self, floor=due)

    def lent_until(self, due: str) -> "ChildClock":
        """As long as the records with which it is joined are kept."""
        return replace(self, lent=due)

    def cohort(self, today: date) -> str:
        """The cohort of the clock itself: with the last of the child's records."""
        return max(self.due, academic_year.cohort_on_arrival(academic_year.of(today), today))
