"""The register: what writers say is applied to its pages, and whoever is on them is judged.

A part of a feed is applied to all pages that it touches in one round trip; pages that somebody else wrote in between are read and applied
again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from services.attendance.domain.combined import gathered
from services.attendance.domain.hearing import hear
from services.attendance.domain.judging import Bench, Turn
from services.attendance.domain.said import NOTHING_SAID, Said
from services.attendance.judging.ages import NOBODY, Ages, KnownAges
from services.attendance.judging.judges import Judges
from services.attendance.store.before import NOTHING_BEFORE
from services.attendance.store.joined import Joined
from services.attendance.store.joins import Joins
from services.attendance.store.judged_pages import (
    NOTHING_EARLIER,
    Entered,
    Judged,
    LastYear,
    Revise,
    at_once,
    beside,
    drafts_of,
    enter,
    hear_all,
    judge,
    leave,
    take_out,
)
from services.attendance.store.lately import Lately
from services.attendance.store.open_page import OpenPage
from services.attendance.store.pages import Pages, prefix_of
from services.attendance.store.school_weeks import ByPage, SchoolWeeks
from shared.academic_year import of
from shared.contracts.envelope import Cause, Draft
from shared.disposal import TRIES, Disposal, StillChanging
from shared.recent import Recent
from shared.school_age import SchoolAge
from shared.sealing import Sealer
from shared.store import Change, Documents

MUCH = 10_000
"""Marks above which a part is worked at in a thread."""

LAST_YEAR_AGE = 60.0
"""Seconds for which what last year's pages say is kept. It is not believed for that long: see `_judged_by_what_was`."""
LAST_YEARS = 32
"""Schools of which it is kept: a third of a megabyte each at most."""


