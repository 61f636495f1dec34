"""The bank holidays of England, on which schools are closed as a rule and no court sits.

Source: gov.uk/bank-holidays, division England and Wales (Open Government Licence v3.0), with the days appointed by proclamation:
the VE Day anniversary moved to 8 May 2020, the Platinum Jubilee in June 2022, the State Funeral on 19 September 2022, the Coronation on
8 May 2023. A holiday that falls on a weekend is listed on its substitute day, as schools keep it.
"""

from datetime import date
from typing import Final

KNOWN_FROM: Final = date(2018, 1, 1)
KNOWN_UNTIL: Final = date(2028, 12, 31)
"""The last day of the years that are published here."""

_NAMES: Final = (
    "New Year's Day",
    "Good Friday",
    "Easter Monday",
    "the early May bank holiday",
    "the spring bank holiday",
    "the summer bank holiday",
    "Christmas Day",
    "Boxing Day",
)
"""In the order in which each year lists them."""
_ONCE: Final = {
    date(2022, 6, 3): "the bank holiday for the Platinum Jubilee",
    date(2022, 9, 19): "the bank holiday for the State Funeral",
    date(2023, 5, 8): "the bank holiday for the Coronation",
}
_FIXED: Final = {"New Year's Day": "01-01", "Christmas Day": "12-25", "Boxing Day": "12-26"}
_BY_YEAR: Final = {
    2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-27 12-26",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}

BANK_HOLIDAYS: Final = frozenset(date.fromisoformat(f"{year}-{day}") for year, days in _BY_YEAR.items() for day in days.split())


def name_of(day: date) -> str | None:
    """As gov.uk calls it; None of a day that is no bank holiday, or none that is known."""
    if day not in BANK_HOLIDAYS or day in _ONCE:
        return _ONCE.get(day)
    yearly = [one for one in _BY_YEAR[day.year].split() if date.fromisoformat(f"{day.year}-{one}") not in _ONCE]
    name = _NAMES[yearly.index(f"{day:%m-%d}")]
    return name if _FIXED.get(name, f"{day:%m-%d}") == f"{day:%m-%d}" else f"the substitute day of {name}"


def beyond_what_is_known(last: date) -> str | None:
    """One line for who asks about days whose bank holidays are not in the list; None where they are."""
    if last <= KNOWN_UNTIL:
        return None
    return f"bank holidays are known until {KNOWN_UNTIL}: later ones are taken for weekdays like any other; install a newer version"
