"""Whether two who act on a pack are one person, by login and by the name that each typed.

Names are compared as sets of words in the one writing (`shared.words.folded`: NFKD, no capitals, no accents), so their order, a title, or a
post in brackets says nothing. A name that is wholly within another is the same: who has the shorter one writes it in full. Beyond this are
letters of other scripts that look alike (a Cyrillic "а"), initials ("D. Example" and "Dee Example"), and whoever has two logins and
takes another name with the second.
"""

import re

from shared.words import folded, letters

_BETWEEN = re.compile(r"[\W_]+")


def same_login(one: str, other: str) -> bool:
    """The `sub` of two tokens. Nobody is told from somebody by capitals or blanks at the ends."""
    return folded(one).strip() == folded(other).strip()


def same_name(one: str, other: str) -> bool:
    """Two names of people, each with a letter or digit at least (`shared.words.Name`)."""
    words, others = _words(one), _words(other)
    return words <= others or others <= words or letters(one) == letters(other)


def _words(name: str) -> frozenset[str]:
    return frozenset(filter(None, _BETWEEN.split(folded(name))))
