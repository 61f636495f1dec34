"""Entries of cases, from recording to striking out, with the events that they cause.

Each is done again on what another wrote meanwhile; sent again, it changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import methodcaller

from services.referrals.cases.whose import whose
from services.referrals.domain import lifecycle, printed_words
from services.referrals.domain.corrections import edited, moved, reviewed, said, step_done, struck_out
from services.referrals.domain.intervention import Done, Intervention, Mark, check_day, recorded, same_again
from services.referrals.domain.kinds import Practices
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchEntry, NotAnEntry, StillChanging
from services.referrals.store import Store
from services.referrals.store.interventions import Kept
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import ContactsTold, InterventionRecorded, InterventionStruck
from shared.errors import Conflict
from shared.identity import new_id
from shared.tries import tries


@dataclass(frozen=True, slots=True)
class Recording:
    """Built with the routes."""

    store: Store
    practices: Practices

    async def record(self, case: Referral, done: Done, by: str, key: str | None, visit: str | None = None) -> tuple[Intervention, bool]:
        """The entry, and whether it is new. The same `key` in the same case is the same entry; KeyUsedTwice when it says something else."""
        check_day(done.day, self.store.today())
        id_ = _entry_id(case, key) if key else new_id()
        async for _ in tries():
            if key and (earlier := await self._first(id_)):
                return same_again(earlier, done), False
            entry = recorded(done, self.practices.on(done.day), id_=id_, case=case.id, officer=by, at=self.store.now(), visit=visit)
            try:
                await self.store.interventions.add(entry, case, _told(None, entry, case), Cause.beginning(new_id()))
                return entry, True
            except Conflict:
                continue  # the same key at the same time, or the case was written meanwhile
        raise StillChanging

    def check_printed(self, done: Done) -> None:
        """NotAnEntry where words that others read tell how somebody is reached; an entry of a kind that goes to nobody may."""
        if not self.practices.on(done.day).kind(done.kind).for_others:
            return
        if found := tuple(printed_words.found(done)):
            raise NotAnEntry(
                f"{'; '.join(found)}: packs print it. Tell it in `notes`, or of parent and child in `contacts`; or mean it by "
                "`names_address` (iewo: --names-address)"
            )

    async def visit(self, cases: Sequence[Referral], done: Sequence[Done], by: str, key: str) -> tuple[str, list[Intervention]]:
        """An entry in each case under one visit, which is the caller's key's: sent again, what is missing is made. Everything is looked at
        before anything is written."""
        visit = sha256(f"{by}\0{key}".encode()).hexdigest()[:24]
        if len({case.id for case in cases}) < len(cases):
            raise NotAnEntry("entries: one for each case")
        for case, one in zip(cases, done, strict=True):
            check_day(one.day, self.store.today())
            if not await self.store.interventions.get(_entry_id(case, f"visit {visit}")):
                lifecycle.work(case.state)
            recorded(one, self.practices.on(one.day), id_=visit, case=case.id, officer=by, at=self.store.now())
        made = [await self.record(case, one, by, f"visit {visit}", visit) for case, one in zip(cases, done, strict=True)]
        return visit, [entry for entry, _ in made]

    async def edit(self, case: Referral, id_: str, done: Done, edition: int, by: str) -> Intervention:
        check_day(done.day, self.store.today())
        mark = Mark(by=by, at=self.store.now())
        return await self._change(case, id_, lambda entry: edited(entry, done, self.practices.on(done.day), edition, mark))

    async def review_view(self, case: Referral, id_: str, by: str) -> Intervention:
        return await self._change(case, id_, lambda entry: reviewed(entry, by, self.store.now()))

    async def strike(self, case: Referral, id_: str, reason: str, by: str) -> Intervention:
        """At once out of packs, statistics and the retention clock; its words go at the next disposal."""
        mark = Mark(by=by, at=self.store.now(), reason=reason)
        async for _ in tries():
            before = await self.of_case(case, id_)
            after = struck_out(before.entry, mark)
            if after == before.entry:
                return after
            try:
                drafts = _told(before.entry, after, case)
                note = methodcaller("noted", "strike out an entry", by, mark.at, why=reason)
                await self.store.interventions.strike(before, after, case, drafts, Cause.beginning(new_id()), note)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def move(self, case: Referral, id_: str, to: Referral, reason: str, by: str) -> Intervention:
        """Into another child's case: the clock of both and the officers of both are told. Neither case's history names the other. Sent
        again it is there through the case it came from alone; NoSuchEntry through any other."""
        mark = Mark(by=by, at=self.store.now(), reason=reason)
        async for _ in tries():
            before = await self.store.interventions.kept(id_)
            if before is not None and before.entry.case == to.id and before.moved_from == case.id:
                await self._tell_moved(case, to, before.entry)
                return before.entry
            if before is None or before.entry.case != case.id:
                raise NoSuchEntry
            after = moved(before.entry, to.id, mark)
            if after == before.entry:
                return after
            drafts = [*_gone(before.entry, after, case), *_told(None, after, to)]
            notes = [methodcaller("noted", act, by, mark.at, why=reason) for act in ("move an entry away", "move an entry here")]
            try:
                await self.store.interventions.move(before, after, to, drafts, Cause.beginning(new_id()), *notes)
                await self._tell_moved(case, to, after)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def _tell_moved(self, case: Referral, to: Referral, entry: Intervention) -> None:
        once = f"{entry.id} {entry.edition}"
        here, there = await whose(self.store, case), await whose(self.store, to)
        await self.store.notices.tell(here, "entry moved to another child", case.school, f"/v1/cases/{case.id}", once=f"from {once}")
        await self.store.notices.tell(there, "entry moved to your case", to.school, f"/v1/cases/{to.id}", once=f"to {once}")

    async def step_done(self, case: Referral, id_: str, by: str) -> Intervention:
        return await self._change(case, id_, lambda entry: step_done(entry, by, self.store.now()))

    async def of_case(self, case: Referral, id_: str) -> Kept:
        """NoSuchEntry also for another case's."""
        found = await self.store.interventions.kept(id_)
        if found is None or found.entry.case != case.id:
            raise NoSuchEntry
        return found

    async def _change(self, case: Referral, id_: str, step: Callable[[Intervention], Intervention]) -> Intervention:
        async for _ in tries():
            before = await self.of_case(case, id_)
            after = step(before.entry)
            if after == before.entry:
                return after
            try:
                drafts = _told(before.entry, after, case)
                await self.store.interventions.change(before, after, case, drafts, Cause.beginning(new_id()))
                return after
            except Conflict:
                continue
        raise StillChanging

    async def _first(self, id_: str) -> Intervention | None:
        """As it was recorded under its key: an entry that was changed since is still the same."""
        written = await self.store.interventions.written(id_)
        if written is None:
            return None
        words = await self.store.interventions.words(id_) if written.entry.struck else None
        earlier = written.earlier or (words.earlier if words else ())
        first = earlier[0].done if earlier else words.said if words else said(written.entry)
        return written.entry.model_copy(update={name: getattr(first, name) for name in Done.model_fields})


