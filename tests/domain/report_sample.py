"""An invented school's half term, as its report is made of it."""

from datetime import date
from typing import Any

from services.attendance.domain.codes import BY_TEXT
from services.attendance.domain.statistics import Statistics
from services.referrals.domain.impact import Impact, Rates, Spread
from services.referrals.domain.report_facts import Done, Facts, School
from services.referrals.settings.published import load_publications
from shared.contracts.periods import HalfTerm, PeriodFigures

PUBLICATION = load_publications()[0]


def columns(pupils: int, *, absent: float = 0.09, persistent: int = 0, severe: int = 0, days: int = 36) -> dict[str, Any]:
    """The Department's columns of so many pupils, each there on all days, two thirds of the absence authorised."""
    possible = 2 * days * pupils
    away = round(possible * absent)
    marks = {"/": possible - away, "I": away - away // 3, "O": away // 3}
    counts = {BY_TEXT[code].byte: number for code, number in marks.items()}
    return Statistics(counts, pupils, persistent, severe).columns()


YEARS = {
    "7": columns(178, absent=0.068, persistent=31, severe=2),
    "8": columns(181, absent=0.081, persistent=44, severe=5),
    "9": columns(176, absent=0.094, persistent=52, severe=7),
    "10": columns(180, absent=0.104, persistent=58, severe=9),
    "11": columns(171, absent=0.098, persistent=49, severe=8),
}
KINDS = (
    *(("telephone call", 64, 41), ("text message", 0, 0), ("e-mail", 3, 3), ("letter", 38, 30), ("home visit", 27, 19)),
    *(("safe-and-well visit", 2, 2), ("meeting", 0, 0), ("meeting in school", 22, 18), ("attendance clinic", 12, 12)),
    *(("attendance contract", 7, 7), ("attendance contract review", 4, 4), ("attendance panel", 1, 1), ("notice to improve", 5, 5)),
    *(("penalty notice", 0, 0), ("court attendance", 0, 0), ("other kinds", 0, 0)),
)
STATES = {"accepted": 4, "allocated": 2, "in progress": 31, "monitoring": 9, "enforcement requested": 3, "with the LA": 1}


def impact(cases: int = 34, effect: float = 3.1, apart: float = 2.2) -> Impact:
    return Impact(
        cases=cases,
        like=cases * 11,
        rates=Rates(78.4, 81.9, 84.1),
        like_rates=Rates(78.6, 80.3, 81.2),
        change=5.7,
        like_change=5.7 - effect,
        effect=effect,
        low=effect - apart,
        high=effect + apart,
        spread=Spread(-14.2, -1.1, 2.9, 7.4, 21.3),
    )


def facts(**other: Any) -> Facts:
    whole = columns(886, absent=0.089, persistent=234, severe=31)
    known: dict[str, Any] = {
        "school": School("900001", "Wexley Park Academy", "937", "Secondary"),
        "year": 2026,
        "half_term": HalfTerm(name="autumn-1", first=date(2026, 9, 3), last=date(2026, 10, 23), days=36, over=True),
        "made": date(2026, 11, 20),
        "counted_on": date(2026, 10, 23),
        "company": "Example Education Welfare Ltd",
        "term": PeriodFigures(columns=whole, year_groups=YEARS),
        "to_date": PeriodFigures(columns=whole, year_groups=YEARS),
        "publication": PUBLICATION,
        "proposed": 17,
        "states": STATES,
        "opened": 23,
        "closed": 4,
        "done": {kind: Done(entries, children) for kind, entries, children in KINDS},
        "children": 47,
        "impact": impact(),
        "by_kind": {"home visit": impact(14, 6.2, 4.1), "letter": impact(21, -0.4, 3.3)},
        "how": "A case counts from its first intervention, and like children are of the same school and year group.",
    }
    return Facts(**(known | other))
