"""The pages of a school's predecessor, as they are read with the school's own. Nothing of them is written.

They hold the marks of the predecessor's own predecessor already, and so on.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from services.attendance.domain.register_page import Page
from services.attendance.domain.succession import laid_in, left_over
from services.attendance.store.open_page import OpenPage
from shared.mongo import Document


@dataclass(frozen=True, slots=True)
class Before:
    """Their first `slots` slots are read as the school's own. `read`: the documents from which they were put together, of every school as
    far back as it went."""

    pages: Sequence[OpenPage]
    slots: int
    read: Sequence[Document] = ()

    def laid_in(self, page: Page, told: Set[str] = frozenset()) -> Page:
        return laid_in(page, [one.page for one in self.pages], self.slots, told) if self.pages else page

    def with_own(self, pages: list[OpenPage], told: Set[str] = frozenset()) -> list[OpenPage]:
        """The school's pages, and its predecessor's of the children who are on none of them; of those in `told`, where any are named."""
        if not self.pages:
            return pages
        own = [one.page for one in pages]
        both = [replace(one, page=self.laid_in(one.page, told)) for one in pages]
        taken = {child for page in own for child in page.children}
        rest = [one for one in self.pages if not taken.issuperset(set(one.page.children) & told if told else one.page.children)]
        return both + [replace(one, page=left_over(one.page, own, self.slots, told)) for one in rest]


NOTHING_BEFORE = Before((), 0)
