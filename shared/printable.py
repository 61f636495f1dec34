"""Text as a PDF can print it. What is kept beside it carries the exact characters.

The document uses only the fonts that come with typst, so that its bytes are the same on every machine, and PDF/UA
forbids a character that no font has. Such a character is printed as its code point, [U+738B]: the reader sees that
something stands there. So are characters without width or with another direction, which could hide or reorder what a
court reads.
"""

import re
from typing import Any

_RANGES = (
    (0x0A, 0x0A),
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x34E),
    (0x350, 0x377),
    (0x384, 0x38A),
    (0x38E, 0x3A1),
    (0x3A3, 0x482),
    (0x48A, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
)
"""Latin with its marks, Greek, Cyrillic, general punctuation: what the bundled serif has. A mark of Old Cyrillic (U+0483 on) it lays over no
letter but one of its own."""

_PRINTS = frozenset(code for first, last in _RANGES for code in range(first, last + 1))
BREAK = "\u200b"
_TOO_LONG = re.compile(r"[^\s\-/]{24}(?=[^\s\-/])")
"""A word that does not fit a narrow column: it may be broken after every 24 characters."""


def text(raw: str) -> str:
    """The text, with unprintable characters as code points and chances to break in words too long for a column."""
    shown = "".join(char if ord(char) in _PRINTS else f"[U+{ord(char):04X}]" for char in raw.replace("\r\n", "\n"))
    return _TOO_LONG.sub(lambda word: word[0] + BREAK, shown)


def everything(node: Any) -> Any:
    """A JSON document with every text in it made printable; keys are left alone."""
    if isinstance(node, str):
        return text(node)
    if isinstance(node, dict):
        return {key: everything(value) for key, value in node.items()}
    if isinstance(node, list):
        return [everything(value) for value in node]
    return node
