"""When two writings are certainly one place, and when certainly two. Neither is concluded from a weak likeness, since either may let an
address be printed that is a confidential one.

Source: UK GDPR Art. 5(1)(f): what is held is not disclosed to whom it endangers.
"""

import re
from typing import Final, NamedTuple

from shared.shapes import POSTCODE
from shared.streets import forms
from shared.words import folded, letters, plain

_POSTCODE: Final = re.compile(POSTCODE, re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_LINE_ENDS: Final = re.compile(r"[,;\n]")
_ELSEWHERE: Final = re.compile(
    r"\bbox\b|\bc\W{0,3}o\b|\bcare of\b|\bcorrespond|\bsolicitor|\bsocial (?:services|work)|\bcouncil\b|\bformer|\bprevious|\bwithheld\b"
)
"""Whoever has such an address is reached by it and lives elsewhere: refuges are written as a post box, whose postcode is not theirs."""
_PART_OF_A_HOUSE: Final = re.compile(
    r"annexe?|apartment|attic|back|basement|bedsit|block|caravan|cottage|first|flat|floor|front|ground|house|left|lodge|lower|maisonette|rear|"
    r"right|rooms?|second|studio|suite|the|third|top|unit|upper|[^\W\d_]|\w*\d\w*"
)
_LEAST: Final = 3
"""Words of a number and a street ("14 Pilchard Row"): "20 Elm" may be Elm Court or Elm Road."""


class _Writing(NamedTuple):
    """Without the postcode; `lines`: after how many words each line ends."""

    words: tuple[str, ...]
    lines: frozenset[int]
    postcodes: frozenset[str]


def same_place(one: str, other: str) -> bool:
    """Letter for letter; or by the same postcode and the same words, where one may leave out the lines behind the street (a town). What
    stands before the street is of the house: a flat, a floor, an annexe is a place of its own, and so it is behind the street."""
    short, long = sorted((_written(one), _written(other)), key=lambda writing: len(writing.words))
    if short.postcodes != long.postcodes:
        return False
    if _squashed(short) == _squashed(long):
        return bool(short.words or short.postcodes)
    rest = long.words[len(short.words) :]
    begun = all(theirs in forms(word) or word in forms(theirs) for word, theirs in zip(short.words, long.words, strict=False))
    told = short.postcodes and len(short.words) >= _LEAST and any(word[0].isdigit() for word in short.words)
    return bool(told and begun and (not rest or (len(short.words) in long.lines and not any(map(_of_a_house, rest)))))


def other_places(one: str, other: str) -> bool:
    """Whether each is known by its postcode and these differ. Houses of one postcode are neighbours at best, and at worst one house."""
    here, there = (_written(said).postcodes if is_lived_at(said) else frozenset[str]() for said in (one, other))
    return bool(here and there) and here.isdisjoint(there)


def is_lived_at(said: str) -> bool:
    """Whether it tells where somebody lives so that it can be compared: "see file" does not, a street without a postcode may be any
    street, and a post box is nobody's home."""
    text = plain(said)
    return bool(_POSTCODE.search(text)) and not _ELSEWHERE.search(folded(text))


def _written(address: str) -> _Writing:
    told = plain(address)
    words, lines = list[str](), set[int]()
    for line in _LINE_ENDS.split(_POSTCODE.sub(",", told)):
        words += _WORD.findall(folded(line))
        lines.add(len(words))
    return _Writing(tuple(words), frozenset(lines), frozenset(map(letters, _POSTCODE.findall(told))))


def _squashed(writing: _Writing) -> tuple[str, list[str]]:
    """With the figures by themselves: flat 1 of number 11 is not flat 11 of number 1."""
    return "".join(writing.words), re.findall(r"\d+", " ".join(writing.words))


def _of_a_house(word: str) -> bool:
    return any(map(_PART_OF_A_HOUSE.fullmatch, forms(word)))
