"""How urgent a proposal is, and the sentences that say why.

The level is that of the weightiest rule met: severe absence, then what the local authority must be told or must consider (ten days
unauthorised, ten sessions unauthorised), then what a person has raised by hand, then fifteen days of illness and persistent absence, then
lateness, risks and patterns. Within a level the higher absence comes first, then the longer wait.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.referral import Figures, Referral
from shared.contracts.standing import Rule
from shared.percentages import absence

Level = Literal["urgent", "high", "medium", "low"]

WEIGHTS: Final[Mapping[Rule, tuple[int, Level, str]]] = {
    # Working together to improve school attendance (DfE): severely absent pupils first
    "severe absence": (12, "urgent", "severe absence, half of the possible sessions or more"),
    # SI 2024/208: the attendance return
    "ten days unauthorised": (11, "high", "ten school days of unauthorised absence, of which the local authority is to be told"),
    # National Framework for penalty notices, from 19 August 2024
    "ten sessions unauthorised": (
        10,
        "high",
        "ten sessions unauthorised within ten school weeks, the threshold at which a penalty notice is considered",
    ),
    # SI 2024/208: the sickness return
    "fifteen days of illness": (8, "medium", "fifteen school days of illness, of which the local authority is to be told"),
    # DfE pupil absence statistics, methodology 3.2.2
    "persistent absence": (7, "medium", "persistent absence, a tenth of the possible sessions or more"),
    # the rest are our own
    "late after the register closed": (6, "low", "late after the register closed, time and again within ten school weeks"),
    "late before the register closed": (5, "low", "late before the register closed, time and again within ten school weeks"),
    "sudden drop": (4, "low", "attendance far below the child's own of last year"),
    "at risk of persistent absence": (3, "low", "at risk of persistent absence, and the latest weeks are worse than those before"),
    "edge of holidays": (2, "low", "absent again and again next to holidays"),
    "same weekday": (1, "low", "absent again and again on the same weekday"),
}
BY_HAND: Final[tuple[int, Level, str]] = (9, "medium", "raised by hand")
"""Our own: somebody who knows the child asks for it."""


class Priority(BaseModel):
    """`because` gives what proposes it, the weightiest first, and then the figures."""

    model_config = ConfigDict(frozen=True)

    level: Level
    because: tuple[str, ...]


def priority(rules: Collection[Rule], figures: Figures | None, *, raised: bool = False) -> Priority:
    """`rules` are those that stand: one at least, unless it was raised by hand."""
    weights = [WEIGHTS[rule] for rule in set(rules)] + ([BY_HAND] if raised else [])
    ordered = sorted(weights, reverse=True)
    return Priority(level=ordered[0][1], because=(*(words for *_, words in ordered), *in_words(figures)))


def place(referral: Referral) -> tuple[int, float, datetime]:
    """Sorts a list of proposals, the most urgent first."""
    figures = referral.private.figures
    rate = figures.absent / figures.possible if figures and figures.possible else 0.0
    by_hand = BY_HAND[0] if referral.private.raised else 0
    weight = max((WEIGHTS[concern.rule][0] for concern in referral.standing), default=by_hand)
    return -weight, -rate, referral.proposed_at


def in_words(figures: Figures | None) -> list[str]:
    if figures is None or not figures.possible:
        return []
    words = [f"absent {figures.absent} of {figures.possible} possible sessions ({absence(figures.absent, figures.possible)} %)"]
    if figures.unauthorised:
        words.append(f"{figures.unauthorised} of them unauthorised")
    if figures.late:
        words.append(f"late {figures.late} times before the register closed")
    if figures.late_after_closing:
        words.append(f"late {figures.late_after_closing} times after the register closed")
    return words
