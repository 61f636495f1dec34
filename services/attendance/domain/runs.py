"""What was said of one session, in the order of the writers: a run for each change."""

from collections.abc import Iterable
from typing import NamedTuple

from services.attendance.domain.codes import CLEARED
from services.attendance.domain.notes import Note


class Run(NamedTuple):
    """From this writer on, until the next run, every writer gave this mark."""

    writer: int
    mark: int
    note: Note | None


NO_MARK_YET = Run(-1, CLEARED, None)
"""What whoever comes before the first run said."""


def roll(said: Iterable[Run]) -> list[Run]:
    """Runs of what was said, in order: one for each change, and none for saying at first, without a note, that there is no mark."""
    runs: list[Run] = []
    for run in said:
        if (runs[-1][1:] if runs else (CLEARED, None)) != run[1:]:
            runs.append(run)
    return runs
