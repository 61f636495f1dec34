"""The days on which the sample schools are open to pupils: three terms with half-terms, by rule, for any year.

Closed: weekends, the bank holidays of England that fall in term, and five INSET days.
"""

from datetime import date, timedelta
from functools import cache

MONDAY, FRIDAY = 0, 4
DAY = timedelta(days=1)


@cache
def open_days(year: int) -> tuple[date, ...]:
    """The school days of an academic year (2026 is 2026/27), in order: 190, or a few more or less as Easter falls."""
    closed = _closed(year)
    day, last = date(year, 9, 1), _back_to_weekday(date(year + 1, 7, 21))
    days = []
    while day <= last:
        if day.weekday() <= FRIDAY and day not in closed:
            days.append(day)
        day += DAY
    return tuple(days[1:])  # the first is an INSET day


def half_terms(days: tuple[date, ...]) -> list[list[date]]:
    """The days in blocks between holidays; a bank-holiday weekend does not part two blocks."""
    blocks: list[list[date]] = []
    for day in days:
        if blocks and (day - blocks[-1][-1]).days < 7:
            blocks[-1].append(day)
        else:
            blocks.append([day])
    return blocks


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    n = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + n + 90) // 25
    return date(year, month, (h - m + n + month + 19) % 32)


def _closed(year: int) -> frozenset[date]:
    october, may = _last_monday(date(year, 10, 31)), _last_monday(date(year + 1, 5, 31))
    spring = _first_monday(date(year + 1, 1, 3))
    sunday = easter(year + 1)
    spans = [
        (october, 8),  # half-term and the INSET day after it
        (_last_monday(date(year, 12, 23)) - 2 * DAY, (spring - _last_monday(date(year, 12, 23))).days + 3),
        (_first_monday(date(year + 1, 2, 15)), 5),
        (sunday - 2 * DAY, 15),
        (_first_monday(date(year + 1, 5, 1)), 1),  # early May bank holiday
        (may, 8),  # spring bank holiday, half-term, and the INSET day after it
    ]
    return frozenset(start + n * DAY for start, length in spans for n in range(length))


def _first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _last_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _back_to_weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))
