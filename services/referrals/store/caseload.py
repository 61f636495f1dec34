"""The caseload: open cases by what of them stands in clear, the oldest first."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.referral import CASEWORK, OF_LEAVE, Path, Referral
from services.referrals.store.held import in_clear
from shared.contracts.standing import Rule
from shared.mongo import Document
from shared.store import Documents

_IN_CLEAR: Final = {"sealed": 0, "sealed_history": 0}
"""A list of cases shows nothing that is sealed, and leaves it in the database."""
_SHOWN: Final = dict.fromkeys(
    ("school", "child", "state", "officer", "opened_at", "concerns.rule", "concerns.eased", "act_by", "entries", "acted_at", "next_due"), 1
)
"""What a line of the caseload shows, and nothing else: a page of it is a hundred documents."""


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

    @property
    def narrow(self) -> bool:
        """Whether a part of somebody's cases is wanted, and not all of them."""
        few = self.schools is not None and len(self.schools) == 1
        return few or any((self.due_before, self.quiet_since, self.rule, self.act_by))


@dataclass(frozen=True, slots=True)
class Line:
    """What of a case stands in clear and is shown."""

    id: str
    school: str
    child: str
    state: State
    officer: str | None
    opened_at: datetime | None
    rules: Sequence[Rule]
    """That stand now."""
    act_by: date | None
    """The first day that ends something that can be done with a pack."""
    entries: int
    acted_at: datetime | None
    """When the latest entry was written, or the case was opened or reopened, whichever was last."""
    next_due: date | None
    """The earliest day on which something is due that is not done."""


class Caseload:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def find(self, wanted: Wanted, limit: int, offset: int = 0) -> tuple[list[Line], int]:
        """Some of the cases and how many there are. What is narrowed mostly has room on a page, which then says how many."""
        query = _query(wanted)
        part = self._documents.find("referral", query, _SHOWN, sort=[("opened_at", 1)], skip=offset, limit=limit)
        if not wanted.narrow:
            found, total = await asyncio.gather(part, self._documents.count("referral", query))
        elif len(found := await part) < limit and (found or not offset):
            total = offset + len(found)
        else:
            total = await self._documents.count("referral", query)
        return [_line(document) for document in found], total

    async def quiet(self, since: datetime) -> list[tuple[Referral, date]]:
        """Open cases without an entry from some moment on, whatever their school, each with the day of the last thing done in it."""
        query = {"state": {"$in": list(CASE)}, "open": True, "acted_at": {"$lt": since}}
        return [(in_clear(one), one["acted_at"].date()) for one in await self._documents.find("referral", query, _IN_CLEAR)]

    async def near_their_end(self, day: date) -> list[Referral]:
        """Open cases with a pack in preparation whose last day is this one or before it, whatever their school."""
        query = {"state": {"$in": list(CASE)}, "act_by": {"$lte": day.isoformat()}}
        found = [await self._documents.find("referral", {**query, **of}, _IN_CLEAR) for of in ({"open": True}, {"path": OF_LEAVE})]
        return [in_clear(document) for some in found for document in some]


def _line(document: Document) -> Line:
    standing = (concern["rule"] for concern in document["concerns"] if not concern["eased"])
    return Line(
        id=document["_id"].partition(":")[2],
        school=document["school"],
        child=document["child"],
        state=document["state"],
        officer=document.get("officer"),
        opened_at=document.get("opened_at"),
        rules=list(dict.fromkeys(standing)),
        act_by=_day(document.get("act_by")),
        entries=document.get("entries", 0),
        acted_at=document.get("acted_at"),
        next_due=_day(document.get("next_due")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


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
