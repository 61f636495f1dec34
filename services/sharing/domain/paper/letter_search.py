"""What copies of letters say that may not be served. A letter is looked at by its words, from which its copy was laid out."""

from collections.abc import Iterator, Mapping
from typing import Final

from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.copies import Copies
from services.sharing.domain.paper.people import People
from services.sharing.domain.paper.servable import CONFIDENTIAL, Servable
from shared.contracts.enforcement import LetterSent

LET_PASS_BY: Final = "letters searched"
"""The rule of which a person's reason lets a copy be served that names other people's particulars."""


def search_letters(material: Material, known: People, confidential: Confidential, servable: Servable) -> Mapping[str, tuple[str, ...]]:
    """By the letter's id what it names, each once."""
    copies = Copies(material, known, confidential, servable)
    found = {one.letter: tuple(dict.fromkeys(_hits(one, copies))) for one in material.case.letters}
    return {letter: hits for letter, hits in found.items() if hits}


def _hits(letter: LetterSent, copies: Copies) -> Iterator[str]:
    if letter.shows_hidden:
        yield CONFIDENTIAL
    if letter.document is not None:
        yield from (what for _, what in copies.hits((letter.text,), ours=letter.on_it))
