"""Joined children on their register pages.

Each page names, in clear, those of its children that are joined, with all records of each. So whoever writes a page knows of it from the
page itself, without asking, and leaves the children to be judged here: the one that is kept by the marks of all its records, the others
by none. A page that has none of them costs nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from services.attendance.domain.joins import Groups
from services.attendance.domain.judging import Turn
from services.attendance.store.joins import Joins
from services.attendance.store.open_page import OpenPage
from shared.academic_year import of
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.store import Change, Documents
from shared.tries import until_written


class Judging(Protocol):
    """What the register does for it."""

    async def records(self, urn: str, year: int, children: Iterable[str]) -> list[OpenPage]:
        """The pages on which these records stand, as they are stored."""
        ...

    async def of_children(self, urn: str, year: int, children: Iterable[str]) -> list[OpenPage]:
        """The same, to be read: a joined child is one."""
        ...

    async def place(self, urn: str, year: int, children: Iterable[str], taken: Sequence[OpenPage], today: date) -> list[OpenPage]: ...

    async def turns_of(self, urn: str, child: str, home: OpenPage, last: Sequence[OpenPage], today: date) -> list[Turn]:
        """Judge one child by its page of this year and pages of the last; what has turned is noted on its page."""
        ...

    async def eased(self, urn: str, child: str, opened: OpenPage, today: date) -> list[Turn]:
        """Ease whatever stands over a child, noted on its page."""
        ...

    async def change(self, urn: str, opened: OpenPage, turns: Sequence[Turn], today: date) -> Change: ...

    async def look_again(self, urn: str, children: set[str], today: date, cause: Cause) -> None: ...


class Joined:
    def __init__(self, documents: Documents, joins: Joins, register: Judging) -> None:
        self._documents = documents
        self._joins = joins
        self._register = register

    async def groups(self, urn: str) -> Groups:
        return await self._joins.groups(urn)

    async def enter(self, urn: str, pages: Sequence[OpenPage], children: set[str], cause: Cause) -> Groups:
        """Note on pages which of the children that have just come to them are joined, and keep what is said of them as long."""
        cohorts = {child: opened.document["cohort"] for opened in pages for child in opened.page.children if child in children}
        groups = await self._joins.renewed(urn, cohorts, cause)
        for opened in pages:
            opened.groups = _of(groups, [child for child in opened.page.children if child])
        return groups

    async def regroup(self, urn: str, children: Iterable[str], today: date, cause: Cause) -> None:
        """Make the pages say what the joins say now, and judge by it. Does no harm when repeated."""
        everyone = set(children)

        async def regrouped() -> None:
            # the pages first: whoever changes a join after it is read here comes to the pages after us
            pages = await self._documents.find("page", {"school": urn, "children": {"$in": sorted(everyone)}})
            groups = await self._joins.groups(urn)
            more = {record for child in everyone for record in groups.get(child, ())} - everyone
            changes = [
                Change({**page, "groups": said}) for page in pages if (page.get("groups") or {}) != (said := _of(groups, page["children"]))
            ]
            conflicts = await self._documents.write_all(changes, cause)
            everyone.update(more)
            if conflicts or more:
                raise Conflict("register page")

        await until_written("register page", regrouped)
        await self._register.look_again(urn, everyone, today, cause)

    async def judge(self, urn: str, group: Sequence[str], today: date, cause: Cause) -> None:
        """Judge a joined child of the current year by all of its records, and publish what that raises and eases."""
        year, kept = of(today), group[0]

        async def judged() -> None:
            pages = await self._register.records(urn, year, group)
            here = {child: opened for opened in pages for child in opened.page.children if child and child in group}
            if not here or any(opened.groups.get(child) != list(group) for child, opened in here.items()):
                return  # parted or joined with others since: who noted that on the pages judges by it
            if kept not in here:
                # what stands over the child is noted where its own marks would be
                placed = [*pages, *(await self._register.place(urn, year, [kept], pages, today))]
                here[kept] = next(opened for opened in placed if kept in opened.page.children)
                await self.enter(urn, [here[kept]], {kept}, cause)
            last = await self._register.records(urn, year - 1, group)
            shown, before = [await self._register.of_children(urn, one, [kept]) for one in (year, year - 1)]
            home = next((opened for opened in shown if kept in opened.page.children), None)
            if home is None:
                return
            turns = {here[kept].document["_id"]: await self._register.turns_of(urn, kept, home, before, today)}
            if kept in home.page.state:
                here[kept].page.state[kept] = home.page.state[kept]
            for child in here.keys() - {kept}:
                eased = await self._register.eased(urn, child, here[child], today)
                turns.setdefault(here[child].document["_id"], []).extend(eased)
            if not await self._written(urn, list(here.values()), last, turns, today, cause):
                raise Conflict("register page")

        await until_written("register page", judged)

    async def _written(
        self, urn: str, pages: Sequence[OpenPage], last: Sequence[OpenPage], turns: dict[str, list[Turn]], today: date, cause: Cause
    ) -> bool:
        """Whether it was written, and judged by what stood there until then."""
        distinct = {opened.document["_id"]: opened for opened in pages}
        changes = [
            await self._register.change(urn, opened, turns.get(id_, []), today)
            for id_, opened in distinct.items()
            if turns.get(id_) or opened.page.children != opened.read
        ]
        read = {opened.document["_id"]: opened.document["version"] for opened in (*distinct.values(), *last)}
        conflicts = await self._documents.write_all(changes, cause)
        written = [change.document for change in changes if change.document["_id"] not in conflicts]
        await self._documents.publish_or_leave(written)
        others = sorted(read.keys() - {change.document["_id"] for change in changes})
        now = await self._documents.find("page", {"_id": {"$in": others}}, {"version": 1})
        return not conflicts and {page["_id"]: page["version"] for page in now} == {id_: read[id_] for id_ in others}


def _of(groups: Groups, children: Iterable[str]) -> dict[str, list[str]]:
    return {child: list(groups[child]) for child in children if child in groups}
