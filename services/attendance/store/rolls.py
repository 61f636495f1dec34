"""Rolls: one document per school, academic year and cohort, in sealed fields: the links from key to child, the enrolments that
begin or end within the year, and the people.

The link stands in the school's roll, which the intake opens once per feed; across schools and years it is found in the index of identities
(identities.py).

The sealed fields are JSON compressed by zlib.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from services.attendance.domain.register_page import feed_of
from services.attendance.domain.roll_book import fields_of, is_merged
from services.attendance.domain.roll_changes import is_begun
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.same_child import Group, groups
from services.attendance.domain.whole_rolls import Whole
from services.attendance.store.books import Book
from services.attendance.store.roll_shelf import enter, leave, spans_of
from services.attendance.store.rolls_read import RollsRead
from shared.academic_year import of_session
from shared.contracts.envelope import Cause
from shared.errors import Permanent
from shared.mongo import Document
from shared.store import Change
from shared.tries import until_written

NOTHING: Mapping[str, str] = MappingProxyType({})


class RollTooOld(Permanent):
    """The roll is no longer among the last that can be taken back."""


class Rolls(RollsRead):
    """Rolls that are written."""

    # writing --------------------------------------------------------------------------------------------------------

    async def resolve(
        self, urn: str, year: int, keys: Sequence[str], today: date, cause: Cause, beside: Mapping[str, str] = NOTHING, feed: int = 0
    ) -> dict[str, str]:
        """From key to child; a key that is new to the school is given its child's id, or a new one, and a place among the links.

        `beside`: pupil ids with the UPN that the file, of feed number `feed`, has beside them.
        """
        # a link once made stays the same, so one that was read when the feed came in is good; who is not in it is looked for
        recent = self._recent.get((urn, year)) or {}
        links = [recent.get(key) for key in keys]
        linked = None not in links and recent.keys() >= beside.keys()
        if linked and all(recent[pupil][0] == recent[upn][0] for pupil, upn in beside.items()):
            return {key: link[0] for key, link in zip(keys, links, strict=True) if link}

        # nor is the index asked for who is linked in a later year, until which its entry is kept already
        later = {} if beside else self._linked_later(urn, year, keys, today)

        async def linked_now() -> dict[str, str]:
            asked = groups([key for key in keys if key not in later], beside)
            known, ids = await self._whose(urn, year, asked, feed, today, cause)
            if new := {key: child for key, child in (later | ids).items() if key not in known}:
                await self._link(urn, year, new, {}, 0, today, cause)
            return later | known | ids

        return await until_written("roll", linked_now)

    def _linked_later(self, urn: str, year: int, keys: Sequence[str], today: date) -> dict[str, str]:
        """Key and child of those of these whom a roll of a later year links, as far as that was read when the feed came in."""
        found = dict[str, str]()
        for later in range(year + 1, of_session(today) + 1):
            links = self._recent.get((urn, later)) or {}
            found |= {key: links[key][0] for key in keys if key in links}
        return found

    async def tell(self, urn: str, year: int, rows: Sequence[RollRow], writer: int, today: date, cause: Cause) -> set[str]:
        """Enter what a roll's file says of its children; who they are."""

        async def entered() -> tuple[set[str], Book]:
            known, found = await self._whose(urn, year, [row.group for row in rows], feed_of(writer), today, cause)
            ids = known | found
            links = {key: ids[key] for row in rows for key in row.keys}
            fields = {ids[row.keys[0]]: fields_of(row) for row in rows}
            return set(fields), await self._link(urn, year, links, fields, writer, today, cause)

        children, book = await until_written("roll", entered)
        # who takes a roll back, or ends enrolments, notes that in the book first and looks at what is there afterwards
        if (now := await self._books.read(urn, year)) != book or writer in now.withdrawn:
            await self._settle(urn, year, feed_of(writer), now.withdrawn & {writer}, cause)
        return children

    async def end_unnamed(self, urn: str, year: int, whole: Whole, parts: int, part: int, cause: Cause) -> None:
        """Note that a part of a whole roll is entered. With the last one, the enrolment of each child whom it does not name has ended."""
        book = await self._books.note_whole(urn, year, whole, part, parts, cause)
        if whole in book.wholes:
            await self._settle(urn, year, whole.number, (), cause)

    async def may_withdraw(self, urn: str, year: int, writers: Collection[int]) -> bool:
        """Whether these writers' rolls are still among those that can be taken back."""
        rolls = await self._open(urn, {"year": year})
        entries = [entry for roll in rolls for entry in (roll.people or {}).values()]
        return not any(is_merged(entry, writer) for entry in entries for writer in writers)

    async def withdraw(self, urn: str, year: int, writers: Collection[int], cause: Cause) -> None:
        """Take back what these writers' rolls said: what is known is as if they had never come, and stays so if one is delivered again.

        RollTooOld when another has been entered above too many. A child whom no other roll names is known by its keys alone, as from marks.
        """
        if not await self.may_withdraw(urn, year, writers):
            raise RollTooOld
        await self._books.note_withdrawn(urn, year, writers, cause)
        await self._settle(urn, year, feed_of(max(writers, default=0)), writers, cause)

    async def _settle(self, urn: str, year: int, feed: int, gone: Collection[int], cause: Cause) -> None:
        """Make every roll document of a year agree with the book, which a feed has changed, and with some writers' rolls taken back."""

        async def settled() -> None:
            for roll in await self._open(urn, {"year": year}):
                book, before = await self._books.read(urn, year), roll.seen()
                if leave(roll, gone) or spans_of(roll, book) != roll.spans:
                    await self._shelf.write(roll, book, before, feed, cause)

        await until_written("roll", settled)

    async def _whose(
        self, urn: str, year: int, asked: Sequence[Group], feed: int, today: date, cause: Cause
    ) -> tuple[dict[str, str], dict[str, str]]:
        """From key to child: what the school's roll links, and what the index says of the groups that it does not link to one child."""
        rolls = await self._open(urn, {"year": year}, people=False)
        known = {key: child for roll in rolls for key, (child, _) in roll.links.items()}
        # two records of which a file says that they are one child's stay two: what they are together is a join
        unsettled = [
            group
            for group in await self._joins.apart(urn, asked)
            if None in (records := {known.get(key) for key in group}) or len(records) > 1
        ]
        joined = await self._joins.groups(urn) if any(len(group) > 1 for group in unsettled) else {}
        identified = await self._identities.identify(urn, unsettled, year, today, joined, cause)
        if identified.joins:
            await self._joins.join_by_file(urn, identified.joins, feed, today, cause)
        return known, identified.ids

    async def _link(
        self, urn: str, year: int, links: Mapping[str, str], fields: Mapping[str, Mapping[str, Any]], writer: int, today: date, cause: Cause
    ) -> Book:
        """Enter children in the roll documents of their cohorts, a document a write. Conflict: read again and enter again.

        Returns the book by which it was done.
        """
        cohorts = await self._disposal.cohorts_for(links.values(), year, today)
        by_cohort: dict[str, dict[str, str]] = {}
        rolls = {roll.document["cohort"]: roll for roll in await self._open(urn, {"year": year})}
        book = await self._books.read(urn, year)
        placed = {child: cohort for cohort, roll in rolls.items() for child in roll.document["children"]}
        for key, child in links.items():
            by_cohort.setdefault(placed.get(child, cohorts[child]), {})[key] = child
        feed = feed_of(writer)
        begun = is_begun((entry for roll in rolls.values() for entry in (roll.people or {}).values()), feed)
        for cohort, some in by_cohort.items():
            roll = rolls.get(cohort) or await self._shelf.at(urn, year, cohort)
            before = roll.seen()
            if enter(roll, some, fields, writer):
                await self._shelf.write(roll, book, before, feed, cause, begun=begun)
        return book

    # moving ---------------------------------------------------------------------------------------------------------

    async def move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        """Take a child out of its roll document and enter it in the one of the later cohort, in one transaction."""
        old = self._shelf.opened(document)
        assert old.people is not None
        entry = old.people.pop(child)
        links = {key: link for key, link in old.links.items() if link[0] == child}
        for key in links:
            del old.links[key]
        new = await self._shelf.at(document["school"], document["year"], due)
        assert new.people is not None
        new.people[child] = entry
        new.links |= links
        identities = [later for key in links if (later := await self._identities.later(document["school"], key, due))]
        book = await self._books.read(document["school"], document["year"])
        async with self._documents.transaction() as session:
            for identity in identities:
                await self._documents.write(Change(identity), cause, session=session)
            if old.people:
                await self._documents.write(Change(self._shelf.sealed(old, book, again=True)), cause, session=session)
            else:
                await self._documents.delete(old.document, session=session)
            await self._documents.write(Change(self._shelf.sealed(new, book)), cause, session=session)
