"""What somebody typed, as terms of four classes, and how well a known text fits one: exactly, at its beginning, in part, or misspelt.

A term and a known text are compared in one writing: names without accents, apostrophes and case, telephone numbers by their digits,
postcodes in capitals without a blank, unique pupil numbers in capitals. Misspelt is what some single letters left out, put in, changed or
swapped make the same: one in four letters or more, two in eight or more.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from services.referrals.domain.addresses import digits

Class = Literal["name", "telephone", "postcode", "upn"]
_UPN: Final = re.compile(r"\b[a-z][0-9]{6,11}[a-z0-9]?\b", re.IGNORECASE)
"""A unique pupil number from its first letter on: no postcode has so many digits. Source: DfE, Unique pupil numbers guide: a check letter
and twelve digits, of which a temporary number's last is a letter."""
_POSTCODE: Final = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]?\s*[0-9][a-z]{2}\b", re.IGNORECASE)
_HALF_CODE: Final = re.compile(r"(?=.*[0-9])[a-z]{1,2}[0-9][a-z0-9]{0,4}|[0-9][a-z]{2}", re.IGNORECASE)
"""What a postcode begins with, or its last three."""
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().\-]*")
_APOSTROPHES: Final = str.maketrans("", "", "'’`")
_WORD: Final = re.compile(r"[^\W_]+")
LEAST: Final = 2
"""Letters or digits below which a term says nothing."""
IN_PART: Final = 3
"""Letters from which a term may stand anywhere in a text."""
MOST_WORDS: Final = 6
KEPT: Final = 400
"""Known texts that one term may mean: the best."""


class Term(NamedTuple):
    kind: Class
    text: str


def words(name: str) -> list[str]:
    """A name's parts in the one writing: "D'Arcy-Ångström" is darcy and angstrom."""
    bare = name.casefold().translate(_APOSTROPHES)
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
    return _WORD.findall(bare)


def terms(typed: str) -> list[Term]:
    """The terms of a search; none where nothing of it says anything."""
    found = [Term("upn", number.upper()) for number in _UPN.findall(typed)]
    rest = _UPN.sub(" ", typed)
    found += [Term("postcode", re.sub(r"\s", "", code).upper()) for code in _POSTCODE.findall(rest)]
    rest = _POSTCODE.sub(" ", rest)
    found += [Term("telephone", digits(number)) for number in _NUMBER.findall(_without_codes(rest))]
    for word in words(_NUMBER.sub(" ", _without_codes(rest))):
        found.append(Term("name", word))
    found += [Term("postcode", word.upper()) for word in rest.split() if _HALF_CODE.fullmatch(word)]
    return [term for term in dict.fromkeys(found) if len(term.text) >= LEAST][:MOST_WORDS]


def _without_codes(text: str) -> str:
    return " ".join(word for word in text.split() if not _HALF_CODE.fullmatch(word))


class Vocabulary:
    """All known texts of one class, made to be searched. `score` is 100 where a text is the term itself."""

    def __init__(self, kind: Class, texts: Sequence[str]) -> None:
        self._texts = sorted(texts)
        self._known = frozenset(self._texts)
        self._joined = "\n" + "\n".join(self._texts) + "\n"
        self._kind = kind

    def fitting(self, text: str) -> dict[str, int]:
        """Known texts with how well they fit, the best KEPT."""
        found = {known: 60 - 12 * distance for known, distance in self._misspelt(text).items()}
        for known in self._containing(text):
            found[known] = 90 if known.startswith(text) else 70
        if text in self._known:
            found[text] = 100
        best = sorted(found.items(), key=lambda item: (-item[1], len(item[0])))
        return dict(best[:KEPT])

    def _containing(self, text: str) -> list[str]:
        """Those in which the text stands; of a short one those that begin with it."""
        sought = text if len(text) >= IN_PART else "\n" + text
        found: list[str] = []
        at = self._joined.find(sought)
        while at >= 0 and len(found) < 5 * KEPT:
            begin = self._joined.rfind("\n", 0, at + 1) + 1
            end = self._joined.find("\n", at + 1)
            found.append(self._joined[begin:end])
            at = self._joined.find(sought, end)
        return found

    def _misspelt(self, text: str) -> dict[str, int]:
        """Those within the distance, and names whose beginning is: what is typed may be a part, too, and counts as one letter more."""
        allowed = _allowed(self._kind, text)
        if not allowed or not self._texts:
            return {}
        found: dict[str, int] = {}
        if self._kind == "name":
            found = {
                known: distance + 1 for known, distance in _near(text, self._texts, [one[: len(text)] for one in self._texts], allowed)
            }
        return found | dict(_near(text, self._texts, self._texts, allowed))


def _allowed(kind: Class, text: str) -> int:
    if kind == "postcode":
        return int(len(text) >= 5)
    if kind in ("telephone", "upn"):
        return int(len(text) >= 9)
    return 0 if len(text) < 4 else 1 if len(text) < 8 else 2


def _near(text: str, known: Sequence[str], compared: Sequence[str], allowed: int) -> list[tuple[str, int]]:
    """Those of the known texts whose compared part is within the distance."""
    distances = cdist([text], compared, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8)[0]
    return [(known[place], int(distances[place])) for place in np.flatnonzero(distances <= allowed).tolist()]
