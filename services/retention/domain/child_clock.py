"""A child's clock: which cases are open, and until when an intervention keeps every record of the child. Of a joined child each record has
its own, and what keeps one of them keeps them all.

Events may come twice, late and in any order; the clock comes out the same.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date

from shared import academic_year

NEVER_MOVED = ""
"""`due` of a child whose records all stand at their own dates: before every date."""


@dataclass(frozen=True, slots=True)
class ChildClock:
    """What retention knows of one child. `due` is a cohort's date, or NEVER_MOVED."""

    child: str
    due: str = NEVER_MOVED
    cases: Mapping[str, int] = field(default_factory=dict)
    """How often each case was opened or closed, by the highest word of it: odd while it is open. Kept so that an opening which comes
    after its closing opens nothing."""
    others: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    """Records with which this one was ever joined: how often that was changed, and whether they are one child now."""

    @property
    def open_cases(self) -> frozenset[str]:
        return frozenset(case for case, order in self.cases.items() if order % 2)

    @property
    def joined(self) -> frozenset[str]:
        """The records that are one child with this one, by what was said of the two."""
        return frozenset(other for other, (_, one) in self.others.items() if one)

    def told_of(self, other: str, order: int, *, joined: bool) -> "ChildClock":
        """What was said last counts, whatever the order of arrival."""
        known, _ = self.others.get(other, (0, False))
        return self if order <= known else replace(self, others={**self.others, other: (order, joined)})

    def without_parted(self, gone: Set[str]) -> "ChildClock":
        """Where two are parted, an older word of them that comes late does no more than keep what is kept anyway."""
        left = {other: told for other, told in self.others.items() if told[1] or other not in gone}
        return replace(self, others=left) if len(left) < len(self.others) else self

    def told_of_case(self, case: str, order: int) -> "ChildClock":
        """It was opened (an odd order) or closed (an even one); only a higher order than the highest known is news."""
        return self if order <= self.cases.get(case, 0) else replace(self, cases={**self.cases, case: order})

    def intervened(self, day: date, today: date) -> "ChildClock":
        """Every record is kept to the end of the year after the intervention's, or where that is past, as what arrives today is."""
        return self.kept_until(academic_year.cohort_on_arrival(academic_year.of(day), today))

    def kept_until(self, due: str) -> "ChildClock":
        """Never earlier than before."""
        return self if due <= self.due else replace(self, due=due)

    def cohort(self, today: date) -> str:
        """The cohort of the clock itself: with the last of the child's records."""
        return max(self.due, academic_year.cohort_on_arrival(academic_year.of(today), today))
