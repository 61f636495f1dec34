"""A register page as it was read: its document, and what was sealed in it."""

from dataclasses import dataclass, field

from services.attendance.domain.register_page import Page
from shared.mongo import Document

Groups = dict[str, list[str]]


@dataclass
class OpenPage:
    document: Document
    page: Page
    read: list[str | None]
    """The children that were on the page when it was read."""
    groups: Groups = field(default_factory=dict)
    """Of the page's children that are joined, all the records of each, the one that is kept first (see joins)."""

    def groups_here(self) -> Groups:
        return {child: group for child, group in self.groups.items() if child in self.page.children}
