"""What stands in exhibits' own pages that may not be served. They go byte for byte, so nothing is taken out: readiness tells."""

from typing import Final, NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibit_shapes import Shapes
from services.sharing.domain.paper.exhibits import mark_of
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import Servable

CONFIDENTIAL: Final = "a confidential address"


class Hit(NamedTuple):
    """`mark`: of the exhibit, TO/1; `page` from 1."""

    mark: str
    page: int
    what: str

    def __str__(self) -> str:
        return f"{self.mark} names {self.what} (page {self.page})"


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
    servable, shapes = Servable(material, known, confidential), Shapes(material, known, confidential)
    texts = {one.document: one for one in material.exhibit_texts}
    hits, unread = list[Hit](), list[str]()
    for exhibit in exhibits:
        mark, text = mark_of(exhibit), texts.get(exhibit.document)
        if text is None or text.unread:
            unread.append(mark)
        for page, words in enumerate(text.pages if text else (), 1):
            recorded = tuple(servable.recorded(words))
            hits += [Hit(mark, page, what) for what in (*recorded, *shapes.of(exhibit.document, words, recorded))]
    return Searched(tuple(hits), tuple(unread))
