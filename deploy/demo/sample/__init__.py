"""Invented schools drawn from the real mix: for the demo, the tests and the benchmarks.

The same seed and day give the same bytes.
"""

from datetime import date

from deploy.demo.sample.calendar import open_days
from deploy.demo.sample.model import Authority, Child, Officer, Parent, Pinned, Plan, Story
from deploy.demo.sample.published import mixes
from deploy.demo.sample.sample import Sample, School, absence_perc, assemble
from shared import academic_year

__all__ = [
    "Authority",
    "Child",
    "Officer",
    "Parent",
    "Pinned",
    "Plan",
    "Sample",
    "School",
    "Story",
    "absence_perc",
    "assemble",
    "make",
    "mixes",
]

WEXLEY = Authority("991", "Wexley Metropolitan Borough Council")
HALDERSHIRE = Authority("992", "Haldershire County Council")
PLANS = (
    Plan("900001", "Candlewick Primary School", WEXLEY, "Primary", "Mrs Philippa Arkwright", 756, 0, 6, "2901", "plain"),
    Plan("900002", "Stonepit High School", HALDERSHIRE, "Secondary", "Mr Desmond Oyelaran", 660, 7, 11, "4902", "british"),
    Plan("900003", "Yarrow Bank School", WEXLEY, "Special", "Ms Catrin Llewelyn-Price", 84, 0, 11, "7903", "underscored"),
)
"""Sized so that the phases stand to each other roughly as in England: else the whole could not meet England's total."""
OFFICERS = (
    Officer("officer-hartley", "Maureen Hartley", "maureen.hartley@example.org", ("900001", "900003")),
    Officer("officer-adebayo", "Tobi Adebayo-Lund", "tobi.adebayo-lund@example.org", ("900002",)),
)
LEAST_OF_LAST_YEAR = 10
"""School days of last year that are always there: the disposal is shown on them."""


def make(seed: int, today: date, marks_budget: int = 330_000) -> Sample:
    """The demo's sample: 1,500 children on roll in each of two years, with at most `marks_budget` marks up to `today`.

    The marks are those of the latest school days, `today` included: this year to date first, then as much of the end
    of last year as the budget leaves (at least ten days of it). ValueError: the budget is too small for that.
    """
    year = academic_year.of_session(today)
    days = marks_budget // (2 * sum(plan.children for plan in PLANS))
    if days <= LEAST_OF_LAST_YEAR:
        raise ValueError("the budget is too small to show anything of both years")
    to_date = tuple(day for day in open_days(year) if day <= today)[-(days - LEAST_OF_LAST_YEAR) :]
    last = open_days(year - 1)[-(days - len(to_date)) :]
    return assemble(seed, today, PLANS, OFFICERS, {year - 1: last, year: to_date})
