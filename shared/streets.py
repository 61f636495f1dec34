"""How people shorten what a street or a house is called: "7 Elm Ln" is 7 Elm Lane, and "St" may be Street or Saint."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

_SAME: Final = (
    ("avenue", "ave", "av"),
    ("buildings", "bldgs"),
    ("building", "bldg"),
    ("close", "cl"),
    ("cottages", "cotts"),
    ("cottage", "cott"),
    ("court", "ct", "crt"),
    ("crescent", "cres", "cresc"),
    ("drive", "dr", "drv"),
    ("estate", "est"),
    ("farm", "fm"),
    ("flat", "flt", "apartment", "apt"),
    ("gardens", "gdns", "gdn"),
    ("green", "grn"),
    ("grove", "gro", "grv"),
    ("heights", "hts"),
    ("house", "hse", "ho"),
    ("lane", "ln"),
    ("lower", "lwr"),
    ("mount", "mt"),
    ("park", "pk"),
    ("parade", "pde"),
    ("place", "pl"),
    ("road", "rd"),
    ("saint", "st"),
    ("square", "sq"),
    ("street", "st", "str"),
    ("terrace", "tce", "terr", "ter"),
    ("upper", "upr"),
    ("walk", "wlk"),
)
"""The usual ones of English addresses, the whole word first; in the one writing (`shared.words.folded`)."""


def _made() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    forms, bare = defaultdict[str, set[str]](set), dict[str, str]()
    for same in _SAME:
        for word in same:
            forms[word].update(same)
            # what may be short for two is one word with both
            bare[word] = "st" if "st" in same else same[0]
    return {word: tuple(sorted(of, key=lambda one: (-len(one), one))) for word, of in forms.items()}, bare


_FORMS, _BARE = _made()


def forms(word: str) -> tuple[str, ...]:
    """All ways in which a word of an address is written, the longest first: the word alone where it is not one that is shortened."""
    return _FORMS.get(word, (word,))


def one_form(word: str) -> str:
    """The word in the one form by which two addresses are compared."""
    return _BARE.get(word, word)
