"""From an uploaded file to a stored feed with its receipt. Nothing is kept of a file that is refused as a whole."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from services.attendance.domain.agreement import keep_agreed
from services.attendance.domain.calendar.silence import heard
from services.attendance.domain.check_feed import Checked, CheckedBoth, check_feed, marks_of, roll_of
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.parts import marks_parts, roll_parts
from services.attendance.domain.receipts import nothing_known
from services.attendance.domain.text import File
from services.attendance.feeds.confirming import WholeRolls
from services.attendance.feeds.desk import Desk
from services.attendance.feeds.still_said import StillSaid
from services.attendance.store.cases import Cases
from services.attendance.store.feed_parts import NewPart
from services.attendance.store.feeds import Feeds, content_hash
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import KnownSchool, Schools
from services.attendance.store.told import TellingStore
from shared.academic_year import cohort, label, of, of_session
from shared.bus import Bus
from shared.contracts.attendance_events import FeedState
from shared.contracts.envelope import Cause
from shared.contracts.retention import AskDisposed, Disposed
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.settings import Settings

LARGEST_ROLL = 8_000_000
"""Bytes of one roll's children: some 10,000 with everything that a roll may tell; all of a school stand in one document."""
SMALL = 200_000
"""Bytes up to which a file is checked at once."""
PACKED = b"PK"
"""How a workbook begins, whose size says nothing of what is in it."""
MANY = 4_000
"""Rows up to which what is taken of it is packed at once."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Intake:
    """Checks a file row by row, stores it in sealed parts, and gives its receipt."""

    schools: Schools
    feeds: Feeds
    rolls: Rolls
    wholes: WholeRolls
    cases: Cases
    telling: TellingStore
    still_said: StillSaid
    disposal: Disposal
    sealer: Sealer
    desk: Desk
    bus: Bus
    settings: Settings

    async def take(
        self, urn: str, school: KnownSchool, data: File, roll_year: int | None, *, whole: bool = False, only: bool = False
    ) -> tuple[FeedState, bool]:
        """The feed and whether it is new; FileRefused when there is nothing to take. The same bytes are the same feed.

        `whole`: a roll that ends the enrolment of every child whom it does not name. `only`: of a file of several schools, the rows that
        name this one.
        """
        today = self.settings.today()
        year = roll_year if roll_year is not None else of_session(today)
        large = len(data) > SMALL
        hashing = asyncio.create_task(asyncio.to_thread(content_hash, data)) if large else None  # beside the check
        checked = await self.check(urn, school, data, only=only)
        content = await hashing if hashing else content_hash(data)
        account = checked.account
        # what was refused may be taken another day: a date that has come, a period that an operator has put right,
        # a field that may be kept now
        refusals = [tally.model_dump(mode="json") for tally in account.refused.tallies()]
        kept_by = roll.kept_by if (roll := roll_of(checked)) else ()
        digest = self.feeds.digest(urn, year, content, json.dumps([refusals, whole, kept_by]))
        holds = partial(self.still_said.of, urn, year, checked, whole=whole)
        # a small file of marks is known by the index when it is inserted; nothing larger is to be stored first
        if (account.kind != "marks" or large) and (earlier := await self.feeds.known(urn, digest, holds)):
            return earlier, False
        ending, as_whole = await self.wholes.take(urn, year, checked) if whole else (None, None)
        told = await self.telling.told(urn, account.kind) if account.remarkable else None
        known = told.knows if told else nothing_known
        receipt = account.receipt(known).model_dump(mode="json") | ({"whole": True, **ending._asdict()} if ending else {})
        telling = list(account.told(known))
        parts = await self.parts(checked, year)
        last = max([part.cohort for part in parts], default=self.disposal.cohort(year, self.settings.today()))
        accepted = await self.feeds.accept(urn, self.schools.next_number, digest, receipt, parts, last, holds, as_whole)
        if accepted.waiting and not (accepted.parts and self.desk.takes(accepted.parts)):
            await self.feeds.ask(accepted.waiting)
        if accepted.new and told and told.note(telling):
            await self.telling.note(urn, account.kind, telling, Cause.beginning(accepted.state.feed))
        return accepted.state, accepted.new

    async def check(self, urn: str, school: KnownSchool, data: File, *, only: bool = False) -> Checked:
        """What the file says, without what may not be kept of it; FileRefused when there is nothing to take."""
        checked = await self._check(urn, school, data, only=only)
        if (roll := roll_of(checked)) is None:
            return checked
        in_need = await self.cases.keys(urn) & {key for row in roll.rows for key in row.keys}
        rows, roll.account.dropped = await _beside(len(roll.rows) > MANY, keep_agreed, roll.rows, school.agreement, in_need)
        kept = replace(roll, rows=rows, kept_by=(*sorted(school.agreement), *sorted(in_need)))
        return replace(checked, roll=kept) if isinstance(checked, CheckedBoth) else kept

    async def _check(self, urn: str, school: KnownSchool, data: File, *, only: bool) -> Checked:
        today = self.settings.today()
        years = sorted({of(today) - 1, of(today), of_session(today)})
        on_roll = await self.rolls.on_roll(urn, years)
        terms = Terms(
            today,
            school.since,
            school.until,
            on_roll.upns,
            enrolled=on_roll.enrolled,
            several=on_roll.several,
            laestab=school.laestab,
            names=frozenset(filter(None, (urn, school.laestab))),
            only=only,
            succeeds_from=school.succeeds_from,
            succeeded_from=school.succeeded_from,
        )
        checked = await _check(data, terms)
        if (marks := marks_of(checked)) and (gone := await self._disposed(urn, marks)):
            checked = await _check(data, replace(terms, disposed=gone))
        return checked

    async def _disposed(self, urn: str, checked: CheckedMarks) -> frozenset[tuple[str, int]]:
        """Children in the file whose records of one of its years were disposed of. Asked only for years whose key is gone."""
        gone: set[tuple[str, int]] = set()
        for year, batch in checked.batches.items():
            if not self._past(year):
                continue
            prints = {self.rolls.fingerprint(urn, key): key for key in batch.keys}
            answer = await self.bus.ask(AskDisposed(year=year, fingerprints=tuple(prints)), Disposed)
            gone |= {(prints[fingerprint], year) for fingerprint in answer.fingerprints}
        return frozenset(gone)

    def _past(self, year: int) -> bool:
        """Whether the year's own date has been swept, or has come (its key may never have been minted here)."""
        own = cohort(year)
        return own < self.settings.today().isoformat() or self.sealer.gone(own)

    def _roll_parts(self, checked: CheckedRoll, year: int) -> list[NewPart]:
        if self.sealer.gone(cohort(year)):
            raise FileRefused(f"the rolls of {label(year)} have been disposed of")
        contents = list(roll_parts(checked.rows))
        if sum(map(len, contents)) > LARGEST_ROLL:
            raise FileRefused(f"a roll tells at most {LARGEST_ROLL // 1_000_000} MB of its children: push it in parts")
        sealed_under = self.disposal.cohort(year, self.settings.today())
        return [NewPart("roll", year, sealed_under, content) for content in contents]

    async def parts(self, checked: Checked, roll_year: int) -> list[NewPart]:
        """What is to be stored of it; FileRefused for a roll that cannot be."""
        return await _beside(checked.account.rows > MANY, self._parts, checked, roll_year)

    def _parts(self, checked: Checked, roll_year: int) -> list[NewPart]:
        roll, marks, today = roll_of(checked), marks_of(checked), self.settings.today()
        parts = self._roll_parts(roll, roll_year) if roll and roll.rows else []
        for year, batch in sorted(marks.batches.items()) if marks else ():
            sealed_under, day = self.disposal.cohort(year, today), heard(batch, today)
            parts += [NewPart("marks", year, sealed_under, content, day, some) for content, some in marks_parts(batch)]
        return parts


async def _check(data: File, terms: Terms) -> Checked:
    return await _beside(len(data) > SMALL or data.startswith(PACKED), check_feed, data, terms)


async def _beside(large: bool, work: Callable[..., Made], *given: Any) -> Made:
    """A day's file takes some milliseconds, for which a thread would cost more than it gives; a large one is worked at beside the rest."""
    return await asyncio.to_thread(work, *given) if large else work(*given)
