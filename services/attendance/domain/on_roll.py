"""Who is on a school's roll, as far as a file of marks has to know."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from services.attendance.domain.enrolment import Span
from services.attendance.domain.joins import Groups
from services.attendance.domain.roll_book import Links


class OnRoll(NamedTuple):
    """`upns`: those that a roll named. `enrolled`: by UPN and academic year, those who come or go within it, or were gone before.

    `records`: by key, whose it is. `several`: the same for those alone who have several keys.
    """

    upns: frozenset[str]
    enrolled: dict[tuple[str, int], Span]
    records: dict[str, str]
    several: dict[str, str]

    def joined(self, groups: Groups) -> "OnRoll":
        """With the records that are joined as one child."""
        return self._replace(several=_several({key: groups.get(record, (record,))[0] for key, record in self.records.items()}))


def on_roll(of_years: Mapping[int, Links], spans: Mapping[int, Mapping[str, Span]]) -> OnRoll:
    """`of_years`: the links of each year's rolls; `spans`: their enrolments, by child. Who left stays away until a roll names the child."""
    enrolled: dict[tuple[str, int], Span] = {}
    known: dict[str, str] = {}
    gone: dict[str, Span] = {}
    for year, links in sorted(of_years.items()):
        known |= {upn: child for upn, (child, _) in links.items()}
        named = {child for child, by_roll in links.values() if by_roll}
        cut = {child: left for child, left in gone.items() if child not in named} | dict(spans[year])
        enrolled |= {(upn, year): cut[child] for upn, child in known.items() if child in cut} if cut else {}
        gone = {child: Span(None, last) for child, (_, last) in cut.items() if last}
    upns = frozenset(upn for links in of_years.values() for upn, (_, named) in links.items() if named)
    return OnRoll(upns, enrolled, known, _several(known))


def _several(children: Mapping[str, str]) -> dict[str, str]:
    keys = Counter(children.values())
    return {key: child for key, child in children.items() if keys[child] > 1}
