"""What was said of one session, in the order of the writers: a run for each change."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.attendance.domain.codes import CLEARED
from services.attendance.domain.notes import Note


class Run(NamedTuple):
    """From this writer on, until the next run, every writer gave this mark."""

    writer: int
    mark: int
    note: Note | None


def unroll(runs: Sequence[Run], writers: Iterable[int]) -> list[Run]:
    """What each writer said of a cell."""
    said, at = [], -1
    for number in writers:
        while at + 1 < len(runs) and runs[at + 1].writer <= number:
            at += 1
        said.append(Run(number, runs[at].mark, runs[at].note) if at >= 0 else Run(number, CLEARED, None))
    return said


def roll(said: Iterable[Run]) -> list[Run]:
    """Runs of what was said, in order: one for each change, and none for saying at first, without a note, that there is no mark."""
    runs: list[Run] = []
    for run in said:
        if (runs[-1][1:] if runs else (CLEARED, None)) != run[1:]:
            runs.append(run)
    return runs
