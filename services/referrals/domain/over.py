"""Which day a period may end with: one of which nothing is still to come, since a head teacher certifies what has been (Education Act 1996
s.566(1)(c)), and a mark that is not made yet may be any.
"""

from collections.abc import Iterable
from datetime import date

from shared.contracts.marks import Mark


def is_over(day: date, today: date, marks: Iterable[Mark]) -> bool:
    """A day that is past, and today once the register has a mark of the child for both its sessions."""
    return day < today or (day == today and {mark.session for mark in marks if mark.day == day} == {"AM", "PM"})
