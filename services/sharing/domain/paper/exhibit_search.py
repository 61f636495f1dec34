"""What stands in exhibits' own pages that may not be served. They go byte for byte, so nothing is taken out: readiness tells."""

from typing import Final, NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.copies import Copies
from services.sharing.domain.paper.exhibits import mark_of
from services.sharing.domain.paper.needs_words import needs_words
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import NEVER_SERVED, Servable

NEEDS: Final = "what may be of health, of needs or of other agencies"


class Hit(NamedTuple):
    """`mark`: of the exhibit, TO/1; `page` from 1, 0 for what stands beside the pages."""

    mark: str
    page: int
    what: str

    @property
    def never_served(self) -> bool:
        return self.what in NEVER_SERVED

    def __str__(self) -> str:
        where = f"page {self.page}" if self.page else "in a note, a field or a title"
        return f"{self.mark} names {self.what} ({where})"


class Searched(NamedTuple):
    """`unread`: marks of exhibits of which a page, or all, has no text to search: scans, pictures, files that are no PDF."""

    hits: tuple[Hit, ...]
    unread: tuple[str, ...]


def searched(material: Material) -> Searched:
    """NoPack where nobody names the parent."""
    exhibits = material.statement.exhibits if material.statement else ()
    if not exhibits:
        return Searched((), ())
    known = people(material)
    confidential = Confidential(material, known)
    copies = Copies(material, known, confidential, Servable(material, known, confidential))
    texts, ours = {one.document: one for one in material.exhibit_texts}, {one.document for one in material.case.letters}
    hits, unread = list[Hit](), list[str]()
    for exhibit in exhibits:
        mark, text = mark_of(exhibit), texts.get(exhibit.document)
        if text is None or text.unread:
            unread.append(mark)
        parts = (text.beside, *text.pages) if text else ()
        hits += [Hit(mark, page, what) for page, what in sorted(copies.hits(parts, shapes=exhibit.document not in ours))]
        if exhibit.document not in ours:  # of our letters a person reads every copy
            hits += [Hit(mark, page, f"{NEEDS} ({', '.join(words)})") for page, text in enumerate(parts) if (words := needs_words(text))]
    return Searched(tuple(hits), tuple(unread))
