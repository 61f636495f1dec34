"""A register page as it was read: its document, and what was sealed in it."""

from dataclasses import dataclass, field

from services.attendance.domain.register_page import Page
from shared.mongo import Document


@dataclass
class OpenPage:
    document: Document
    page: Page
    moved: bool = False
    """A child has come to it that is not on the stored one."""
    stored: Document = field(init=False)
    """The document as it was read; `document` may be replaced."""
    read: list[str | None] = field(init=False)
    """The children that were on the page when it was read."""

    def __post_init__(self) -> None:
        self.stored, self.read = self.document, list(self.page.children)

    @property
    def groups(self) -> dict[str, list[str]]:
        """Of the page's children that are joined, all the records of each (see joins)."""
        return self.document.get("groups") or {}
