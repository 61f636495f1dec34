"""Children's clocks and holds: `clock:{child}` and `hold:{child}`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from services.retention.domain.child_clock import NEVER_MOVED, ChildClock
from services.retention.domain.stays import Hold
from services.retention.store.chunks import beginning_with, chunks, write_chunks
from shared.contracts.envelope import Cause, Draft
from shared.contracts.retention import DisposalDateMoved
from shared.errors import Transient
from shared.mongo import Document
from shared.store import Change, Documents
from shared.tries import tries


class ClockStillChanging(Transient):
    """A clock kept changing while it was to be written."""


class Clocks:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def get(self, children: Iterable[str]) -> dict[str, ChildClock]:
        return {child: _clock(document) for child, document in (await self._found("clock", children)).items()}

    async def groups(self, children: Iterable[str]) -> dict[str, frozenset[str]]:
        """Of those of the children that are joined, all records of each. A join is known to both, so it is found from either."""
        known: dict[str, frozenset[str]] = {}
        pending = set(children)
        while pending:
            known |= {child: clock.joined for child, clock in (await self.get(pending)).items()}
            known |= dict.fromkeys(pending - known.keys(), frozenset())
            pending = {other for others in known.values() for other in others} - known.keys()
        return {child: _closed(child, known) for child in children if known[child]}

    async def change(self, children: Iterable[str], change: Callable[[ChildClock], ChildClock], today: date, cause: Cause) -> None:
        """Change children's clocks; a date of disposal that moves by it is told in the same write. Merged again on a conflict."""
        pending = set(children)
        async for _ in tries():
            found = await self._found("clock", pending)
            changes = [made for child in sorted(pending) if (made := _changed(child, found.get(child), change, today)) is not None]
            conflicts = await write_chunks(self._documents, changes, cause)
            pending = {id_.removeprefix("clock:") for id_ in conflicts}
            if not pending:
                return
        raise ClockStillChanging

    async def tell_again(self, children: Iterable[str], cause: Cause) -> None:
        """Tell the services once more until when these children's records are kept. A clock that changes meanwhile tells by itself."""
        found = await self._found("clock", children)
        changes = [Change(clock, [_moved(child, clock)]) for child, clock in found.items()]
        await write_chunks(self._documents, changes, cause)

    async def forget_parted(self, children: Iterable[str], cause: Cause) -> None:
        """Records that were joined with these and parted again forget them. Of two that are joined each names the other."""
        gone = set(children)
        others = {other for clock in (await self.get(gone)).values() for other in clock.others.keys() - clock.joined}
        await self.change(others, lambda clock: clock.without_parted(gone), date.min, cause)

    async def holds(self, children: Iterable[str]) -> dict[str, Hold]:
        return {child: _hold(document) for child, document in (await self._found("hold", children)).items()}

    async def hold_document(self, child: str) -> Document | None:
        return await self._documents.get(f"hold:{child}")

    async def hold_documents(self) -> list[Document]:
        return await self._documents.find("hold", beginning_with("hold:"))

    async def keep_hold(self, document: Document, cause: Cause) -> None:
        """Conflict when somebody else wrote it meanwhile."""
        await self._documents.write(Change(document), cause)

    async def release(self, child: str) -> bool:
        """Whether there was a hold."""
        return bool(await self._documents.delete_all({"_id": f"hold:{child}"}, ["hold"]))

    async def _found(self, kind: str, children: Iterable[str]) -> Mapping[str, Document]:
        found: dict[str, Document] = {}
        for chunk in chunks(sorted(children)):
            ids = [f"{kind}:{child}" for child in chunk]
            for document in await self._documents.find(kind, {"_id": {"$in": ids}}):
                found[document["_id"].partition(":")[2]] = document
        return found


def _closed(child: str, joined: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found, edge = {child}, set(joined[child])
    while edge:
        found |= edge
        edge = {other for one in edge for other in joined[one]} - found
    return frozenset(found)


def _clock(document: Document) -> ChildClock:
    child: str = document["_id"].removeprefix("clock:")
    others = {other: (order, joined) for other, (order, joined) in document.get("others", {}).items()}
    entries = {entry: (edition, due) for entry, edition, due in document.get("entries", ())}
    lent = document.get("lent", NEVER_MOVED)
    return ChildClock(child, str(document.get("floor", document["due"])), document.get("cases", {}), others, entries, lent)


def _changed(child: str, found: Document | None, change: Callable[[ChildClock], ChildClock], today: date) -> Change | None:
    """None when the clock says it already."""
    before = _clock(found) if found else ChildClock(child)
    after = change(before)
    if after == before:
        return None
    document = {
        **(found or {"_id": f"clock:{child}", "kind": "clock", "children": [child], "version": 0}),
        "due": after.due,
        "order": (found or {}).get("order", 0) + (after.due != before.due),
        "floor": after.floor,
        "lent": after.lent,
        "entries": [[entry, edition, due] for entry, (edition, due) in after.entries.items()],
        "cases": dict(after.cases),
        "others": {other: list(told) for other, told in after.others.items()},
        "cohort": max(found["cohort"], after.due) if found else after.cohort(today),
    }
    return Change(document, [_moved(child, document)] if after.due != before.due else ())


def _moved(child: str, clock: Document) -> Draft:
    return Draft(DisposalDateMoved, child=child, due=clock["due"], order=clock["order"])


def _hold(document: Document) -> Hold:
    until = document.get("until")
    return Hold(document["_id"].removeprefix("hold:"), date.fromisoformat(until) if until else None)
