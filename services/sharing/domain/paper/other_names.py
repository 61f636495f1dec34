"""Names of other children and other parents, as the school's roll and the case know them: no words that are served tell them.

Source: UK GDPR Art. 5(1)(c): what is served on one parent is about that parent and one child.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from services.sharing.domain.material import Material
from services.sharing.domain.paper.people import People

BY_NAME: Final = "another child or parent by name"
_SHORTEST: Final = 3
"""Letters of a forename that is looked for alone."""
_WORDS: Final = frozenset({"April", "May", "June", "August", "Will", "Mark", "Grace", "Hope", "Joy", "Faith"})
"""Forenames that are words of a statement too: these are looked for with their surname alone."""
_SPACED: Final = r"\s+"
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "revd", "rev", "sir", "lady"})


def search(material: Material, known: People) -> re.Pattern[str] | None:
    """None where there is nobody else. Who has a name of the child's or of the parent's own is looked for by the whole name."""
    own = [frozenset(_parts(name)) for name in _own(material, known)]
    siblings = (f"{one.forename or ''} {one.surname or ''}" for one in material.siblings)
    names = {name for one in (*siblings, *(other.name for other in known.others)) for name in _told(one, own)}
    if not names:
        return None
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(rf"(?<!\w){_SPACED.join(map(re.escape, name.split()))}(?!\w)" for name in longest_first))


def _own(material: Material, known: People) -> Iterator[str]:
    """Of whom the pack tells by name: parent and child, who wrote the entries, and who signs."""
    case, statement, certificate = material.case, material.statement, material.certificate
    yield known.parent.name
    yield f"{material.person.forename or ''} {material.person.surname or ''}"
    yield from (entry.officer for entry in case.entries)
    yield from (
        one.name for one in (case.officer, statement, certificate and certificate.signed, material.checked, material.approved) if one
    )


def _told(name: str, own: Collection[frozenset[str]]) -> Iterator[str]:
    parts = _parts(name)
    if len(parts) > 1 and not any(one.issuperset(parts) for one in own):
        yield " ".join(parts)
    if parts and len(parts[0]) >= _SHORTEST and parts[0] not in _WORDS.union(*own):
        yield parts[0]


def _parts(name: str) -> tuple[str, ...]:
    """Without the title."""
    return tuple(_without_titles(name.split()))


def _without_titles(words: Iterable[str]) -> Iterator[str]:
    yield from (word for word in words if word.strip(".").casefold() not in _TITLES)
