"""A file of several schools: each school's rows become a feed of its own; rows of schools that the caller does not cover are refused."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, Field

from services.attendance.domain.by_school import UNREADABLE, Rows, schools_of
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.receipts import Finding, Findings, Tally, nothing_known
from services.attendance.domain.text import File
from services.attendance.feeds.intake import Intake
from services.attendance.figures.answers import Pushed
from services.attendance.store.schools import KnownSchool, Schools
from shared.auth import Caller

MOST: Final = 5_000_000
"""Rows of a file times its schools, since the file is read once for each: some seconds' work."""

_REASONS: Final = {"": "no school is named", UNREADABLE: "not a school's number"}


class TooMuch(Exception):
    """The file has too many rows and schools at once."""


class NotTaken(BaseModel):
    """A school of which nothing was taken, and why."""

    school: str
    detail: str


class OfSchools(BaseModel):
    """One receipt for each school of which something was taken; its lines are those of the file."""

    feeds: list[Pushed]
    not_taken: list[NotTaken]
    refused_rows: int = Field(description="Rows of no school that the caller covers; they stand in no school's receipt.")
    refused: tuple[Finding, ...]
    refused_by_reason: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    intake: Intake
    schools: Schools

    async def take(self, data: File, roll_year: int | None, caller: Caller, *, covers_all: bool) -> OfSchools:
        """FileRefused where the file does not say whose its rows are; TooMuch where it is to be pushed in parts."""
        rows = await asyncio.to_thread(schools_of, data)
        theirs = await self._schools(rows, caller, covers_all=covers_all)
        here = dict(theirs.values())
        if sum(some.count for some in rows.values()) * len(here) > MOST:
            raise TooMuch
        feeds, not_taken = [], []
        for urn, school in sorted(here.items()):
            try:
                state, _ = await self.intake.take(urn, school, data, roll_year, only=True)
            except FileRefused as error:
                not_taken.append(NotTaken(school=urn, detail=str(error)))
            else:
                feeds.append(Pushed(**{**state.receipt, "state": state.state}))
        return OfSchools(feeds=feeds, not_taken=not_taken, **_refused({name: some for name, some in rows.items() if name not in theirs}))

    async def _schools(self, names: Mapping[str, Rows], caller: Caller, *, covers_all: bool) -> dict[str, tuple[str, KnownSchool]]:
        """By what the rows name, the schools that are known and covered."""
        found: dict[str, tuple[str, KnownSchool]] = {}
        numbered = any(len(name) == 7 for name in names)
        everywhere = await self.schools.all() if numbered and (covers_all or "*" in caller.schools) else {}
        candidates = {name for name in names if len(name) == 6} | (set(caller.schools) - {"*"} if numbered else set()) | set(everywhere)
        for urn in candidates:
            school = everywhere.get(urn) or await self.schools.get(urn)
            if school is not None and (covers_all or caller.covers(urn)):
                found |= {name: (urn, school) for name in (urn, school.laestab) if name and name in names}
        return found


def _refused(others: Mapping[str, Rows]) -> dict[str, Any]:
    """What is said of rows that no school of the caller's takes."""
    findings = Findings()
    for name, some in others.items():
        reason = _REASONS.get(name, "a school that is not known here or that you do not cover")
        for line in some.lines:
            findings.add(line, "URN", reason)
        findings.count_on(some.count - len(some.lines), some.lines[0], "URN", reason)
    listed, _ = findings.divided(nothing_known)
    return {"refused_rows": findings.rows, "refused": listed, "refused_by_reason": findings.tallies()}
