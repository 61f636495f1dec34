"""Register pages as they are stored: 512 children a page, one sealed blob with all their marks of the year. How they are read, with what
is a predecessor's or of another record of the same child, where a child's page is, and how a child moves to one that is kept longer.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import date

from services.attendance.domain.combined import gathered, under
from services.attendance.domain.judging import Weeks
from services.attendance.domain.page_moves import put_in, take_out
from services.attendance.domain.register_page import CHILDREN, Page, shows
from services.attendance.domain.said import Said
from services.attendance.domain.stored_page import decode, encode
from services.attendance.domain.succession import LONGEST
from services.attendance.store.before import NOTHING_BEFORE, Before
from services.attendance.store.joins import Joins
from services.attendance.store.open_page import OpenPage
from services.attendance.store.school_weeks import ByPage, KeptWeeks, SchoolWeeks, by_page
from services.attendance.store.schools import Schools
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Disposed
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

FEW = 32
"""Children up to whom pages are looked up by child."""
SEALED_ALONE = {"children": 0}
"""Who is on a page is read from what is sealed."""


class Pages:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, schools: Schools, joins: Joins) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._schools = schools
        self._joins = joins
        self.weeks = KeptWeeks(documents)

    # reading --------------------------------------------------------------------------------------------------------

    async def of_school(self, urn: str, year: int) -> list[Page]:
        """With what is its predecessor's. A joined child is one, under the record that is kept."""
        before = await self._before(urn, year)
        pages = [opened.page for opened in before.with_own(await self._year(urn, year))]
        gathered(pages, await self._joins.groups(urn))
        return pages

    async def each_with_before(self, urn: str, year: int) -> AsyncIterator[Page]:
        """The same, one after the other where it has no predecessor."""
        if (await self._before(urn, year)).pages:
            for page in await self.of_school(urn, year):
                yield page
        else:
            async for page in self.each_of_school(urn, year):
                yield page

    async def each_of_school(self, urn: str, year: int) -> AsyncIterator[Page]:
        """Its own, one after the other: whoever adds up needs no more than one at a time. Those with joined children come last."""
        groups, held = await self._joins.groups(urn), list[Page]()
        async for document in self._documents.each("page", {"school": urn, "year": year}):
            for opened in self._opened([document]):
                if groups and not groups.keys().isdisjoint(document["children"]):
                    held.append(opened.page)
                else:
                    yield opened.page
        gathered(held, groups)
        for page in held:
            yield page

    async def of_children(self, urn: str, year: int, children: Iterable[str]) -> list[OpenPage]:
        """Pages on which these children stand, to be read: with what is the school's predecessor's, and a joined child with the marks of
        all its records, under the one that is asked for."""
        asked, groups = set(children), await self._joins.groups(urn)
        records = {record for child in asked for record in groups.get(child, (child,))}
        pages = (await self._before(urn, year, records)).with_own(await self.records(urn, year, records), records)
        if groups.keys().isdisjoint(asked):
            return pages
        under(asked, [opened.page for opened in pages], groups)
        return [opened for opened in pages if not asked.isdisjoint(opened.page.children)]

    async def _before(self, urn: str, year: int, children: Iterable[str] | None = None, back: int = 1) -> Before:
        """What its predecessor's pages say of a year before the school's first day, with what is that one's predecessor's; of all children
        where none are named. `back`: which school before the one that was asked for it would be."""
        school = await self._schools.get(urn)
        other = school.predecessor if school else None
        if other is None or not (slots := other.slots(year)) or back >= LONGEST:
            return NOTHING_BEFORE
        named = None if children is None else set(children)
        pages = await (self._year(other.urn, year) if named is None else self.records(other.urn, year, named))
        further = await self._before(other.urn, year, named, back + 1)
        return Before(further.with_own(pages, named or frozenset()), slots, [*(one.document for one in pages), *further.read])

    async def _year(self, urn: str, year: int) -> list[OpenPage]:
        return self._opened(await self._documents.beginning([prefix_of(urn, year)], SEALED_ALONE))

    async def records(self, urn: str, year: int, children: Iterable[str]) -> list[OpenPage]:
        """The pages on which these records stand, as they are stored."""
        wanted = set(children)
        if len(wanted) <= FEW:
            scope = {"school": urn, "year": year, "children": {"$in": sorted(wanted)}}
            return self._opened(await self._documents.find("page", scope, SEALED_ALONE))
        # so many look-ups by child cost more than the pages of the school that are not wanted
        opened = self._opened(await self._documents.beginning([prefix_of(urn, year)], SEALED_ALONE))
        return [one for one in opened if not wanted.isdisjoint(one.page.children)]

    def _opened(self, documents: Iterable[Document]) -> list[OpenPage]:
        pages = []
        for document in documents:
            try:
                blob = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
            except Disposed:
                continue
            page = decode(blob)
            pages.append(OpenPage(document, page, list(page.children), dict(document.get("groups") or {})))
        return pages

    async def says(self, urn: str, year: int, said: Said) -> bool:
        """Whether every mark that is said, with its note, is what the register shows."""
        pages = [opened.page for opened in await self.records(urn, year, said.rows)]
        here = {child for page in pages for child in page.children}
        return here >= said.rows.keys() and all(shows(page, said) for page in pages)

    # school weeks ---------------------------------------------------------------------------------------------------

    async def school_weeks(self, urn: str, year: int, today: date) -> frozenset[int]:
        """The school weeks of a year so far, by all pages and by what the calendar says; at most `WEEKS_AGE` old."""
        return (await self._weeks_of(urn, year, today)).now({})

    async def _weeks_of(self, urn: str, year: int, today: date) -> SchoolWeeks:
        shown = self.weeks.shown(urn, year, today)
        if shown is None:
            shown = by_page(await self._year(urn, year), year, today)
            self.weeks.keep(urn, year, today, shown)
        return SchoolWeeks(await self._weeks_said(urn, year, today, await self._before(urn, year)), shown)

    async def _weeks_said(self, urn: str, year: int, today: date, before: Before) -> Weeks:
        """By the calendar, and by the predecessor's pages."""
        said = await self.weeks.said(urn, year, today)
        return said + tuple(week for weeks in by_page(before.with_own([]), year, today).values() for week in weeks)

    async def _with_weeks(self, urn: str, year: int, children: set[str], today: date) -> tuple[list[OpenPage], ByPage]:
        """The pages of these children, and the weeks that each page of the school shows; of none where there are no others."""
        shown = self.weeks.shown(urn, year, today)
        if shown is not None and len(children) <= FEW:
            return await self.records(urn, year, children), shown
        every = await self._year(urn, year)
        pages = [opened for opened in every if not children.isdisjoint(opened.page.children)]
        return pages, by_page(every, year, today) if len(pages) < len(every) else {}

    async def _on(self, pages: Collection[str]) -> set[str]:
        """The children on some pages."""
        heads = await self._documents.find("page", {"_id": {"$in": sorted(pages)}}, {"children": 1}) if pages else ()
        return {child for head in heads for child in head["children"]}

    # placing ----------------------------------------------------------------------------------------------------------

    async def place(self, urn: str, year: int, children: Iterable[str], taken: Sequence[OpenPage], today: date) -> list[OpenPage]:
        """Pages for children that are on none: what room there is in their cohort, then new pages."""
        cohorts = await self._disposal.cohorts_for(children, year, today)
        placed: dict[str, OpenPage] = {}
        for cohort in sorted(set(cohorts.values())):
            queue = sorted(child for child in cohorts if cohorts[child] == cohort)
            pages = {opened.document["_id"]: opened for opened in taken if opened.document["cohort"] == cohort}
            heads = await self._documents.find("page", {"school": urn, "year": year, "cohort": cohort}, {"children": 1, "n": 1})
            others = [head["_id"] for head in heads if len(head["children"]) < CHILDREN and head["_id"] not in pages]
            pages |= {o.document["_id"]: o for o in self._opened(await self._documents.find("page", {"_id": {"$in": others}}))}
            number = max((head["n"] for head in heads), default=0)
            # placed by somebody else since it was asked who has a page; the index would not see a child twice on one page
            for found in pages.values():
                if there := set(queue).intersection(child for child in found.page.children if child):
                    queue = [child for child in queue if child not in there]
                    if found not in taken:
                        placed[found.document["_id"]] = found
            roomy = [opened for opened in pages.values() if opened.page.room()]
            while queue:
                if not roomy:
                    number += 1
                    roomy.append(_new(urn, year, cohort, number))
                opened = roomy.pop(0)
                room = opened.page.room()
                for child in queue[:room]:
                    opened.page.add(child)
                queue = queue[room:]
                if not any(opened is one for one in taken):
                    placed[opened.document["_id"]] = opened
        return list(placed.values())

    # moving ---------------------------------------------------------------------------------------------------------

    async def move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        """Take a child off its page and put it on one of the later cohort, with all that its page knew, in one transaction."""
        (old,) = self._opened([document])
        single = take_out(old.page, child)
        urn, year = document["school"], document["year"]
        theirs = await self._documents.find("page", {"school": urn, "year": year, "cohort": due})
        roomy = [opened for opened in self._opened(theirs) if opened.page.room()]
        new = roomy[0] if roomy else _new(urn, year, due, max((other["n"] for other in theirs), default=0) + 1)
        put_in(new.page, single)
        new.groups |= {child: group for child, group in old.groups.items() if child == single.children[0]}
        for opened in (old, new):
            opened.document["groups"] = opened.groups_here()
        async with self._documents.transaction() as session:
            # out first: a child stands on one page of a year, and the index says so
            if any(old.page.children):
                await self._documents.write(Change(self._sealed(old.document, old.page, again=True)), cause, session=session)
            else:
                await self._documents.delete(old.document, session=session)
            await self._documents.write(Change(self._sealed(new.document, new.page)), cause, session=session)

    def _sealed(self, document: Document, page: Page, *, again: bool = False) -> Document:
        return {
            **document,
            "children": [child for child in page.children if child],
            "sealed": self._sealer.seal(document["cohort"], document["_id"], "sealed", encode(page), again=again),
        }


def prefix_of(urn: str, year: int) -> str:
    """With which the ids of the pages of a school and year begin: the index by child has an entry for each child."""
    return f"page:{urn}:{year}:"


def _new(urn: str, year: int, cohort: str, number: int) -> OpenPage:
    document = {
        "_id": f"page:{urn}:{year}:{cohort}:{number}",
        "kind": "page",
        "school": urn,
        "year": year,
        "cohort": cohort,
        "n": number,
        "version": 0,
    }
    return OpenPage(document, Page(), [])
