"""Mentions of an address in a text: the whole of it, its house and street, its first line, its postcode.

Addresses and texts are compared in one writing (`shared.words.folded`): an accent, a wide figure or a character that is not seen hides
nothing, nor does what a street is called when it is cut short (`shared.streets`). A disguised or partial mention is beyond this.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from shared.streets import forms
from shared.words import fold, folded

_POSTCODE: Final = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?)[\W_]*([0-9][a-z]{2})\b")
_HOUSE: Final = re.compile(r"(?<!\d)\d+[a-z]?\b[\W_]+[^\W\d_]+[\W_]+[^\W\d_]+")
"""A number and the two words behind it: "7 Refuge Lane"."""
_ARTICLE: Final = re.compile(r"^\s*the\b\s*")
"""A house with a name goes without it too: "Old Smithy"."""
_WORD: Final = re.compile(r"[^\W_]+")
_NAMES: Final = re.compile(r"[^\W\d_]{2,}[\W_]+[^\W\d_]{2,}")
"""Two words of letters: "Elm Ct"."""
_BETWEEN: Final = r"[\W_]*+"
_LEAST: Final = 6
"""Characters up to which a first line ("Flat 2") or a word without a number ("n/a") says nothing about where somebody lives."""


class Mentions:
    """Of some addresses, to be found in texts."""

    def __init__(self, mentions: Iterable[str]) -> None:
        told = sorted(set(mentions), key=len, reverse=True)
        # of two that begin at one place the longer one is taken out
        self._pattern = re.compile("|".join(map(_loosely, told)))
        self._telling = tuple(dict.fromkeys(map(_telling, told)))

    def are_in(self, text: str) -> bool:
        plain = folded(text)
        return self._may_be_in(plain) and self._pattern.search(plain) is not None

    def are(self, text: str) -> bool:
        """Whether the text is one of them, and nothing else."""
        return self._pattern.fullmatch(folded(text)) is not None

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """From which character of the text up to which: in order, and without overlaps."""
        plain, done = folded(text), 0
        if not self._may_be_in(plain):
            return
        origin: Sequence[int] | None = range(len(text)) if text.isascii() else None
        for found in self._pattern.finditer(plain):
            origin = origin or _origin(text)
            first, last = max(done, origin[found.start()]), origin[found.end() - 1] + 1
            while last < len(text) and not fold(text[last]):
                last += 1  # an accent of the last letter goes with it
            if first < last:
                yield first, last
                done = last

    def _may_be_in(self, plain: str) -> bool:
        """Whether all words of any mention stand there: the pattern would look at each place of a text. Nearly always it is the first word,
        that of the fewest texts, that does not."""
        return any(all(word in plain for word in words) for words in self._telling)

    def taken_out(self, text: str, mark: str) -> str:
        """The text with the mark in the place of each."""
        kept, done = list[str](), 0
        for first, last in self.places(text):
            kept += [text[done:first], mark]
            done = last
        return "".join((*kept, text[done:])) if kept else text


def search(addresses: Iterable[str | None]) -> Mentions | None:
    """What finds every mention of any of them; None where there is nothing to find."""
    mentions = mentions_of(addresses)
    return Mentions(mentions) if mentions else None


def mentions_of(addresses: Iterable[str | None]) -> list[str]:
    """By which each may be named, in the one writing, with a blank between two words: "7 refuge lane"."""
    return [mention for address in addresses if address for mention in _mentions(folded(address))]


def _mentions(address: str) -> Iterator[str]:
    """Each with the blanks between its words; a postcode in its two halves."""
    whole = address.strip(" ,\n")
    street = _POSTCODE.sub("", whole)
    first = next((part for part in re.split(r"[,;\n]", street) if len(part.strip()) > _LEAST or _NAMES.search(part)), "")
    named = _ARTICLE.sub("", first)
    names = (first, named) if len(named.split()) > 1 else (first,)  # "the Mill" is no house that "mill" would name
    said = [*names, *_HOUSE.findall(street), *(" ".join(halves) for halves in _POSTCODE.findall(whole))]
    if len(whole) > _LEAST or any(map(str.isdigit, whole)) or _NAMES.search(whole):
        said.append(whole)
    yield from (spaced for one in said if (spaced := " ".join(_WORD.findall(one))))


def _loosely(mention: str) -> str:
    """The words of the mention, each as it may be cut short, with anything but letters and digits between them, or nothing."""
    first, *rest = mention.split()
    behind = "".join(_BETWEEN + one_of(word) for word in rest)
    after = r"(?![^\W_])" if mention[-1].isdigit() else r"(?:(?![^\W\d_])|(?=[a-z]{1,2}\d))"  # "LaneZZ99"
    return "|".join(_begun(form, mention) + behind + after for form in forms(first))


def _begun(word: str, mention: str) -> str:
    """The first word. What may not stand before it is looked for behind its first character: by that the pattern skips most of a text."""
    first = word[0]
    behind_postcode = rf"(?<=\d[^\W\d_]{{2}}{first})"  # "1AAElm Ct"
    if first.isdigit():
        before = rf"(?<!\d{first})"  # "No7"
    elif _POSTCODE.fullmatch(mention):
        before = rf"(?:(?<![^\W_]{first})|(?<=[^\W\d_]{{3}}{first})|{behind_postcode})"  # "PostcodeZZ991AA", and no E1 in SE1
    else:
        before = rf"(?:(?<![^\W\d_]{first})|{behind_postcode})"
    return first + before + re.escape(word[1:])


def one_of(word: str) -> str:
    """A pattern for every way in which a word of a mention is written."""
    written = forms(word)
    return f"(?:{'|'.join(map(re.escape, written))})" if len(written) > 1 else re.escape(word)


def _telling(mention: str) -> tuple[str, ...]:
    """The words that are written in one way alone, the longest first."""
    return tuple(sorted((word for word in mention.split() if len(forms(word)) == 1), key=len, reverse=True))


def _origin(text: str) -> list[int]:
    """For each character of the folded text, which one of the text it comes from."""
    return [at for at, char in enumerate(text) for _ in fold(char)]
