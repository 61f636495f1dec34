"""What stands in the exhibits of a statement, read for what may not be served. Kept in memory for some minutes, by the hash of the file."""

import asyncio
import hashlib
import io
import logging
from dataclasses import dataclass, field
from typing import Final

from pypdf import PdfReader

from services.sharing.domain.material import Exhibit, ExhibitText, Statement
from shared.bus import Bus
from shared.contracts.enforcement import AskCaseFile, CaseFile
from shared.errors import NotKnownThere
from shared.recent import Recent

_SECONDS: Final = 600
_HELD: Final = 64
_MOST_PAGES: Final = 300
"""Pages of an exhibit that are read; one that has more is looked at by a person."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says what it stumbles on, in words of the file


@dataclass(frozen=True, slots=True)
class ExhibitTexts:
    """Built in the composition root."""

    bus: Bus
    _read: Recent[str, tuple[str, ...]] = field(default_factory=lambda: Recent(_SECONDS, _HELD))

    async def of(self, case: str, statement: Statement | None) -> tuple[ExhibitText, ...]:
        """In the order of the exhibits; without a page of one that has no text, cannot be read, or is not in the case any more."""
        exhibits = statement.exhibits if statement else ()
        return tuple([ExhibitText(document=one.document, pages=await self._pages(case, one)) for one in exhibits])

    async def _pages(self, case: str, exhibit: Exhibit) -> tuple[str, ...]:
        known = self._read.get(exhibit.sha256)
        if known is not None:
            return known
        try:
            file = await self.bus.ask(AskCaseFile(case=case, document=exhibit.document), CaseFile)
        except NotKnownThere:
            return ()
        if hashlib.sha256(file.content).hexdigest() != exhibit.sha256:  # of which the pack's making tells
            return ()
        pages = await asyncio.to_thread(pages_of, file.content)
        self._read.keep(exhibit.sha256, pages)
        return pages


def pages_of(content: bytes) -> tuple[str, ...]:
    """The text layer of a PDF, page by page, "" of a page that is a picture alone; nothing of any other file, and of one that cannot be
    read whole."""
    if not content.startswith(b"%PDF"):
        return ()
    try:
        reader = PdfReader(io.BytesIO(content))
        return () if len(reader.pages) > _MOST_PAGES else tuple(page.extract_text() for page in reader.pages)
    except Exception:  # whatever a damaged file makes of the reader: a person looks at it
        return ()
