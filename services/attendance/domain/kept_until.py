"""How long what is said of two records is kept, and with whom it falls.

A join says of each record what the other's worth is, so it stays as long as one of them. What is said of two that are not joined is of use
as long as there are two: it falls with the first of them, and names that one alone to whoever asks what is held of whom.
"""

from collections.abc import Mapping

from services.attendance.domain.joins import State


def falls(state: State, until: Mapping[str, str]) -> tuple[str, list[str]]:
    """From the dates until which the two records are kept: the date of what is said of them, and who of them falls with it."""
    cohort = (max if state == "joined" else min)(until.values())
    return cohort, sorted(child for child, date in until.items() if date <= cohort)
