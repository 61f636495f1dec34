"""A school's report of a half term: what it is made of, asked of `attendance` and read from the cases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.referrals.domain.as_it_was import state_on
from services.referrals.domain.impact import Impact, impact
from services.referrals.domain.intervention import Intervention
from services.referrals.domain.kinds import Practice, Practices
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.published import Publication, latest
from services.referrals.domain.referral import CASEWORK, Referral
from services.referrals.domain.report_facts import Done, Facts, School, work_until
from services.referrals.errors import NoSuchHalfTerm
from services.referrals.figures.impact import EVERY_KIND, Followed, Impacts, by_tens
from services.referrals.settings.impact_settings import Measures, in_words
from services.referrals.store import Store
from shared import academic_year
from shared.bus import Bus
from shared.contracts.attendance import AskSchool, SchoolFacts
from shared.contracts.periods import AskFigures, AskHalfTerms, HalfTerm, HalfTerms, PeriodFigures

OTHER: Final = "other kinds"
"""Of an earlier version of what officers record."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Built in the composition root."""

    bus: Bus
    store: Store
    practices: Practices
    measures: Measures
    publications: Sequence[Publication]
    company: str

    async def facts(self, urn: str, year: int, name: str) -> Facts:
        """NoSuchHalfTerm, with those that there are; WorldAway, Transient."""
        made = self.store.today()
        half_term, until = await self._half_term(urn, year, name, made)
        school = await self.bus.ask(AskSchool(school=urn), SchoolFacts)
        first, last = half_term.first, half_term.last
        referrals = [one for one in await self.store.referrals.of_school(urn) if one.path == CASEWORK]
        entries = [one for one in await self._entries(referrals) if first <= one.day <= until]
        settings = self.measures.on(made)
        followed = await Impacts(self.bus, self.store, settings).of([urn])
        states = Counter(state_on(one, until) for one in referrals)
        return Facts(
            school=School(urn, school.name, school.authority, school.phase),
            year=year,
            half_term=half_term,
            made=made,
            counted_on=until,
            company=self.company,
            term=await self.bus.ask(AskFigures(school=urn, first=first, last=last), PeriodFigures),
            to_date=await self.bus.ask(AskFigures(school=urn, first=academic_year.first_day(year), last=last), PeriodFigures),
            publication=latest(self.publications, first),
            proposed=states["proposed"],
            states={state: states[state] for state in CASE},
            opened=_within(first, until, (one.opened_at.date() for one in referrals if one.opened_at)),
            closed=_within(first, until, (entry.at.date() for one in referrals for entry in one.private.history if entry.act == "close")),
            done=_done(entries, self.practices.on(last), {one.id: one.child for one in referrals}),
            children=len({one.child for one in referrals if one.id in {entry.case for entry in entries}}),
            impact=_impact(followed, EVERY_KIND, until),
            by_kind=_by_kind(followed, until),
            how=in_words(settings),
        )

    async def _half_term(self, urn: str, year: int, name: str, made: date) -> tuple[HalfTerm, date]:
        """With the last day of the work that belongs to it."""
        found = (await self.bus.ask(AskHalfTerms(school=urn, year=year), HalfTerms)).half_terms
        asked = next((one for one in found if one.name == name), None)
        if asked is None:
            raise NoSuchHalfTerm(f"so far the calendar shows {', '.join(f'{year}-{one.name}' for one in found) or 'none of that year'}")
        return asked, work_until(asked, found, made)

    async def _entries(self, referrals: Iterable[Referral]) -> list[Intervention]:
        """With the child or the family; the company's own work on a case is none."""
        cases = [one.id for one in referrals if one.opened_at]
        return [entry for entry in await self.store.interventions.of_cases(cases) if entry.starts_clock]


def _within(first: date, until: date, days: Iterable[date]) -> int:
    return sum(first <= day <= until for day in days)


def _done(entries: Iterable[Intervention], practice: Practice, children: Mapping[str, str]) -> dict[str, Done]:
    """Every kind that there is on that day, in the order of the company's settings, and then the others together."""
    kinds = [kind.name for kind in practice.kinds.values() if kind.starts_clock]
    found = defaultdict[str, list[str]](list)
    for entry in entries:
        found[entry.kind if entry.kind in kinds else OTHER].append(children[entry.case])
    return {kind: Done(len(found[kind]), len(set(found[kind]))) for kind in (*kinds, OTHER)}


def _impact(followed: Iterable[Followed], kind: str | None, until: date) -> Impact | None:
    """As it was known at the end of the half term: what comes later is in a later report."""
    return impact(one.case for one in by_tens((one for one in followed if one.begun.kind == kind), until) if one.case)


def _by_kind(followed: Sequence[Followed], until: date) -> dict[str, Impact]:
    kinds = sorted({one.begun.kind for one in followed if one.begun.kind})
    return {kind: found for kind in kinds if (found := _impact(followed, kind, until))}
