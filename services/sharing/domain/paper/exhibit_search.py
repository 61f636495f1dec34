"""What stands in exhibits' own pages that may not be served. They go byte for byte, so nothing is taken out: readiness tells."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from services.sharing.domain.material import ExhibitText, Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibit_shapes import Shapes
from services.sharing.domain.paper.exhibits import mark_of
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.run_together import run_together
from services.sharing.domain.paper.servable import CONFIDENTIAL, Servable

__all__ = ["CONFIDENTIAL", "Hit", "Searched", "searched"]


class Hit(NamedTuple):
    """`mark`: of the exhibit, TO/1; `page` from 1, 0 for what stands beside the pages."""

    mark: str
    page: int
    what: str

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
    servable, shapes = Servable(material, known, confidential), Shapes(material, known, confidential)
    texts = {one.document: one for one in material.exhibit_texts}
    hits, unread = list[Hit](), list[str]()
    for exhibit in exhibits:
        mark, text = mark_of(exhibit), texts.get(exhibit.document)
        if text is None or text.unread:
            unread.append(mark)
        hits += [Hit(mark, page, what) for page, what in _hits(servable, shapes, text)] if text else []
    return Searched(tuple(hits), tuple(unread))


def _hits(servable: Servable, shapes: Shapes, text: ExhibitText) -> Iterator[tuple[int, str]]:
    """Each page and thing once: as it is written, then with all pages run together, as what is spaced out or goes on overleaf is found."""
    parts = (text.beside, *text.pages)
    found = {(page, what): None for page, words in enumerate(parts) for what in servable.recorded(words)}
    run = [run_together(part) for part in parts]
    ends = list(accumulate(map(len, run)))
    for what, place in servable.recorded_within("".join(run)):
        found.setdefault((bisect_right(ends, place), what), None)
    for page, words in enumerate(parts):
        told = [what for at, what in found if at == page]
        found |= {(page, what): None for what in shapes.of(text.document, words, told)}
    yield from sorted(found)
