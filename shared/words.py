"""Texts that people type: names as they are taken in, and what makes two writings the same."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_NOT_LETTERS = re.compile(r"[\W_]+")


def _printable(text: str) -> str:
    if any(unicodedata.category(char)[0] == "C" or unicodedata.category(char) in ("Zl", "Zp") for char in text):
        raise ValueError("a name has no control characters, line breaks or invisible characters")
    if not letters(text):
        raise ValueError("a name has at least one letter or digit")
    return text


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)]
"""What somebody or something is called, in one line: 1 to 200 characters without the blanks around it."""


def plain(text: str) -> str:
    """The text without what only looks another: wide figures and the like, characters that are not seen, dashes of every length."""
    if text.isascii():
        return text
    seen = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return "".join("-" if unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}" else char for char in seen)


class _Folds(dict[int, str]):
    """By character, made when one is first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        seen = (char for char in plain if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
        self[code] = made = "".join(seen)
        return made


_FOLDS = _Folds()


def fold(char: str) -> str:
    """One character in the one writing; nothing for an accent by itself and for what is not seen."""
    return _FOLDS[ord(char)]


def folded(text: str) -> str:
    """The text in the one writing of what people mean by it: no capitals, no accents, plain figures, nothing that is not seen. Each
    character by itself, so that a place in it can be found in the text."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


def letters(text: str) -> str:
    """The letters and digits alone, in the one writing: two writings of a name or an address are the same by this."""
    return _NOT_LETTERS.sub("", folded(text))
