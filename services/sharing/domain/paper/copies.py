"""What copies that are served as they are say that may not be served: of letters by their words, of exhibits page by page. Nothing is
taken out of a copy; a person decides.

Looked for is what is on record of others, whatever has the shape of somebody's particulars, names of other children and parents, and
unique pupil numbers, which nothing that is served has.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from services.sharing.domain.material import Material
from services.sharing.domain.paper import pupil_number
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibit_shapes import Shapes
from services.sharing.domain.paper.other_names import BY_NAME
from services.sharing.domain.paper.people import People
from services.sharing.domain.paper.run_together import run_together
from services.sharing.domain.paper.servable import Servable
from shared.words import plain

Hit = tuple[int, str]
"""In which part, and what it names."""


class Copies:
    """Of one pack."""

    def __init__(self, material: Material, known: People, confidential: Confidential, servable: Servable) -> None:
        self._servable, self._shapes = servable, Shapes(material, known, confidential)
        self._number = pupil_number.search(material.person)

    def hits(self, parts: Sequence[str], *, shapes: bool = True, ours: Iterable[str] = ()) -> tuple[Hit, ...]:
        """Each part and thing once: as it is written, then with all parts run together, as what is spaced out or goes on overleaf is found;
        then by shape, unless our own telephones and addresses are on it. `ours`: what else may stand there."""
        found = {(part, what): None for part, words in enumerate(parts) for what in self._servable.recorded(words)}
        run = [run_together(part) for part in parts]
        ends, whole = list(accumulate(map(len, run))), "".join(run)
        for what, place in self._servable.recorded_within(whole):
            found.setdefault((bisect_right(ends, place), what), None)
        for part, words in enumerate(parts if shapes else ()):
            told = [what for at, what in found if at == part]
            found |= {(part, what): None for what in self._shapes.others(words, told, ours)}
        found |= dict.fromkeys(self._by_name(parts))
        for place in self._servable.names_others_within(whole):
            found.setdefault((bisect_right(ends, place), BY_NAME), None)
        found |= {(part, pupil_number.FOUND): None for part, words in enumerate(parts) if self._number.search(plain(words))}
        return tuple(found)

    def _by_name(self, parts: Iterable[str]) -> Iterator[Hit]:
        yield from ((part, BY_NAME) for part, words in enumerate(parts) if self._servable.names_others(words))
