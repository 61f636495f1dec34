"""Compulsory school age: a child has to attend, and absence can be an offence, between these two days only.

Source: Education Act 1996 s.8. It begins on the fifth birthday where that is a prescribed day (31 March, 31 August, 31 December:
Education (Start of Compulsory School Age) Order 1998, SI 1998/1607), else on the prescribed day that follows. It ends with the school
leaving date, the last Friday in June (Education (School Leaving Date) Order 1997, SI 1997/1970), of the school year in which the child
becomes 16, a birthday in the summer holiday that follows included. A school year is taken to end on 31 August.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.academic_year import SLOTS, first_day

_PRESCRIBED = ((3, 31), (8, 31), (12, 31))


class SchoolAge(NamedTuple):
    """The first and the last day on which a child is of compulsory school age."""

    first: date
    last: date

    def of(self, series: bytes, year: int) -> bytes:
        """A child's series of an academic year with its sessions outside compulsory school age left empty."""
        begin = _slot(self.first, year)
        return bytes(begin) + series[begin : _slot(self.last + timedelta(days=1), year)]


@lru_cache(8192)
def school_age(born: date) -> SchoolAge:
    """Between which days a child born on this day is of compulsory school age. Children at school were born within twenty years, and each
    day of these is worked out once."""
    return SchoolAge(_begins(_birthday(born, 5)), _ends(_birthday(born, 16)))


def leaving_date(year: int) -> date:
    """The school leaving date of a calendar year: the last Friday in June."""
    last = date(year, 6, 30)
    return last - timedelta(days=(last.weekday() - 4) % 7)


def _begins(fifth: date) -> date:
    return next(day for month, number in _PRESCRIBED if (day := date(fifth.year, month, number)) >= fifth)


def _ends(sixteenth: date) -> date:
    return leaving_date(sixteenth.year if sixteenth <= date(sixteenth.year, 8, 31) else sixteenth.year + 1)


def _birthday(born: date, age: int) -> date:
    """Of who was born on 29 February it is 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _slot(day: date, year: int) -> int:
    return min(max(0, 2 * (day - first_day(year)).days), SLOTS)
