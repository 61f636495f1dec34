"""Mentions in a text of which nothing but letters and digits is left: an address may stand there letter by letter, hyphenated over a line,
or begun on one page and ended on the next. Between two digits a blank stays, so that a page's number and a house's do not become one.
"""

import re
from calendar import month_name
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Final

from shared.mentions import mentions_of, one_of
from shared.words import folded

_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_NOT_LETTERS: Final = re.compile(r"(?!(?<=\d) (?=\d))[\W_]+")
_LEAST: Final = 10
"""Letters of a mention without a figure: fewer are within other words ("mill" in "million")."""


def run_together(text: str) -> str:
    return _NOT_LETTERS.sub("", _BETWEEN_DIGITS.sub(" ", folded(text)))


def search(addresses: Iterable[str | None]) -> re.Pattern[str] | None:
    """A pattern for every mention of any of them in a text that is run together; None where there is nothing to find."""
    told = {mention.replace(" ", ""): mention for mention in mentions_of(addresses)}
    mentions = [spaced for one, spaced in told.items() if len(one) >= _LEAST or (any(map(str.isdigit, one)) and any(map(str.isalpha, one)))]
    return re.compile("|".join(map(_bounded, sorted(mentions, key=len, reverse=True)))) if mentions else None


def births(born: Iterable[date]) -> re.Pattern[str] | None:
    """The day, the month in figures or letters, and the year with its century."""
    forms = [form for day in sorted(set(born)) for form in _forms(day)]
    return re.compile("|".join(forms)) if forms else None


def _forms(day: date) -> tuple[str, ...]:
    number, month, year = f"(?:0 ?)?{_spaced(str(day.day))}", f"(?:0 ?)?{_spaced(str(day.month))}", _spaced(str(day.year))
    name = month_name[day.month].casefold()
    named = rf"{_spaced(str(day.day))}(?:st|nd|rd|th)?(?:of)?(?:{name}|{name[:3]}|{name[:4]})"
    return rf"(?<!\d){number} ?{month} ?{year}(?!\d)", rf"(?<!\d){year} ?{month} ?{number}(?!\d)", rf"(?<!\d)(?:0 ?)?{named}{year}(?!\d)"


def _bounded(mention: str) -> str:
    before = r"(?<!\d)" if mention[0].isdigit() else ""
    after = r"(?!\d)" if mention[-1].isdigit() else ""
    return f"{before}{_run(mention)}{after}"


def _run(mention: str) -> str:
    """The words of a mention run together, each as it may be cut short; of two figures a blank may stand between."""
    words = mention.split()
    between = [" ?" if one[-1].isdigit() and other[0].isdigit() else "" for one, other in pairwise(words)]
    return "".join(one for pair in zip(map(_written, words), (*between, ""), strict=True) for one in pair)


def _written(word: str) -> str:
    return _spaced(word) if any(map(str.isdigit, word)) else one_of(word)


def _spaced(mention: str) -> str:
    """With a blank, or none, between two digits."""
    return re.sub(r"(?<=\d)(?=\d)", " ?", re.escape(mention))
