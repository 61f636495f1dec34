"""The sorts of document that are attached to cases: names, by dated versions of the company's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.errors import NotADocument

LETTER: Final = "letter"
"""The sort of the copy of a letter that was sent: it stands in every version."""


@dataclass(frozen=True, slots=True)
class DocumentKinds:
    """One version: what stands in the list from a day on."""

    since: date
    names: tuple[str, ...]

    @property
    def version(self) -> str:
        return self.since.isoformat()

    def kind(self, name: str) -> str:
        """As the list writes it. NotADocument, with the list, for what is not in it."""
        plain = " ".join(name.split()).lower()
        if plain not in self.names:
            raise NotADocument(f"kind: one of: {', '.join(self.names)}")
        return plain


class Filing:
    """Which version is in force on which day: the first one on the days before it."""

    def __init__(self, versions: Sequence[DocumentKinds]) -> None:
        self._versions = {one.since: one for one in versions}

    def on(self, day: date) -> DocumentKinds:
        return self._versions[max((since for since in self._versions if since <= day), default=min(self._versions))]
