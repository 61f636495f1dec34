"""Whom casework reached, school by school, and how they and like children attended: what `GET /v1/impact` and the reports rest on."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.referrals.domain.impact import LEAST, Case, Panel, Row, followed
from services.referrals.domain.intervention import Intervention
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.one_child import Groups, group
from services.referrals.domain.referral import CASEWORK, Referral
from services.referrals.settings.impact_settings import ImpactSettings
from services.referrals.store import Store
from shared.academic_year import of_session
from shared.bus import Bus
from shared.contracts.periods import MOST, AskPeriods, Periods, Span

WORKED: Final = (*CASE, "closed")
"""States of who was or is a case."""
AT_ONCE: Final = 4
"""Schools that `attendance` is asked about at a time: each answer is a whole register's sums."""
EVERY_KIND: Final = None
"""The first intervention of a case, of whatever kind."""


class Begun(NamedTuple):
    """The first intervention (of a kind) of a case: the day from which its course is followed, and by whom it was made."""

    case: Referral
    kind: str | None
    day: date
    officer: str
    written: datetime

    @property
    def referred(self) -> date:
        """The day of the referral; work may have begun before it was written down."""
        return min(self.case.proposed_at.date(), self.day)


class Followed(NamedTuple):
    """What became of a case since. `case` is None where the register says too little of the child, or `running`: where the days after are
    not over yet. `since`: the day from which it counts, when the days after were over and the intervention was written down."""

    begun: Begun
    case: Case | None
    running: bool = False
    since: date = date.max


