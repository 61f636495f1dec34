"""Staff: the schools to which they are allocated, their DBS check and training, and whether they are here.

Staff and schools stand in clear. Nobody's own words do: why a date was put off is one of a list, and whether somebody who is away is on
leave or ill is not asked.
"""

from datetime import date, datetime
from typing import Final, Literal, Self, get_args

from pydantic import ConfigDict, Field, model_validator

from services.referrals.domain.notice import Way
from shared.frozen import Exact

StaffRole = Literal["officer", "head of service", "business support"]
Level = Literal["basic", "standard", "enhanced", "enhanced with barred lists"]
"""Levels of a DBS certificate."""
Subject = Literal["data protection", "information sharing", "safeguarding"]
Item = Literal["dbs", "data protection", "information sharing", "safeguarding"]
ITEMS: Final[tuple[Item, ...]] = get_args(Item)
PutOff = Literal["new check applied for", "certificate not yet seen", "training booked", "training was cancelled by the provider"]
"""Why a date was put off."""


class Allocation(Exact):
    """A school, with the first and the last day (none: until further notice)."""

    school: str
    first: date = Field(alias="from")
    until: date | None = None
    covers: str | None = Field(None, description="The officer for whom this one covers.")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until and self.until < self.first:
            raise ValueError("`until` is before `from`")
        return self

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day <= self.until)


class Check(Exact):
    """A DBS certificate that somebody has seen. What stands on it is not kept."""

    level: Level
    seen: date
    by: str


class Training(Exact):
    subject: Subject
    done: date
    by: str


class Extension(Exact):
    """A date that was put off. There is one at most for an item and date."""

    item: Item
    due: date
    until: date
    reason: PutOff
    by: str
    at: datetime


class Away(Exact):
    """From this moment the officer's token opens nothing, and others have the schools and cases."""

    why: Literal["away", "left", "out of date"] = Field(description="`out of date`: a check or training was not renewed by its day.")
    since: datetime
    by: str


class Officer(Exact):
    """One of the staff: an officer, the head of service or business support."""

    id: str
    name: str
    email: str
    telephone: str | None = Field(None, description="At work: a Local Authority rings whoever asks it for something.")
    role: StaffRole = "officer"
    mail: Way = Field("at once", description="How notices are e-mailed.")
    schools: tuple[str, ...] = Field((), description="Those in force today; none of somebody who is away.")
    allocations: tuple[Allocation, ...] = ()
    cover: str | None = Field(None, description="The officer who takes over when this one is away or a check is out of date.")
    checks: tuple[Check, ...] = ()
    training: tuple[Training, ...] = ()
    extensions: tuple[Extension, ...] = ()
    away: Away | None = None

    def on(self, day: date) -> "Officer":
        """With the schools of a day."""
        held = () if self.away else tuple(sorted({one.school for one in self.allocations if one.holds(day)}))
        return self.model_copy(update={"schools": held})

    def covering(self, day: date) -> frozenset[str]:
        """Schools that this one has for somebody else."""
        return frozenset(one.school for one in self.allocations if one.covers and one.holds(day) and not self.away)


def allocated(officer: Officer, wanted: tuple[Allocation, ...], today: date) -> tuple[Allocation, ...]:
    """The officer's own allocations become the wanted ones. A school that was there keeps its first day; one that is left out ends
    yesterday, or was never there. What is covered for others stays."""
    before = {one.school: one for one in officer.allocations if one.covers is None and one.holds(today)}
    said = {one.school for one in wanted}
    own = [
        one.model_copy(update={"first": before[one.school].first}) if one.school in before and one.first >= today else one for one in wanted
    ]
    past = [_ended(one, today) for one in officer.allocations if one.covers is None and one.first < today and one.school not in said]
    covered = [one for one in officer.allocations if one.covers is not None]
    return tuple(sorted((*own, *past, *covered), key=lambda one: (one.school, one.first, one.covers or "")))


def _ended(one: Allocation, today: date) -> Allocation:
    """With the day before as its last, unless it ended earlier."""
    last = today.fromordinal(today.toordinal() - 1)
    return one if one.until and one.until < today else one.model_copy(update={"until": last})
