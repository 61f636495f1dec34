"""A register page as it was read: its document, and what was sealed in it."""

from dataclasses import dataclass

from services.attendance.domain.register_page import Page
from shared.mongo import Document


@dataclass
class OpenPage:
    document: Document
    page: Page
    moved: bool = False
    """A child has come to it that is not on the stored one."""

    @property
    def groups(self) -> dict[str, list[str]]:
        """Of the page's children that are joined, all the records of each (see joins)."""
        return self.document.get("groups") or {}
