"""Which legal clocks of a pack run, and which of them runs out first: by it lists are sorted."""

from datetime import date
from typing import Final, NamedTuple, TypeVar

from services.sharing.domain.life import AT_HOME, TO_TAKE_BACK, State

TO_BE_LAID: Final[tuple[State, ...]] = tuple(state for state in TO_TAKE_BACK if state != "in court")
"""The pack has left, and an information may still be laid: in court it was (Magistrates' Courts Act 1980 s.127)."""
Day = TypeVar("Day")


class Days(NamedTuple):
    """The last day for the request, and the last on which the LA can lay an information for the earliest session. None: no session is
    relied on."""

    request_by: date | None
    earliest_by: date | None


def running(state: State, request_by: Day | None, earliest_by: Day | None) -> tuple[Day | None, Day | None]:
    """Of both those that still run: until the pack is sent both, then that of the information, and none of a pack that has ended."""
    if state in AT_HOME:
        return request_by, earliest_by
    return None, earliest_by if state in TO_BE_LAID else None


def nearest(state: State, request_by: date | None, earliest_by: date | None) -> date | None:
    """None once nothing more is to be done, or no session is relied on."""
    return min((day for day in running(state, request_by, earliest_by) if day), default=None)
