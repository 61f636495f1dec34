"""A sample of one small school, for tests that need plausible children and marks and not the whole demo."""

from datetime import date

from deploy.demo.sample import Authority, Officer, Plan, Sample, assemble
from deploy.demo.sample.calendar import open_days
from shared import academic_year

TODAY = date(2026, 11, 20)
DAYS_OF_LAST_YEAR = 10


def make_small(seed: int, children: int = 64, weeks: int = 6, today: date = TODAY) -> Sample:
    """One secondary school of at least 20 children: the last `weeks` weeks to date, ten days of last year."""
    authority = Authority("991", "Wexley Metropolitan Borough Council")
    plan = Plan(
        "900002",
        "Stonepit High School",
        authority,
        "Secondary",
        "Mr Desmond Oyelaran",
        children,
        7,
        11,
        "4902",
        "plain",
    )
    officer = Officer("officer-hartley", "Maureen Hartley", "maureen.hartley@example.org", (plan.urn,))
    year = academic_year.of_session(today)
    to_date = tuple(day for day in open_days(year) if day <= today)[-5 * weeks :]
    return assemble(seed, today, [plan], [officer], {year - 1: open_days(year - 1)[-DAYS_OF_LAST_YEAR:], year: to_date})
