"""The caseload: open cases by what of them stands in clear, the oldest first."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.referral import CASEWORK, OF_LEAVE, Path, Referral
from services.referrals.store.held import in_clear
from shared.contracts.attendance import Rule
from shared.mongo import Document
from shared.store import Documents

_IN_CLEAR: Final = {"sealed": 0, "sealed_history": 0}
"""A list of cases shows nothing that is sealed, and leaves it in the database."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases. `schools`: of those alone; None is every school."""

    schools: Collection[str] | None = None
    officer: str | None = None
    """To whom they are allocated; or, of those that are nobody's yet, at `officers_schools`."""
    officers_schools: Collection[str] = ()
    states: Collection[State] = CASE
    path: Path = CASEWORK
    """Cases of leave in term time are nobody's to work."""
    due_before: date | None = None
    """With a step or task that was due before this day and is not done."""
    quiet_since: date | None = None
    """Neither opened on or after this day nor with an entry written since."""
    rule: Rule | None = None
    """That stands now."""
    act_by: date | None = None
    """With a pack in preparation whose last day is this one or before it."""
    without: Collection[str] = ()
    """Children of whom the caller sees nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    referral: Referral
    """What of it stands in clear."""
    entries: int
    acted_at: datetime | None
    """When the latest entry was written, or the case was opened or reopened, whichever was last."""
    next_due: date | None
    """The earliest day on which something is due that is not done."""


class Caseload:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def find(self, wanted: Wanted, limit: int, offset: int = 0) -> tuple[list[Line], int]:
        """Some of the cases and how many there are."""
        query = _query(wanted)
        part = self._documents.find("referral", query, _IN_CLEAR, sort=[("opened_at", 1)], skip=offset, limit=limit)
        found, total = await asyncio.gather(part, self._count(query))
        return [_line(document) for document in found], total

    async def quiet(self, since: datetime) -> list[Line]:
        """Open cases without an entry from some moment on, whatever their school."""
        query = {"state": {"$in": list(CASE)}, "open": True, "acted_at": {"$lt": since}}
        return [_line(document) for document in await self._documents.find("referral", query, _IN_CLEAR)]

    async def near_their_end(self, day: date) -> list[Referral]:
        """Open cases with a pack in preparation whose last day is this one or before it, whatever their school."""
        query = {"state": {"$in": list(CASE)}, "act_by": {"$lte": day.isoformat()}}
        found = [await self._documents.find("referral", {**query, **of}, _IN_CLEAR) for of in ({"open": True}, {"path": OF_LEAVE})]
        return [in_clear(document) for some in found for document in some]

    async def _count(self, query: Document) -> int:
        return int(await self._documents.collection.count_documents({"kind": "referral", **query}))


def _line(document: Document) -> Line:
    due = document.get("next_due")
    entries, acted_at = document.get("entries", 0), document.get("acted_at")
    return Line(in_clear(document), entries, acted_at, date.fromisoformat(due) if due else None)


def _query(wanted: Wanted) -> dict[str, Any]:
    query: dict[str, Any] = {
        "state": {"$in": list(wanted.states)},
        **({"open": True} if wanted.path == CASEWORK else {"path": wanted.path}),
    }
    if wanted.schools is not None:
        query["school"] = {"$in": sorted(wanted.schools)}
    if wanted.officer is not None:
        nobodys = {"officer": None, "school": {"$in": sorted(wanted.officers_schools)}}
        query["$or"] = [{"officer": wanted.officer}, nobodys]
    if wanted.due_before is not None:
        query["next_due"] = {"$lt": wanted.due_before.isoformat()}
    if wanted.quiet_since is not None:
        query["acted_at"] = {"$lt": datetime.combine(wanted.quiet_since, time())}
    if wanted.rule is not None:
        query["concerns"] = {"$elemMatch": {"rule": wanted.rule, "eased": False}}
    if wanted.act_by is not None:
        query["act_by"] = {"$lte": wanted.act_by.isoformat()}
    if wanted.without:
        query["children"] = {"$nin": sorted(wanted.without)}
    return query
