"""How the children stand over whom a concern has turned a moment ago. Who hears of the turn asks for that, of many children at once, and
would have every page of the school read and opened again.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.attendance.domain.judging import Look, open_rules
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import Standing as Sessions
from services.attendance.store.open_page import OpenPage
from shared.contracts.standing import Rule, Standing
from shared.recent import Recent
from shared.store import Change

SECONDS = 10.0
"""As long as the event may be under way; then the register is asked."""
HELD = 4096
"""Children: some two megabytes."""


class _Judged(NamedTuple):
    """A child as it was judged. Few are asked for of many, so it is told only when it is."""

    figures: Sequence[int]
    """Possible, absent, authorised, late before and late after."""
    rules: tuple[Rule, ...]
    profile: str

    def told(self, child: str) -> Standing:
        possible, absent, authorised, before, after = self.figures
        return Standing(
            child=child,
            possible=possible,
            absent=absent,
            unauthorised=absent - authorised,
            late=before,
            late_after_closing=after,
            rules=self.rules,
            profile=self.profile,
        )


class Lately:
    """As this process judged and wrote them; another may have written since. Built with the register."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[str, int, str], _Judged] = Recent(SECONDS, HELD)

    def of(self, urn: str, year: int, children: Iterable[str]) -> dict[str, Standing]:
        """By child; not of those of whom nothing has turned."""
        found = ((child, self._kept.get((urn, year, child))) for child in children)
        return {child: one.told(child) for child, one in found if one}

    def keep(self, look: Look, pages: Sequence[OpenPage], written: Iterable[Change], profile: str) -> None:
        """`pages`: those that were looked at, in that order. `written`: the changes of some of them."""
        firsts = {opened.document["_id"]: number * CHILDREN for number, opened in enumerate(pages)}
        places, turned = list[int](), list[tuple[OpenPage, str]]()
        for change in written:
            here = {one.child for draft in change.drafts for one in (*draft.fields["raised"], *draft.fields["eased"])}
            first = firsts[change.document["_id"]]
            opened = pages[first // CHILDREN]
            for place, child in enumerate(opened.page.children if here else (), first):
                if child and child in here:
                    places.append(place)
                    turned.append((opened, child))
        sums = look.tallies
        figures = [figure[places].tolist() for figure in (sums.possible, sums.absent, sums.authorised, sums.late_before, sums.late_after)]
        for (opened, child), of_child in zip(turned, zip(*figures, strict=True), strict=True):
            known = _Judged(of_child, tuple(open_rules(opened.page, child)), profile)
            self._kept.keep((opened.document["school"], opened.document["year"], child), known)

    def drop(self, urn: str, year: int, children: Iterable[str]) -> None:
        """Of a joined child, who is judged by all of its records."""
        for child in children:
            self._kept.drop((urn, year, child))


def standing(child: str, sessions: Sessions, page: Page, profile: str) -> Standing:
    """A child of a page, as it is told to other services."""
    figures = sessions.possible, sessions.absent, sessions.authorised, sessions.late_before, sessions.late_after
    return _Judged(figures, tuple(open_rules(page, child)), profile).told(child)
