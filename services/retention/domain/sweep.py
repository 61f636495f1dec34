"""A sweep: the steps in which a cohort is disposed of, and how far each cohort has come.

The order is the proof: a key is closed before anybody is counted, the ledger is written before the first delete, a key is destroyed only
when nothing is left under it. Each step may be done again: a crash, or a second replica, repeats one and changes nothing.

Who stays is asked again right before a purge is ordered, however long the steps between took; if anybody stays whose records are still
here, the sweep goes back to moving them. What has been ordered is not taken back: from then on the services' answers rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, get_args

Step = Literal[
    "close the key",
    "wait for holders of the key",
    "move who stays",
    "write the ledger",
    "order schools",
    "await schools",
    "order the rest",
    "await the rest",
    "second look",
    "destroy the key",
    "certify",
    "done",
]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one cohort has come."""

    cohort: str
    purge: str
    since: datetime
    """When the step began."""
    step: Step = STEPS[0]
    round: int = 1
    """Grows when a second look found something left: then the purge is ordered again."""
    told_at: datetime | None = None
    """When who stays was last told to the services."""
    counts: Mapping[str, int] = field(default_factory=dict)
    certificate: int | None = None

    @property
    def command(self) -> str:
        """The purge's id in the commands of this round."""
        return f"{self.purge}.{self.round}"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Everything due on a day, cohort after cohort. `ahead_of_time`: see Settings.is_ahead."""

    id: str
    on: date
    ahead_of_time: bool
    cohorts: tuple[Progress, ...]
    alarm: str | None = None
    """What is being waited for beyond its time; None when all is well."""
    alarms: tuple[str, ...] = ()
    """Every alarm that there was, in order."""
    version: int = 0

    @property
    def current(self) -> Progress | None:
        """The cohort in hand; None when all are done."""
        return next((progress for progress in self.cohorts if progress.step != "done"), None)

    @property
    def done(self) -> bool:
        return self.current is None

    def is_disposing(self, cohort: str) -> bool:
        """Whether it is too late to keep a child's records of a cohort: who stays has left it."""
        begun = STEPS.index("move who stays")
        return any(one.cohort == cohort and begun < STEPS.index(one.step) for one in self.cohorts)

    def with_progress(self, progress: Progress) -> "Sweep":
        cohorts = tuple(progress if one.cohort == progress.cohort else one for one in self.cohorts)
        return replace(self, cohorts=cohorts)

    def alarmed(self, why: str) -> "Sweep":
        return self if self.alarm == why else replace(self, alarm=why, alarms=(*self.alarms, why))


def moved_on(sweep: Sweep, progress: Progress, now: datetime, counts: Mapping[str, int], certificate: int | None = None) -> Sweep:
    """The step is done: on to the next, with no alarm."""
    ahead = replace(
        progress,
        step=STEPS[STEPS.index(progress.step) + 1],
        since=now,
        counts={**progress.counts, **counts},
        certificate=certificate or progress.certificate,
    )
    return replace(sweep.with_progress(ahead), alarm=None)


def begun_again(sweep: Sweep, progress: Progress, now: datetime, why: str) -> Sweep:
    """Something is left after every answer: look again who stays and order a further round. The key stays."""
    again = replace(progress, step="move who stays", since=now, told_at=None, round=progress.round + 1)
    return sweep.with_progress(again).alarmed(why)


def gone_back(sweep: Sweep, progress: Progress, now: datetime) -> Sweep:
    """Somebody stays who did not when it was asked before: move them first. The round is the same, since nothing failed."""
    return replace(sweep.with_progress(replace(progress, step="move who stays", since=now, told_at=None)), alarm=None)


def begin(id_: str, on: date, due: Mapping[str, str], now: datetime, *, ahead_of_time: bool) -> Sweep:
    """A sweep of cohorts, each with the id of its purge, the earliest first."""
    return Sweep(id_, on, ahead_of_time, tuple(Progress(cohort, due[cohort], now) for cohort in sorted(due)))
