"""Officers who go and come back: access, schools, cases and next steps change hands in one transaction; whoever takes over is told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from services.referrals.cases.closed import closed_to
from services.referrals.domain import visit_warning
from services.referrals.domain.clearance import lacking, unable
from services.referrals.domain.handover import Takers, check, handed_back, handed_over, passed, returned, takers_of_what_is_left
from services.referrals.domain.notice import HEADS
from services.referrals.domain.officer import Away, Officer
from services.referrals.domain.referral import Referral
from services.referrals.domain.visit_warning import VisitWarning
from services.referrals.errors import NotPossible, OfficerNotAdded, StillChanging
from services.referrals.officers.admission import Admission
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from services.referrals.store.held import Held
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.mongo import Document
from shared.tries import tries


@dataclass(frozen=True, slots=True)
class Handed:
    """What changed hands."""

    officer: Officer
    cases: Mapping[str, str]
    """Case to whose it is now."""
    steps: int
    closed: Mapping[str, str] = field(default_factory=dict)
    """Cases, each with its school, that stay where they are, since they are closed to who would have taken them."""
    alone: Mapping[str, str] = field(default_factory=dict)
    """The same of those that stay since nobody takes their schools."""


ByTaker = Mapping[tuple[str, str], Sequence[str]]
"""By whoever has it now and school, the cases; a school that has no case has none."""


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Built in the composition root."""

    store: Store
    policies: Policies
    admission: Admission

    async def away(
        self, id_: str, why: Literal["away", "left", "out of date"], takers: Takers, note: str | None, by: str, cause: Cause
    ) -> Handed:
        """The officer's access ends, and everything is others'. Done again, it passes on what is left. NotPossible for takers who cannot,
        and where something is left that nobody takes."""
        async for _ in tries():
            held = await self.store.officers.held()
            officer = _of(id_, held)
            known = {one.id: one for one, _ in held.values()}
            check(officer, takers, known, self._barred(known))
            away = Away(why=why, since=self.store.now(), by=by)
            if officer.away and officer.away.why == why:
                away = officer.away
            try:
                return await self._pass(officer, takers, known, held, away, note, cause, whole=why != "out of date")
            except Conflict:
                continue
        raise StillChanging

    async def pass_what_is_left(self, id_: str, cause: Cause) -> Handed:
        """What came to somebody who is gone while that one went. What nobody takes stays where it is."""
        async for _ in tries():
            held = await self.store.officers.held()
            officer = _of(id_, held)
            known = {one.id: one for one, _ in held.values()}
            takers = takers_of_what_is_left(officer, known, self._barred(known), self.store.today())
            if officer.away is None:
                return Handed(officer, {}, 0)
            try:
                return await self._pass(officer, takers, known, held, officer.away, None, cause, whole=False)
            except Conflict:
                continue
        raise StillChanging

    async def _pass(
        self,
        officer: Officer,
        takers: Takers,
        known: Mapping[str, Officer],
        held: Mapping[str, tuple[Officer, Document]],
        away: Away,
        note: str | None,
        cause: Cause,
        *,
        whole: bool,
    ) -> Handed:
        """`whole`: all of it or nothing; else what can be."""
        staff = handed_over(officer, takers, known, away, self.store.today())
        cases, steps = await self.store.referrals.of_officer(officer.id), await self.store.handovers.steps_of(officer.id)
        if whole:
            _nothing_left_alone(takers, [*officer.on(self.store.today()).schools, *(one.referral.school for one in cases)])
        closed = await self._closed(takers, cases)
        if closed and whole:
            raise NotPossible(f"{', '.join(sorted(closed))}: closed to who would take over; allocate it to somebody else first")
        changed = [
            (passed(one.referral, to, away, officer.id, note, self.store.now()), one)
            for one in cases
            if (to := takers.of(one.referral.school)) and one.referral.id not in closed
        ]
        if away.why == "left":  # whoever covers has the cases for good
            covered = await self.store.referrals.covered_for(officer.id)
            changed += [(one.referral.model_copy(update={"covers": None}), one) for one in covered]
        owned = [self.store.handovers.handed(one, to) for one in steps if (to := takers.of(one["school"])) and one["case"] not in closed]
        documents = [self.store.officers.document(one, held[one.id][1]) for one in staff]
        documents += [await self.store.referrals.document(after, before) for after, before in changed]
        documents += self._notices("cases passed to you", _by_taker(takers, staff, known, changed, owned))
        if documents or owned:
            await self.store.handovers.write([*documents, *owned], cause)
            self.admission.forget()
        alone = {one.referral.id: one.referral.school for one in cases if takers.of(one.referral.school) is None}
        whose = {after.id: after.officer or "" for after, before in changed if after.officer != before.referral.officer}
        after = next((one for one in staff if one.id == officer.id), officer)
        return Handed(after.on(self.store.today()), whose, len(owned), closed, alone)

    async def back(self, id_: str, by: str, cause: Cause) -> Handed:
        """Here again, with schools, cases and what is still to do in them. NotPossible while a check or training is out of date."""
        async for _ in tries():
            held = await self.store.officers.held()
            officer, now = _of(id_, held), self.store.now()
            policy = self.policies.on(now.date())
            if lacking(officer, policy, now.date()):
                raise NotPossible(f"{id_} would be let in nowhere: a check or training is out of date (iewo officer show {id_})")
            staff = handed_back(officer, (one for one, _ in held.values() if one.id != id_), now.date()) if officer.away else []
            barred = await closed_to(id_, self.store)
            cases = [one for one in await self.store.referrals.covered_for(id_) if barred.isdisjoint(one.referral.records)]
            changed = [(returned(one.referral, id_, by, now), one) for one in cases]
            had = {one.referral.id: one.referral.officer for one in cases}
            steps = [one for one in await self.store.handovers.steps_in(had) if one["officer"] == had[one["case"]]]
            steps += [one for one in await self._left_behind(id_, staff, held, barred) if one["case"] not in had]
            documents = [self.store.officers.document(one, held[one.id][1]) for one in staff]
            documents += [await self.store.referrals.document(after, before) for after, before in changed]
            documents += [self.store.handovers.handed(one, id_) for one in steps]
            covered = defaultdict[tuple[str, str], list[str]](list)
            for one in cases:
                covered[one.referral.officer or "", one.referral.school].append(one.referral.id)
            documents += self._notices("cases handed back", {key: ids for key, ids in covered.items() if key[0]})
            try:
                if documents:
                    await self.store.handovers.write(documents, cause)
            except Conflict:
                continue
            self.admission.forget()
            await self._move_warnings(partial(visit_warning.handed_back, officer=id_), cause)
            here = next((one for one in staff if one.id == id_), officer)
            return Handed(here.on(now.date()), dict.fromkeys(had, id_), len(steps))
        raise StillChanging

    async def _left_behind(
        self, id_: str, staff: Sequence[Officer], held: Mapping[str, tuple[Officer, Document]], barred: frozenset[str]
    ) -> list[Document]:
        """What those who covered had to do at schools which they have no more, in cases that are not their own: of a case that is
        nobody's, it would be nobody's too."""
        today = self.store.today()
        has = {one.id: frozenset(one.on(today).schools) for one in staff}
        found = []
        for cover in has.keys() - {id_}:
            given_back = (frozenset(held[cover][0].on(today).schools) - has[cover]) & has[id_]
            steps = [one for one in await self.store.handovers.steps_of(cover) if one["school"] in given_back]
            cases = {key: one.referral for key, one in (await self.store.referrals.some({one["case"] for one in steps})).items()}
            others = {key for key, one in cases.items() if one.officer != cover and barred.isdisjoint(one.records)}
            found += [one for one in steps if one["case"] in others]
        return found

    async def tell(self, officer: Officer, takers: Takers) -> None:
        """The cover has the officer's visit warnings to look after; of access that ran out the officer and the head of service are told.
        Done again, it does no harm."""
        if officer.away is None:
            return
        once = f"{officer.id} {officer.away.since.isoformat()}"
        if officer.away.why == "out of date":
            await self.store.notices.tell([officer.id, HEADS], "access ended", None, f"/v1/officers/{officer.id}", once=once)
            if takers.default is None:
                await self.store.notices.tell(HEADS, "cover needed", None, f"/v1/officers/{officer.id}", once=f"{once} cover")
        if takers.default is not None:
            await self._move_warnings(partial(visit_warning.passed, officer=officer.id, to=takers.default), Cause.beginning(once))

    def _notices(self, what: Literal["cases passed to you", "cases handed back"], passed_on: ByTaker) -> list[Document]:
        """One for each school, written with what it tells of: so it is told once, and has a key of its own."""
        found = []
        for (to, school), cases in sorted(passed_on.items()):
            link = f"/v1/cases/{cases[0]}" if len(cases) == 1 else f"/v1/caseload?school={school}"
            found.append(self.store.notices.document(to, what, school, link, once=new_id()))
        return found

    async def _move_warnings(self, step: Callable[[VisitWarning], VisitWarning], cause: Cause) -> None:
        for warning in await self.store.warnings.standing():
            if step(warning) != warning:
                await self.store.warnings.change(warning.id, step, cause)

    async def _closed(self, takers: Takers, cases: Sequence[Held]) -> dict[str, str]:
        """Cases that are closed to the person who would take them, each with its school."""
        barred = {one: await closed_to(one, self.store) for one in takers.everyone()}
        return {
            one.referral.id: one.referral.school
            for one in cases
            if (to := takers.of(one.referral.school)) and not barred[to].isdisjoint(one.referral.records)
        }

    def _barred(self, known: Mapping[str, Officer]) -> dict[str, str]:
        today = self.store.today()
        policy = self.policies.on(today)
        return {id_: said for id_, one in known.items() if (said := unable(one, policy, today))}


def _of(id_: str, held: Mapping[str, tuple[Officer, Document]]) -> Officer:
    if id_ not in held:
        raise OfficerNotAdded(f"iewo officer add {id_} --name NAME --email ADDRESS --school URN")
    return held[id_][0]


def _by_taker(
    takers: Takers,
    staff: Iterable[Officer],
    known: Mapping[str, Officer],
    changed: Iterable[tuple[Referral, Held]],
    owned: Iterable[Document],
) -> ByTaker:
    """Schools, cases, and what is to be done in cases that are nobody's."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for one in staff:
        if one.id in takers.everyone():
            had = {(each.school, each.covers) for each in known[one.id].allocations}
            found.update({(one.id, each.school): [] for each in one.allocations if (each.school, each.covers) not in had})
    found.update({(one["officer"], one["school"]): [] for one in owned})
    for after, before in changed:
        if after.officer and after.officer != before.referral.officer:
            found[after.officer, after.school].append(after.id)
    return found


def _nothing_left_alone(takers: Takers, schools: list[str]) -> None:
    alone = sorted({school for school in schools if takers.of(school) is None})
    if alone:
        raise NotPossible(f"nobody takes over {', '.join(alone)}: name somebody, or a cover (iewo officer add ... --cover ID)")
