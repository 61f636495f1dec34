"""Names of other children and other parents, as the school's roll and the case know them: no words that are served tell them.

Source: UK GDPR Art. 5(1)(c): what is served on one parent is about that parent and one child.

What is certain is taken out of words that are served: the whole name in any writing, and a forename as it is written, or all in capitals.
In what goes as it is (copies of letters, exhibits) every likely writing is looked for (`name_writings.py`): a person decides.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from services.sharing.domain.material import Material
from services.sharing.domain.paper.name_writings import TITLES, Writings, apart
from services.sharing.domain.paper.people import People
from shared.mentions import Mentions
from shared.words import folded, letters

BY_NAME: Final = "another child or parent by name"
_SHORTEST: Final = 3
"""Letters of a forename that is looked for alone."""
_WORDS: Final = frozenset({"April", "May", "June", "August", "Will", "Mark", "Grace", "Hope", "Joy", "Faith"})
"""Forenames that are words of a statement too: these are looked for with their surname alone."""
_BESIDE: Final = re.compile(r"\([^)]*\)")
"""What a roll says beside a name: "Elowen Tregear (mother)"."""


class OtherNames:
    """Of everybody but whom the pack tells of. Who has a name of the child's or of the parent's own is looked for by the whole name."""

    def __init__(self, material: Material, known: People) -> None:
        own = [parts for name in _own(material, known) if (parts := _parts(name))]
        siblings = (f"{one.forename or ''} {one.surname or ''}" for one in material.siblings)
        theirs = [_parts(name) for name in (*siblings, *(other.name for other in known.others))]
        others = [parts for parts in theirs if parts and not any(_within(parts, one) for one in own)]
        whole = [" ".join(apart(" ".join(parts))) for parts in others if len(parts) > 1]
        self._whole = Mentions(whole) if whole else None
        alone = sorted({form for parts in others for form in _alone(parts, own)}, key=lambda form: (-len(form), form))
        self._alone = re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in alone)) if alone else None
        self.likely = Writings(others, own, _WORDS)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """What is taken out of a plain text, from which character up to which."""
        if self._whole:
            yield from self._whole.places(text)
        if self._alone:
            yield from (found.span() for found in self._alone.finditer(text))


def _own(material: Material, known: People) -> Iterator[str]:
    """Of whom the pack tells by name: parent and child, who wrote the entries, and who signs."""
    case, statement, certificate = material.case, material.statement, material.certificate
    yield known.parent.name
    yield f"{material.person.forename or ''} {material.person.surname or ''}"
    yield from (entry.officer for entry in case.entries)
    yield from (
        one.name for one in (case.officer, statement, certificate and certificate.signed, material.checked, material.approved) if one
    )


def _alone(parts: tuple[str, ...], own: Collection[tuple[str, ...]]) -> Iterator[str]:
    """The forename as it is written, without its accents, and in capitals."""
    forename = parts[0]
    if len(forename) >= _SHORTEST and forename not in _WORDS and not any(_within((forename,), one) for one in own):
        plain = _unaccented(forename)
        yield from (forename, plain, forename.upper(), plain.upper())


def _within(parts: Iterable[str], name: Iterable[str]) -> bool:
    return set(map(letters, parts)) <= set(map(letters, name))


def _unaccented(name: str) -> str:
    """With its capitals."""
    return "".join(plain.upper() if char.isupper() else plain for char in name for plain in folded(char))


def _parts(name: str) -> tuple[str, ...]:
    """In the order in which it is spoken ("Winterbourne, Rekha" is Rekha Winterbourne), without titles."""
    surname, comma, forenames = name.partition(",")
    words = _BESIDE.sub(" ", f"{forenames} {surname}" if comma and letters(forenames) else name).split()
    return tuple(word for word in words if letters(word) and letters(word) not in TITLES)