class Register(Pages):
    """Pages that are written and judged."""

    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, judges: Judges, ages: Ages, joins: Joins) -> None:
        super().__init__(documents, sealer, disposal, judges.schools, joins)
        self._judges = judges
        self._ages = ages
        self._last_years: Recent[tuple[str, int], LastYear] = Recent(LAST_YEAR_AGE, LAST_YEARS)
        self.joined = Joined(documents, joins, self)
        self.lately = Lately()

    async def rehearse(self, urn: str, years: Mapping[int, Said], by: int, today: date) -> list[Turn]:
        """What would be raised and eased by what one more writer says of these years. Pages are read and judged in memory; nothing is
        written."""
        current, bench, groups = of(today), await self._judges.of(urn, today), await self.joined.groups(urn)
        children = {record for said in years.values() for child in said.rows for record in groups.get(child, (child,))}
        pages = await self._heard(urn, current, years.get(current, NOTHING_SAID), children, by, today)
        weeks = await self._weeks_of(urn, current, today)
        entered = await beside(enter, pages, current, leave, today, bench, NOTHING_BEFORE, weeks)
        told = years.get(current - 1, NOTHING_SAID)
        earlier = await self._heard(urn, current - 1, told, set(entered.wanting), by, today)
        also = await self.school_weeks(urn, current - 1, today)
        known = bench.earlier((one.page for one in earlier), current - 1, entered.wanting, also)
        judged = await beside(judge, entered, LastYear(bench.profile.version, entered.wanting, {}, known), bench)
        ages = await self._ages.of(urn, judged.asks_age)
        return [turn for opened in pages for turn in bench.turns(opened.page, judged.found, ages)]

    async def _heard(self, urn: str, year: int, said: Said, children: set[str], by: int, today: date) -> list[OpenPage]:
        """The pages of these children and of those of whom anything is said, as they would be with that."""
        pages = await self.records(urn, year, children | said.rows.keys())
        if homeless := said.rows.keys() - {child for opened in pages for child in opened.page.children if child}:
            pages += await self.place(urn, year, homeless, pages, today)
        hear([opened.page for opened in pages], by, said)
        gathered([opened.page for opened in pages], await self.joined.groups(urn))
        return pages

    # writing --------------------------------------------------------------------------------------------------------

    async def write(self, urn: str, year: int, said: Mapping[int, Said], today: date, cause: Cause) -> None:
        """Apply what writers say, by their numbers, and publish what that raises and eases. Idempotent, whatever is delivered again or at
        the same time."""
        children = set[str]().union(*(one.rows for one in said.values()))
        much = sum(one.marks.size for one in said.values()) > MUCH
        await self._revise(urn, year, children, partial(hear_all, said=said), today, cause, much=much, place=True)

    async def take_back(self, urn: str, year: int, feed: int, today: date, cause: Cause) -> None:
        """Take a feed's marks back, as if it had never been, and publish what that raises and eases. Idempotent like `write`."""
        heads = await self._documents.find("page", {"school": urn, "year": year}, {"children": 1})
        children = {child for head in heads for child in head["children"]}
        await self._revise(urn, year, children, partial(take_out, feed=feed), today, cause, much=True, place=False)

    async def judge_again(self, urn: str, today: date, cause: Cause) -> int:
        """Judge every child of this year's register again, as after another profile, and publish what turns; how many there are.
        Idempotent like `write`."""
        year = of(today)
        heads = await self._documents.find("page", {"school": urn, "year": year}, {"children": 1})
        children = {child for head in heads for child in head["children"]}
        if children:
            await self._apply(urn, year, children, leave, today, cause, judging=True, much=True, place=False)
        return len(children)

    async def _revise(
        self, urn: str, year: int, children: set[str], revise: Revise, today: date, cause: Cause, *, much: bool, place: bool
    ) -> None:
        current = of(today)
        records = await self._apply(urn, year, children, revise, today, cause, judging=year == current, much=much, place=place)
        if year == current - 1:
            # A window of ten school weeks may reach back into last year. Every child is looked at, not only those whose marks have just
            # changed: the writer that changed them may have ended right here.
            await self._apply(urn, current, children | records, leave, today, cause, judging=True, much=much, place=False)
        for successor in await self._judges.schools.after(urn) if year >= current - 1 else ():
            await self._apply(successor, current, children | records, leave, today, cause, judging=True, much=much, place=False)

    async def _apply(
        self,
        urn: str,
        year: int,
        children: set[str],
        revise: Revise,
        today: date,
        cause: Cause,
        *,
        judging: bool,
        much: bool,
        place: bool,
        told: ByPage | None = None,
    ) -> set[str]:
        """Revise the pages of these children and judge them. Returns every record of those who are joined.

        `told`: the weeks that other pages are about to show. Without it, the pages for which a revision adds or takes a week of school are
        judged by that first: whoever ends in between finds the revision still to be done.
        """
        left, groups, new = children, set[tuple[str, ...]](), dict[str, tuple[str, ...]]()
        bench = await self._judges.of(urn, today)
        at_work = beside if much else at_once
        for _ in range(TRIES):
            pages, shown = await self._with_weeks(urn, year, left, today) if judging else (await self.records(urn, year, left), {})
            homeless = left.difference(*(opened.page.children for opened in pages))
            if homeless and place:
                pages += await self.place(urn, year, homeless, pages, today)
                known = await self.joined.enter(urn, pages, homeless, cause)
                new |= {child: known.get(child, ()) for child in homeless}
            groups |= {tuple(group) for opened in pages for child, group in opened.groups.items() if child in children}
            before = await self._before(urn, year, (child for opened in pages for child in opened.page.children if child))
            said = await self._weeks_said(urn, year, today, before) if judging else ()
            weeks = SchoolWeeks(said, {**shown, **(told or {})})
            entered = await at_work(enter, pages, year, revise, today, bench if judging else None, before, weeks)
            own = entered.own
            if judging and told is None and weeks.now({}) != weeks.now(own) and (others := await self._on(weeks.unseen(own))):
                await self._apply(urn, year, others, leave, today, cause, judging=True, much=much, place=False, told=own)
            last = await self._last_year(urn, year, entered, bench, today)
            judged = await at_work(judge, entered, last, bench)
            asked = judged.asks_age
            ages = await self._ages.lately(urn, asked) if asked else NOBODY
            changes = await at_work(self._turn_and_seal, judged, ages.of, bench)
            conflicts = await self._documents.write_all(changes, cause)
            done = [change for change in changes if change.document["_id"] not in conflicts]
            if entered.look:
                self.lately.keep(entered.look, pages, done, bench.profile.version)
            # what is written is written, whatever else is still to be looked at
            await self._documents.publish_or_leave([change.document for change in done])
            hasty = await self._judged_by_what_was(urn, year, judged, last, ages)
            again = [
                opened for opened in pages if opened.document["_id"] in conflicts or (hasty and not hasty.isdisjoint(opened.page.children))
            ]
            left = {child for opened in again for child in opened.page.children if child} & children
            if judging:
                self.weeks.keep(urn, year, today, {**shown, **own})
            else:
                self.weeks.drop(urn, year, today)
            if not left:
                await self._judge_joined(urn, groups, new, today, cause, judging=judging)
                return {record for group in groups for record in group}
        raise StillChanging("register page")

    async def _judge_joined(
        self, urn: str, groups: Iterable[tuple[str, ...]], new: Mapping[str, tuple[str, ...]], today: date, cause: Cause, *, judging: bool
    ) -> None:
        """Who was joined while a first page was written for them is joined on it now; whoever joins them from now on finds it."""
        now = await self.joined.groups(urn) if new else {}
        if late := {child for child, group in new.items() if now.get(child, ()) != group}:
            await self.joined.regroup(urn, late, today, cause)
        for group in sorted(groups) if judging else ():
            self.lately.drop(urn, of(today), group)
            await self.joined.judge(urn, group, today, cause)

    async def look_again(self, urn: str, children: set[str], today: date, cause: Cause) -> None:
        """Judge these children of the current year by what their pages say now."""
        await self._apply(urn, of(today), children, leave, today, cause, judging=True, much=False, place=False)

    async def turns_of(self, urn: str, child: str, home: OpenPage, last: Sequence[OpenPage], today: date) -> list[Turn]:
        """Judge one child by its page of this year and pages of the last; what has turned is noted on its page."""
        bench, year = await self._judges.of(urn, today), of(today)
        entered = enter([home], year, leave, today, bench, NOTHING_BEFORE, await self._weeks_of(urn, year, today))
        also = await self.school_weeks(urn, year - 1, today) if entered.wanting else ()
        known = bench.earlier((opened.page for opened in last), year - 1, {child} & entered.wanting, also)
        judged = judge(entered, LastYear("", frozenset(), {}, known), bench)
        ages = await self._ages.of(urn, judged.asks_age & {child})
        return [turn for turn in bench.turns(home.page, judged.found, ages) if turn.child == child]

    async def eased(self, urn: str, child: str, opened: OpenPage, today: date) -> list[Turn]:
        """Ease whatever stands over a child, noted on its page."""
        return (await self._judges.of(urn, today)).ease(opened.page, child)

    async def change(self, urn: str, opened: OpenPage, turns: Sequence[Turn], today: date) -> Change:
        profile = (await self._judges.of(urn, today)).profile.version
        return self._change(opened, drafts_of(turns, opened.document, profile))

    async def _last_year(self, urn: str, year: int, entered: Entered, bench: Bench, today: date) -> LastYear:
        if not (wanting := entered.wanting):
            return NOTHING_EARLIER
        kept = self._last_years.get((urn, year))
        if kept is None or kept.profile != bench.profile.version or (kept.versions and not wanting <= kept.asked):
            asked = wanting | kept.asked if kept else wanting
            pages, before = await self._year(urn, year - 1), await self._before(urn, year - 1)
            read = before.with_own(pages)
            said = await self.weeks.said(urn, year - 1, today)
            known = bench.earlier((opened.page for opened in read), year - 1, asked, said)
            versions = {one["_id"]: one["version"] for one in (*(opened.document for opened in pages), *before.read)}
            kept = LastYear(bench.profile.version, asked, versions, known)
            self._last_years.keep((urn, year), kept)
        return kept

    async def _judged_by_what_was(self, urn: str, year: int, judged: Judged, last: LastYear, ages: KnownAges) -> set[str]:
        """The children who were judged by last year's pages or by rolls that were written to since they were read. Their writer looked at
        this year's pages before ours were there, so we look again; who writes them from now on finds ours."""
        asked, wanting = judged.asks_age, judged.entered.wanting
        urns = [urn, *await self._judges.schools.read_through(urn, year - 1)] if wanting else []
        prefixes = [prefix_of(one, year - 1) for one in urns] + ([self._ages.rolls.prefix(urn)] if asked else [])
        heads = await self._documents.beginning(prefixes, {"version": 1, "cohort": 1}) if prefixes else []
        hasty: set[str] = set()
        now = {head["_id"]: head["version"] for head in heads if head["_id"].startswith("page:") and not self._sealer.gone(head["cohort"])}
        if wanting and now != last.versions:
            self._last_years.drop((urn, year))
            hasty |= wanting
        if asked and self._ages.rolls.versions_in(heads) != ages.versions:
            self._ages.forget(urn)
            hasty |= asked
        return hasty

    def _turn_and_seal(self, judged: Judged, ages: Mapping[str, SchoolAge], bench: Bench) -> list[Change]:
        changes = []
        for opened, changed in zip(judged.entered.opened, judged.entered.changed, strict=True):
            turns = bench.turns(opened.page, judged.found, ages, apart=opened.groups) if judged.entered.look else []
            if turns or changed or not opened.document["version"]:
                changes.append(self._change(opened, drafts_of(turns, opened.document, bench.profile.version)))
        return changes

    def _change(self, opened: OpenPage, drafts: Sequence[Draft]) -> Change:
        """What differs from the page as it was read: who is on it is written only when that has changed."""
        sealed = self._sealed(opened.document, opened.page)
        if opened.page.children == opened.read and "children" not in opened.document:
            del sealed["children"]
        if (groups := opened.groups_here()) != (opened.document.get("groups") or {}):
            sealed["groups"] = groups
        return Change(sealed, drafts, read=opened.document)
