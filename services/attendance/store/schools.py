"""Schools: public facts, in clear, and the number of the last feed."""

from collections.abc import Callable
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pymongo import ReturnDocument, UpdateOne

from services.attendance.domain.calendar.silence import HOUR, WatchedSchool
from services.attendance.domain.succession import LONGEST, Predecessor
from shared.agreement import Agreed
from shared.contracts.attendance import SchoolFacts
from shared.contracts.envelope import Cause
from shared.contracts.standing import Rule
from shared.errors import Conflict, Permanent
from shared.mongo import Document
from shared.patterns import AUTHORITY, ESTABLISHMENT, URN
from shared.recent import Recent
from shared.store import Change, Documents
from shared.words import Name

SCHOOL_AGE = 2.0
"""Seconds for which what was read of a school is good in this process."""
LAST_NUMBER_AGE = 600.0
NEXT = {"$inc": {"feeds": 1, "version": 1}}
JUDGED_BY = ("authority", "proposes", "succeeds", "succeeds_from")
"""What a register is judged by: when one of these changes, the day's chore judges it again at its next look, whatever comes."""
ALL = {"_id": {"$gte": "school:", "$lt": "school;"}}
"""Every school, by the index that every collection has."""


class School(BaseModel):
    """What an operator says of a school. `since` and `until`: the commissioning period, both days included; None is open."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
    authority: str = Field(pattern=AUTHORITY)
    """The LA's three-digit code."""
    establishment: str | None = Field(None, pattern=ESTABLISHMENT)
    """The school's four digits within its LA, by which transfer files (CTF) name schools."""
    phase: Name
    since: date | None = Field(None, alias="from")
    until: date | None = Field(None, alias="to")
    agreement: tuple[Agreed, ...] = ()
    """What may be kept of all its children beside who they are; the rest is kept of those with an open case only."""
    proposes: tuple[Rule, ...] | None = Field(
        None, description="Concerns that propose a referral; the LA's profile says where this is null."
    )
    register_hour: str = Field(HOUR, pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    """HH:MM in England. A school that is open and has sent no register of the day by then is silent."""

    succeeds: str | None = Field(None, pattern=URN)
    """The school that this one continues under a new URN, from `succeeds_from` on."""
    succeeds_from: date | None = None

    @property
    def predecessor(self) -> Predecessor | None:
        return Predecessor(self.succeeds, self.succeeds_from) if self.succeeds and self.succeeds_from else None

    @property
    def laestab(self) -> str | None:
        return f"{self.authority}{self.establishment}" if self.establishment else None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError("`to` is before `from`")
        if (self.succeeds is None) != (self.succeeds_from is None):
            raise ValueError("`succeeds` and `succeeds_from` go together")
        return self


class KnownSchool(School):
    """With what another school's entry says of it."""

    succeeded_by: str | None = None
    succeeded_from: date | None = None


class NotToSucceed(Permanent):
    """A school can succeed another one that is known and that nobody else succeeds."""


class SucceedsItself(NotToSucceed):
    """A school cannot succeed itself, nor a school that continues it, directly or through others."""


class TooManyInARow(NotToSucceed):
    """Too many schools in a row would continue one another."""


class Schools:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._recent: Recent[str, KnownSchool] = Recent(SCHOOL_AGE)
        self._last_numbers: Recent[str, int] = Recent(LAST_NUMBER_AGE, 1_000)

    async def get(self, urn: str) -> KnownSchool | None:
        """As it was at most `SCHOOL_AGE` ago; at once as this process changed it."""
        if known := self._recent.get(urn):
            return known
        document = await self._documents.get_together(f"school:{urn}")
        if document is None:
            return None
        self._recent.keep(urn, school := _school(document))
        return school

    async def facts(self, urn: str) -> SchoolFacts | None:
        school = await self.get(urn)
        return SchoolFacts(school=urn, name=school.name, authority=school.authority, phase=school.phase) if school else None

    async def all(self) -> dict[str, KnownSchool]:
        return {document["school"]: _school(document) for document in await self._documents.find("school", ALL)}

    async def watched(self) -> dict[str, WatchedSchool]:
        """Every school with as much of it as is asked for each minute."""
        names = WatchedSchool._fields
        found = await self._documents.find("school", ALL, dict.fromkeys(("school", *names), 1))
        return {one["school"]: WatchedSchool._make({"register_hour": HOUR, **one}.get(name) for name in names) for one in found}

    async def put(self, urn: str, school: School, cause: Cause) -> bool:
        """Create or change; whether it was new. NotToSucceed when it cannot follow the school that it is said to."""
        before = await self.get(urn)
        if school.succeeds:
            await self._may_succeed(urn, school.succeeds)
        new = await self._put(urn, school, cause)
        if before and before.succeeds and before.succeeds != school.succeeds:
            await self._note_successor(before.succeeds, None, None, cause)
        if school.succeeds:
            await self._note_successor(school.succeeds, urn, school.succeeds_from, cause)
        return new

    async def _may_succeed(self, urn: str, other: str) -> None:
        self._recent.drop(other)
        known = await self.get(other)
        back = [other, *await self.before(other)]
        if urn in back:
            raise SucceedsItself
        if known is None or known.succeeded_by not in (None, urn):
            raise NotToSucceed
        if len(back) + 1 + len(await self.after(urn)) > LONGEST:
            raise TooManyInARow(f"at most {LONGEST}")

    async def before(self, urn: str) -> list[str]:
        """The schools that this one continues: its predecessor, that one's, and so on."""
        return await self._row(urn, lambda school: school.succeeds)

    async def after(self, urn: str) -> list[str]:
        """The schools that continue this one: its successor, that one's, and so on."""
        return await self._row(urn, lambda school: school.succeeded_by)

    async def read_through(self, urn: str, year: int) -> list[str]:
        """The schools before this one whose marks of a year are read as its own."""
        return await self._row(urn, lambda school: school.succeeds if school.predecessor and school.predecessor.slots(year) else None)

    async def _row(self, urn: str, step: Callable[[KnownSchool], str | None]) -> list[str]:
        row: list[str] = []
        at: str | None = urn
        while at and len(row) < LONGEST and (school := await self.get(at)):
            at = step(school)
            if at is None or at in (urn, *row):
                break
            row.append(at)
        return row

    async def _note_successor(self, urn: str, by: str | None, since: date | None, cause: Cause) -> None:
        told = {"succeeded_by": by, "succeeded_from": since and since.isoformat()}
        while document := await self._documents.get(f"school:{urn}"):
            try:
                await self._documents.write(Change({**document, **told}), cause)
                self._recent.drop(urn)
                return
            except Conflict:
                continue

    async def _put(self, urn: str, school: School, cause: Cause) -> bool:
        while True:
            found = await self._documents.get(f"school:{urn}")
            document = found or {"_id": f"school:{urn}", "kind": "school", "school": urn, "feeds": 0, "version": 0}
            changed = {**document, **school.model_dump(mode="json")}
            if any(document.get(name) != changed[name] for name in JUDGED_BY):
                changed.pop("judged", None)
            try:
                await self._documents.write(Change(changed), cause)
                self._recent.drop(urn)
                return found is None
            except Conflict:
                continue

    async def not_judged(self, day: date, urn: str | None = None) -> list[str]:
        """The schools, or the one that is asked for, whose registers have not been judged on a day for its own sake."""
        scope = {**({"_id": f"school:{urn}"} if urn else ALL), "judged": {"$ne": day.isoformat()}}
        return [school["school"] for school in await self._documents.find("school", scope, {"school": 1})]

    async def note_judged(self, urn: str, day: date) -> None:
        """Whoever changes the school at the same time may undo it: then it is judged once more."""
        known = {"_id": f"school:{urn}", "kind": "school"}
        await self._documents.collection.update_one(known, {"$set": {"judged": day.isoformat()}})

    async def last_number(self, urn: str) -> int:
        """The number of the school's last feed; 0 before the first."""
        document = await self._documents.get(f"school:{urn}")
        return int(document["feeds"]) if document else 0

    async def next_number(self, urn: str) -> int:
        """The number of the school's next feed. Numbers grow; one may be left unused.

        It need not wait for the journal: the feed that takes the number does, and comes after it there.
        """
        last = self._last_numbers.take(urn)
        if last is None or not await self._documents.change_carelessly(_taking_next(urn, last)):
            last = await self._take_any(urn) - 1
        self._last_numbers.keep(urn, last + 1)
        return last + 1

    async def _take_any(self, urn: str) -> int:
        document: Any = await self._documents.careless.find_one_and_update(
            {"_id": f"school:{urn}", "kind": "school"}, NEXT, return_document=ReturnDocument.AFTER
        )
        return int(document["feeds"])


def _taking_next(urn: str, last: int) -> UpdateOne:
    """Does nothing where somebody has taken a number behind the last one that is known here."""
    return UpdateOne({"_id": f"school:{urn}", "kind": "school", "feeds": last}, NEXT)


def _school(document: Document) -> KnownSchool:
    return KnownSchool(**{name: document[name] for name in KnownSchool.model_fields if name in document})