def by_tens(followed: Iterable[Followed], until: date = date.max) -> list[Followed]:
    """Those with like children who count until a day, ten at a time in the order in which they came to count: whoever takes one answer from
    another is left with ten cases or more, whatever came between."""
    ready = [one for one in followed if one.case and one.case.like and one.since <= until]
    return sorted(ready, key=lambda one: (one.since, one.begun.written, one.begun.case.id))[: len(ready) // LEAST * LEAST]


@dataclass(frozen=True, slots=True)
class Impacts:
    """Built where it is asked for."""

    bus: Bus
    store: Store
    settings: ImpactSettings

    async def of(self, schools: Collection[str] | None) -> list[Followed]:
        """Every case of some schools, or (None) of all, from its first intervention and from its first of each kind. Asks `attendance` once
        or twice for each school: WorldAway, Transient."""
        cases = {case.id: case for case in await self.store.referrals.in_states(WORKED, schools) if case.path == CASEWORK}
        done = defaultdict[str, list[Begun]](list)
        for intervention in await self.store.interventions.of_cases(list(cases)):
            if intervention.starts_clock:  # with the child or the family; the rest is the company's own work on the case
                case = cases[intervention.case]
                done[case.school].append(_begun(case, intervention))
        gate = asyncio.Semaphore(AT_ONCE)

        async def of_school(school: str) -> list[Followed]:
            async with gate:
                return await self._of_school(school, done[school])

        return [one for some in await asyncio.gather(*map(of_school, sorted(done))) for one in some]

    async def _of_school(self, school: str, done: Sequence[Begun]) -> list[Followed]:
        begun = [*_firsts(done), *_firsts([one._replace(kind=EVERY_KIND) for one in done])]
        groups = await self.store.joins.groups(school, {one.case.child for one in done})
        asked = list(dict.fromkeys(span for one in begun for span in self._spans(one)))
        chunks = [tuple(asked[begin : begin + MOST]) for begin in range(0, len(asked), MOST)]
        told = Told(school, [(spans, await self.bus.ask(AskPeriods(school=school, spans=spans), Periods)) for spans in chunks])
        seen = _first_days(done, groups)
        return [self._followed(one, told, group(groups, one.case.child), seen) for one in begun]

    def _spans(self, begun: Begun) -> tuple[Span, Span, Span, Span]:
        days = self.settings.school_days
        return (
            Span(day=begun.referred, begin=-days, end=0),
            Span(day=begun.day, begin=-days, end=0),
            Span(day=begun.day, begin=0, end=days),
            Span(day=begun.day, begin=days, end=2 * days),
        )

    def _followed(self, begun: Begun, told: "Told", records: frozenset[str], seen: Mapping[str, date]) -> Followed:
        spans = self._spans(begun)
        if told.days(spans[3]) < self.settings.school_days:
            return Followed(begun, None, running=True)
        place = told.place(records)
        if place is None:
            return Followed(begun, None)
        others = told.in_year_group_of(place, begun.referred) & told.unseen(seen, spans[3])
        case = followed(told.panel(spans), place, others, self.settings.rate_bands, self.settings.least_possible)
        return Followed(begun, case, since=max(told.last(spans[3]), begun.written.date()))


class Told:
    """What `attendance` has said of the children of a school, in one or several answers, each of the children of its own years. Of who is
    not in an answer nothing is known in its spans: no session was possible."""

    def __init__(self, school: str, answers: Sequence[tuple[Sequence[Span], Periods]]) -> None:
        self._school = school
        everybody = dict.fromkeys(child for _, answer in answers for child in answer.children)
        self._children = {child: place for place, child in enumerate(everybody)}
        self._groups: dict[int, list[str | None]] = {}
        self._spans: dict[Span, tuple[int, date | None, Row, Row]] = {}
        for spans, answer in answers:
            self._add(spans, answer)

    def _add(self, spans: Iterable[Span], answer: Periods) -> None:
        here = [self._children[child] for child in answer.children]
        for year, groups in answer.year_groups.items():
            of_all = self._groups.setdefault(year, [None] * len(self._children))
            for place, one in zip(here, groups, strict=True):
                of_all[place] = one
        for span, sums in zip(spans, answer.spans, strict=True):
            possible, absent = (np.zeros(len(self._children), np.uint8) for _ in range(2))
            possible[here], absent[here] = (np.frombuffer(row, np.uint8) for row in (sums.possible, sums.absent))
            self._spans[span] = sums.days, sums.last, possible, absent

    def days(self, span: Span) -> int:
        return self._spans[span][0]

    def last(self, span: Span) -> date:
        """Of a span of which a day is known."""
        return self._spans[span][1] or date.min

    def place(self, records: Iterable[str]) -> int | None:
        """Of a child, under whichever of its records it is told."""
        return next((self._children[record] for record in records if record in self._children), None)

    def panel(self, spans: tuple[Span, Span, Span, Span]) -> Panel:
        told = [self._spans[span] for span in spans]
        first, second, third, fourth = ((possible, absent) for _, _, possible, absent in told)
        return Panel(self._school, (first[0], second[0], third[0], fourth[0]), (first[1], second[1], third[1], fourth[1]))

    def in_year_group_of(self, place: int, day: date) -> NDArray[np.bool_]:
        """By the roll of the day's year; nobody where the child's is not known."""
        groups = self._groups.get(of_session(day), [None] * len(self._children))
        return np.array([one is not None and one == groups[place] for one in groups], np.bool_)

    def unseen(self, seen: Mapping[str, date], last: Span) -> NDArray[np.bool_]:
        """Who was not worked with until the last day of a span."""
        end = self.last(last)
        return np.array([child not in seen or seen[child] > end for child in self._children], np.bool_)


def _begun(case: Referral, intervention: Intervention) -> Begun:
    return Begun(case, intervention.kind, intervention.day, intervention.officer, intervention.recorded_at)


def _firsts(done: Iterable[Begun]) -> list[Begun]:
    """The first of each case and kind."""
    firsts: dict[tuple[str, str | None], Begun] = {}
    for one in sorted(done, key=lambda one: one.day):
        firsts.setdefault((one.case.id, one.kind), one)
    return list(firsts.values())


def _first_days(done: Iterable[Begun], groups: Groups) -> dict[str, date]:
    """When each child was first worked with, under every record of it."""
    first: dict[str, date] = {}
    for one in sorted(done, key=lambda one: one.day):
        for record in group(groups, one.case.child):
            first.setdefault(record, one.day)
    return first
