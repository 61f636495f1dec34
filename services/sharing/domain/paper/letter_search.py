"""What copies of letters say that may not be served. A letter is looked at by its words, from which its copy was laid out.

Beside what exhibits are searched for: names of other children and parents, and unique pupil numbers, which nothing else that is served has.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from services.sharing.domain.material import Material
from services.sharing.domain.paper import pupil_number
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibit_shapes import Shapes
from services.sharing.domain.paper.other_names import BY_NAME
from services.sharing.domain.paper.people import People
from services.sharing.domain.paper.run_together import run_together
from services.sharing.domain.paper.servable import CONFIDENTIAL, Servable
from shared.contracts.enforcement import LetterSent
from shared.words import plain

LET_PASS_BY: Final = "letters searched"
"""The rule of which a person's reason lets a copy be served that names other people's particulars."""


def search_letters(material: Material, known: People, confidential: Confidential, servable: Servable) -> Mapping[str, tuple[str, ...]]:
    """By the letter's id what it names, each once."""
    shapes, number = Shapes(material, known, confidential), pupil_number.search(material.person)
    found = {one.letter: tuple(dict.fromkeys(_hits(one, servable, shapes, number))) for one in material.case.letters}
    return {letter: hits for letter, hits in found.items() if hits}


def _hits(letter: LetterSent, servable: Servable, shapes: Shapes, number: re.Pattern[str]) -> Iterator[str]:
    """As for exhibits: as it is written, run together, and by shape."""
    if letter.shows_hidden:
        yield CONFIDENTIAL
    if letter.document is None:
        return
    told = [*servable.recorded(letter.text), *(what for what, _ in servable.recorded_within(run_together(letter.text)))]
    yield from told
    yield from shapes.others(letter.text, told, letter.on_it)
    if servable.names_others(letter.text):
        yield BY_NAME
    if number.search(plain(letter.text)):
        yield pupil_number.FOUND
