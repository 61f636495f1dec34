"""Mentions of an address in a text: the whole of it, its house and street, its first line, its postcode.

A disguised or partial mention is beyond this.
"""

import re
from collections.abc import Iterable

from shared.words import letters

POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)[\W_]*([0-9][A-Z]{2})\b", re.IGNORECASE)
_HOUSE = re.compile(r"\b\d+[a-z]?\b[\W_]+[^\W\d_]+[\W_]+[^\W\d_]+", re.IGNORECASE)
"""A number and the two words behind it: "7 Refuge Lane"."""
_ARTICLE = re.compile(r"^\s*the\b\s*", re.IGNORECASE)
"""A house with a name goes without it too: "Old Smithy"."""
_BETWEEN = r"[\W_]*"
_LEAST = 6
"""Characters up to which a first line ("Flat 2") or a word without a number ("n/a") says nothing about where somebody lives."""


def search(addresses: Iterable[str | None]) -> re.Pattern[str] | None:
    """A pattern that finds every mention of any of them; None where there is nothing to find."""
    mentions = [mention for address in addresses if address for mention in _mentions(address)]
    # of two that begin at one place the longer one is taken out
    return re.compile("|".join(sorted(set(mentions), key=len, reverse=True)), re.IGNORECASE) if mentions else None


def texts(address: str) -> list[str]:
    """By which the house may be named: the first line, with and without its article, and number and street."""
    street = POSTCODE.sub("", address.strip(" ,\n"))
    first = next((part for part in re.split(r"[,;\n]", street) if len(part.strip()) > _LEAST), "")
    named = _ARTICLE.sub("", first)
    names = (first, named) if len(named.split()) > 1 else (first,)  # "the Mill" is no house that "mill" would name
    return [text for text in (*names, *_HOUSE.findall(street)) if letters(text)]


def _mentions(address: str) -> list[str]:
    whole = address.strip(" ,\n")
    mentions = [_loosely(text) for text in texts(whole)]
    if len(whole) > _LEAST or any(map(str.isdigit, whole)):
        mentions += [re.escape(whole), *([_loosely(whole)] if letters(whole) else [])]
    mentions += [rf"\b{outward}[\W_]*{inward}\b" for outward, inward in POSTCODE.findall(whole)]
    return mentions


def _loosely(text: str) -> str:
    """The words of the text with anything but letters and digits between them, or nothing."""
    words = (re.escape(word) for word in re.split(r"[\W_]+", text) if word)
    return rf"\b{_BETWEEN.join(words)}\b"