def _entry_id(case: Referral, key: str) -> str:
    return sha256(f"{case.id}\0{key}".encode()).hexdigest()[:24]


def _told(before: Intervention | None, after: Intervention, case: Referral) -> Sequence[Draft]:
    """What others are to hear of an entry in this case: the child's clock, and the roll."""
    contacts = [Draft(ContactsTold, **_of(after, case))] if after.contacts != (before.contacts if before else ()) else []
    return [*_told_clock(before, after, case), *contacts]


def _told_clock(before: Intervention | None, after: Intervention, case: Referral) -> Sequence[Draft]:
    """The day that keeps the child's records, or that nothing does any more."""
    keeps = after.counts and after.starts_clock
    kept = before is not None and before.counts and before.starts_clock
    if keeps and not (kept and before is not None and before.day == after.day):
        return [Draft(InterventionRecorded, **_of(after, case), day=after.day)]
    return [] if keeps or not kept else [Draft(InterventionStruck, **_of(after, case))]


def _gone(before: Intervention, after: Intervention, case: Referral) -> Sequence[Draft]:
    """The same of the case in which it stood."""
    contacts = [Draft(ContactsTold, **_of(after, case))] if before.contacts else []
    return [*([Draft(InterventionStruck, **_of(after, case))] if before.starts_clock else []), *contacts]


def _of(entry: Intervention, case: Referral) -> dict[str, object]:
    return {"case": case.id, "school": case.school, "child": case.child, "intervention": entry.id, "edition": entry.edition}
