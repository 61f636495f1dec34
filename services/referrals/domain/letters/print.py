"""Letters on paper: one tagged PDF (PDF/UA-1) of one letter or of a batch, whose bytes depend on the letters alone.

The layout is fixed and the letters come to it as JSON, never as markup: a name that looks like a command prints as it is written.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from services.referrals.domain.letters.merge import Words, long
from shared import printable, typesetting
from shared.errors import Permanent
from shared.typesetting import NotTypeset


class LetterNotPrinted(Permanent):
    """The letters could not be laid out."""


def pdf(letters: Sequence[Words], *, both_sides: bool = False) -> bytes:
    """Each letter on pages of its own; `both_sides`: each begins on a new sheet. LetterNotPrinted says nothing of them."""
    shown = {"letters": [_view(one) for one in letters], "both_sides": both_sides}
    try:
        return typesetting.pdf(_template(), "batch", shown, max(one.day for one in letters))
    except NotTypeset:
        raise LetterNotPrinted from None


def _view(words: Words) -> dict[str, Any]:
    shown: dict[str, Any] = printable.everything(words.model_dump(mode="json"))
    return {**shown, "dear": shown["dear"] or shown["to"], "day": long(words.day), "iso": words.day.isoformat()}


@cache
def _template() -> bytes:
    return files(__package__).joinpath("letter.typ").read_bytes()
