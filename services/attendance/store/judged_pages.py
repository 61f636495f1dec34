"""Pages to which a writer's word is applied and whose children are judged, all in memory: how a page is revised, and what is found then."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np

from services.attendance.domain.hearing import hear
from services.attendance.domain.judging import NOTHING_FOUND, Bench, Earlier, Found, Look, Turn
from services.attendance.domain.page_withdrawal import withdraw
from services.attendance.domain.register_page import Page, feed_of, heard
from services.attendance.domain.said import Said
from services.attendance.domain.turns_told import told
from services.attendance.store.before import Before
from services.attendance.store.open_page import OpenPage
from services.attendance.store.school_weeks import ByPage, SchoolWeeks
from shared.contracts.attendance_events import ConcernsChanged
from shared.contracts.envelope import Draft
from shared.mongo import Document

Worked = TypeVar("Worked")
Revise = Callable[[Sequence[Page]], list[bool]]
"""Changes pages; whether each is to be written."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Pages to which what a writer says has been applied, and how they look to the rules; None where nobody is judged. `changed`: in step.
    `own`: the school weeks that each shows itself."""

    opened: Sequence[OpenPage]
    changed: Sequence[bool]
    look: Look | None
    own: ByPage

    @property
    def wanting(self) -> frozenset[str]:
        """Children for whom last year's marks could change the answer."""
        return self.look.wanting if self.look else frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """Pages with what was found of their children, and those whose age could change it."""

    entered: Entered
    found: Found
    asks_age: set[str]


@dataclass(frozen=True, slots=True)
class LastYear:
    """What last year's pages say of the children who were asked for, and the versions of that year's pages when they were read."""

    profile: str
    """The version of the profile by which its marks were read."""
    asked: frozenset[str]
    versions: dict[str, int]
    known: dict[str, Earlier]


NOTHING_EARLIER = LastYear("", frozenset(), {}, {})


def enter(
    pages: Sequence[OpenPage],
    year: int,
    revise: Revise,
    today: date,
    bench: Bench | None,
    before: Before,
    weeks: SchoolWeeks,
) -> Entered:
    """Revise the pages and find for whom last year matters now. Without a bench nothing is judged."""
    changed = revise([opened.page for opened in pages])
    if bench is None:
        return Entered(pages, changed, None, {})
    seen = bench.see([before.laid_in(opened.page) for opened in pages], year, today)
    own = dict(zip((opened.document["_id"] for opened in pages), seen.weeks, strict=True))
    return Entered(pages, changed, bench.look(seen, weeks.now(own)), own)


def judge(entered: Entered, last: LastYear, bench: Bench) -> Judged:
    """What is found of the children, last year's marks beside this year's."""
    found = bench.find(entered.look, last.known) if entered.look else NOTHING_FOUND
    return Judged(entered, found, bench.asks_age(found))


def hear_all(pages: Sequence[Page], said: Mapping[int, Said]) -> list[bool]:
    """Revises by what writers say, by their numbers."""
    before = [[heard(page, by) for by in said] for page in pages]
    moved = np.zeros(len(pages), bool)
    for by, one in sorted(said.items()):
        moved |= hear(pages, by, one).any(axis=1)
    now = [[heard(page, by) for by in said] for page in pages]
    return [bool(changed) or after != was for changed, after, was in zip(moved.tolist(), now, before, strict=True)]


def take_out(pages: Sequence[Page], feed: int) -> list[bool]:
    """Revises as if a feed had never been."""
    news = [feed not in page.withdrawn or any(feed_of(by) == feed for by in (*page.spoken, *page.blank)) for page in pages]
    for page in pages:
        withdraw(page, feed)
    return news


def leave(pages: Sequence[Page]) -> list[bool]:
    """Revises nothing: the children are judged by what stands there."""
    return [False] * len(pages)


def drafts_of(turns: Sequence[Turn], document: Document, profile: str) -> list[Draft]:
    """What is published of the turns on a page; `profile`: the version by which they were judged."""
    if not turns:
        return []
    raised, eased, lapsed = told(turns)
    facts = {"school": document["school"], "year": document["year"], "profile": profile}
    return [Draft(ConcernsChanged, **facts, raised=raised, eased=eased, lapsed=lapsed)]


async def at_once(work: Callable[..., Worked], *given: Any) -> Worked:
    """A few milliseconds: a thread would cost more than it gives, since the threads of a process share one interpreter."""
    return work(*given)


async def beside(work: Callable[..., Worked], *given: Any) -> Worked:
    """Long enough that requests and the bus must be answered meanwhile."""
    return await asyncio.to_thread(work, *given)
