"""What a list says of how a case ended: the words of a code list alone, since what was typed in may name people."""

import re
from collections.abc import Sequence
from typing import Final

from services.sharing.domain.heard import Said, Word, standing
from services.sharing.domain.life import State, step

_PLAIN: Final = frozenset(
    {
        *("guilty", "found guilty", "pleaded guilty", "convicted", "proved in absence", "not guilty", "acquitted"),
        *("absolute discharge", "conditional discharge", "parenting order", "community order", "education supervision order"),
        *("dismissed", "case dismissed", "withdrawn", "case withdrawn", "discontinued", "adjourned", "no further action", "cautioned"),
    }
)
"""Source: Education Act 1996 s.444(8) and s.447, Sentencing Act 2020 s.42 (surcharge), s.79 and s.80 (discharges)."""
_SUM: Final = r"(?:of )?\u00a3?(\d{1,6}(?:\.\d\d)?)(?: pounds)?"
_SUMS: Final = tuple(
    (re.compile(f"{said} {_SUM}"), word)
    for said, word in (("(?:fined|fine)", "fined"), ("costs", "costs"), ("(?:victim )?surcharge", "surcharge"))
)
_BETWEEN: Final = re.compile(r"[,;+]|\band\b|\bwith\b")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")


def led_to(words: Sequence[Word], state: State) -> Said | None:
    """What was said by which a pack came to its state; None where the bus or we brought it there."""
    found = [one.said for one in standing(words) if one.said.says == state]
    return max(found, key=lambda one: (one.on, step(one.says)), default=None)


def in_safe_words(outcome: str) -> str | None:
    """`fined 120 pounds, costs 85 pounds`. None where anything in it is not in the list: then it stands with the pack's words alone."""
    text = " ".join(_THOUSANDS.sub("", outcome).casefold().split()).rstrip(".")
    found = [_safe(part.strip()) for part in _BETWEEN.split(text) if part.strip()]
    return ", ".join(filter(None, found)) if found and all(found) else None


def _safe(part: str) -> str | None:
    if part in _PLAIN:
        return part
    return next((f"{word} {fits[1]} pounds" for said, word in _SUMS if (fits := said.fullmatch(part))), None)
