"""How the children stand over whom a concern has turned a moment ago. Who hears of the turn asks for that, of many children at once, and
would have every page of the school read and opened again.
"""

from collections.abc import Iterable, Sequence

from services.attendance.domain.judging import Look, open_rules
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import Standing as Sessions
from services.attendance.store.open_page import OpenPage
from shared.contracts.standing import Standing
from shared.recent import Recent
from shared.store import Change

SECONDS = 10.0
"""As long as the event may be under way; then the register is asked."""
HELD = 4096
"""Children: some four megabytes."""


class Lately:
    """As this process judged and wrote them; another may have written since. Built with the register."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[str, int, str], Standing] = Recent(SECONDS, HELD)

    def of(self, urn: str, year: int, children: Iterable[str]) -> dict[str, Standing]:
        """By child; not of those of whom nothing has turned."""
        found = ((child, self._kept.get((urn, year, child))) for child in children)
        return {child: one for child, one in found if one}

    def keep(self, look: Look, pages: Sequence[OpenPage], written: Iterable[Change], profile: str) -> None:
        """`pages`: those that were looked at, in that order. `written`: the changes of some of them."""
        places = {opened.document["_id"]: place for place, opened in enumerate(pages)}
        for change in written:
            if turned := {one.child for draft in change.drafts for one in (*draft.fields["raised"], *draft.fields["eased"])}:
                place = places[change.document["_id"]]
                self._keep(look, pages[place], place * CHILDREN, turned, profile)

    def drop(self, urn: str, year: int, children: Iterable[str]) -> None:
        """Of a joined child, who is judged by all of its records."""
        for child in children:
            self._kept.drop((urn, year, child))

    def _keep(self, look: Look, opened: OpenPage, first: int, turned: set[str], profile: str) -> None:
        urn, year = opened.document["school"], opened.document["year"]
        for place, child in enumerate(opened.page.children, first):
            if child in turned:
                sessions = look.tallies.of(place, look.series(place))
                self._kept.keep((urn, year, child), standing(child, sessions, opened.page, profile))


def standing(child: str, sessions: Sessions, page: Page, profile: str) -> Standing:
    """A child of a page, as it is told to other services."""
    return Standing(
        child=child,
        possible=sessions.possible,
        absent=sessions.absent,
        unauthorised=sessions.unauthorised,
        late=sessions.late_before,
        late_after_closing=sessions.late_after,
        rules=tuple(open_rules(page, child)),
        profile=profile,
    )
