"""Joins: one document for each two records of a school of which somebody has said that they are one child, or never are.

`join:<school>:<child>:<child>`, the children in the order of their ids. In clear: the children, the state, which of them is kept, how
often it was changed, until when each record is kept and, of a join that files alone have made, the numbers of the feeds that state it;
sealed: who, when and why, each time, and of two that are kept apart the keyed hashes of their names in files. How long it is kept:
domain/kept_until.py. `children` are those of the two that fall with it.

What may be said of a pair depends on the other pairs, so whoever says something writes the school's `joins:<school>` too, on the version
that was there when the pairs were read: of two that speak at once the second looks again.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, get_args

from services.attendance.domain import joins
from services.attendance.domain.child_key import scoped
from services.attendance.domain.errors import NoSuchJoin, NotJoined
from services.attendance.domain.joins import Groups, Pair, ordered
from services.attendance.domain.kept_until import falls
from services.attendance.domain.same_child import Group
from shared.academic_year import of
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted
from shared.contracts.envelope import Cause, Draft
from shared.disposal import Disposal, StillChanging, resealed
from shared.errors import Conflict, Disposed
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents
from shared.tries import tries, until_written

JOINED: Final = {"state": 1, "kept": 1}
"""The fields of a join that say who is joined."""
STATES: Final = list(get_args(joins.State))
STATING: Final = 8
"""Feeds that are remembered as stating a join: as many rolls as can be taken back."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said of a pair. `by`: a person's account, or the number of the feed that stated it."""

    what: joins.State
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Join:
    """A pair with its history: (when, said), the first one first."""

    id: str
    pair: Pair
    history: tuple[tuple[datetime, Said], ...]


class Joins:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal

    # reading --------------------------------------------------------------------------------------------------------

    async def groups(self, urn: str) -> Groups:
        """The joined children of a school; for most schools there are none."""
        return joins.groups(_pair(document) for document in await self._documents.find("join", {"school": urn, "state": "joined"}))

    async def versions(self) -> dict[str, int]:
        """By school, a number that grows with every join and parting."""
        found = await self._documents.find("joins", {"_id": {"$gte": "joins:", "$lt": "joins;"}}, {"school": 1, "version": 1})
        return {one["school"]: one["version"] for one in found}

    @staticmethod
    def prefix(urn: str) -> str:
        """With which the ids of the school's joins begin."""
        return f"join:{urn}:"

    @staticmethod
    def groups_in(heads: Iterable[Document]) -> Groups:
        """`groups`, from what was read of the joins (`JOINED` of each) and whatever else."""
        return joins.groups(_pair(head) for head in heads if head["_id"].startswith("join:") and head["state"] == "joined")

    async def of_school(self, urn: str) -> list[Join]:
        found = []
        for document in await self._documents.find("join", {"school": urn, "state": {"$in": STATES}}):
            try:
                found.append(Join(_public(document), _pair(document), tuple(self._history(document))))
            except Disposed:
                continue
        return found

    # saying ---------------------------------------------------------------------------------------------------------

    async def join(self, urn: str, kept: str, joined: str, said: Said, today: date, cause: Cause) -> str:
        """The join's id. NotJoined, with the reason, where it cannot be."""
        return await self._say(urn, ordered(kept, joined), _joining(kept, joined), said, today, cause)

    async def join_by_file(self, urn: str, pairs: Iterable[tuple[str, str]], feed: int, today: date, cause: Cause) -> None:
        """What the file of a feed states of pairs (kept, joined), where no person has said anything else of them."""
        for one, other in pairs:
            known = await self._documents_of(urn)
            if (two := joins.by_file(one, other, [_pair(document) for document in known])) is None:
                await self._state(f"join:{urn}:{':'.join(ordered(one, other))}", feed, cause)
                continue
            try:
                said = Said("joined", f"feed {feed}", "the file says so")
                await self._say(urn, ordered(*two), _joining(*two), said, today, cause, feeds=[feed])
            except NotJoined:  # somebody said otherwise in between
                continue

    async def _state(self, id_: str, feed: int, cause: Cause) -> None:
        """Note that one more feed states a join that files have made: it stands as long as one of them does."""

        async def stated() -> None:
            document = await self._documents.get(id_)
            feeds = document.get("feeds") if document and document["state"] == "joined" else None
            if document and feeds and feed not in feeds:
                await self._documents.write(Change({**document, "feeds": sorted([*feeds, feed])[-STATING:]}), cause)

        await until_written("join", stated)

    async def take_back(self, urn: str, feed: int, today: date, cause: Cause) -> None:
        """Part what nothing but a withdrawn feed has joined; a later file may join it again. Does no harm when repeated."""
        said = Said("taken back", f"feed {feed}", "the feed was withdrawn")
        async for _ in tries():
            conflicts = False
            for document in await self._documents_of(urn):
                if document["state"] != "joined" or feed not in document.get("feeds", ()):
                    continue
                pair, rest = _pair(document), [one for one in document["feeds"] if one != feed]
                try:
                    if rest:
                        await self._documents.write(Change({**document, "feeds": rest}), cause)
                    else:
                        await self._write(await self._turn(urn), document, Pair(pair.children, "taken back", pair.kept), said, today, cause)
                except Conflict:
                    conflicts = True
            if not conflicts:
                return
        raise StillChanging("join")

    async def part(self, urn: str, id_: str, said: Said, today: date, cause: Cause) -> None:
        """NoSuchJoin where the two are not joined."""
        first, _, second = id_.partition("-")

        def step(pairs: Sequence[Pair]) -> Pair:
            for pair in pairs:
                if pair.children == (first, second) and pair.state == "joined":
                    return Pair(pair.children, "parted", pair.kept)
            raise NoSuchJoin

        await self._say(urn, (first, second), step, said, today, cause)

    async def keep_apart(self, urn: str, names: Mapping[str, Iterable[str]], said: Said, today: date, cause: Cause) -> str:
        """For ever: nothing undoes it. NotJoined where they are one child by way of a third record.

        `names`: the two children with their keys, by which a file is kept from joining them even when one has been disposed of.
        """
        if len(names) != 2:
            raise NotJoined("they are the same record")
        one, other = ordered(*names)

        def step(pairs: Sequence[Pair]) -> Pair:
            two = (one, other)
            rest = joins.groups(pair for pair in pairs if pair.children != two)
            if rest.get(one) and rest.get(one) == rest.get(other):
                raise NotJoined("they are one child by way of another record: part that first")
            return Pair(two, "kept apart", next((pair.kept for pair in pairs if pair.children == two), None))

        hashes = [sorted(self._hash(urn, key) for key in names[child]) for child in (one, other)]
        return await self._say(urn, (one, other), step, said, today, cause, hashes)

    async def apart(self, urn: str, groups: Sequence[Group]) -> list[Group]:
        """What a file states of keys, without what it states of two that are kept apart: then each of the group's keys stands alone."""
        if all(len(group) < 2 for group in groups):
            return list(groups)
        marks = [self._names(document) for document in await self._documents.find("join", {"school": urn, "state": "kept apart"})]
        if not any(marks):
            return list(groups)
        return [one for group in groups for one in (((key,) for key in group) if self._is_apart(urn, group, marks) else (group,))]

    def _is_apart(self, urn: str, group: Group, marks: Iterable[Sequence[frozenset[str]]]) -> bool:
        hashes = {self._hash(urn, key) for key in group}
        return any(names and all(hashes & theirs for theirs in names) for names in marks)

    def _names(self, document: Document) -> list[frozenset[str]]:
        try:
            told = self._sealer.open(document["cohort"], document["_id"], "sealed_names", bytes(document["sealed_names"]))
        except Disposed:
            return []
        return [frozenset(hashes) for hashes in json.loads(told)]

    def _hash(self, urn: str, key: str) -> str:
        return self._sealer.hash("index", scoped(urn, key))

    async def _say(
        self,
        urn: str,
        two: tuple[str, str],
        step: Callable[[Sequence[Pair]], Pair],
        said: Said,
        today: date,
        cause: Cause,
        names: Sequence[Sequence[str]] = (),
        feeds: Sequence[int] = (),
    ) -> str:
        id_ = f"join:{urn}:{two[0]}:{two[1]}"

        async def spoken() -> str:
            turn = await self._turn(urn)
            known = await self._documents_of(urn)
            document = next((one for one in known if one["_id"] == id_), None)
            before = _pair(document) if document else None
            after = step([_pair(one) for one in known])
            if not before or (before.state, before.kept) != (after.state, after.kept):
                await self._write(turn, document, after, said, today, cause, names, feeds)
            return "-".join(two)

        return await until_written("join", spoken)

    async def _write(
        self,
        turn: Document,
        document: Document | None,
        after: Pair,
        said: Said,
        today: date,
        cause: Cause,
        names: Sequence[Sequence[str]] = (),
        feeds: Sequence[int] = (),
    ) -> None:
        urn: str = turn["school"]
        changed = await self._changed(urn, document, after, said, today) | {"feeds": list(feeds)}
        changed["sealed_names"] = self._sealer.seal(changed["cohort"], changed["_id"], "sealed_names", json.dumps(names).encode())
        before = _pair(document) if document else None
        async with self._documents.transaction() as session:
            await self._documents.write(Change(turn), cause, session=session)
            change = Change(changed, _drafts(urn, before, after, changed["order"]))
            written = await self._documents.write(change, cause, session=session)
        await self._documents.publish_or_leave([written])

    async def _turn(self, urn: str) -> Document:
        return await self._documents.get(f"joins:{urn}") or {"_id": f"joins:{urn}", "kind": "joins", "school": urn, "version": 0}

    async def _changed(self, urn: str, document: Document | None, after: Pair, said: Said, today: date) -> Document:
        until = await self._until(after.children, today)
        cohort, falling = falls(after.state, until)
        first, second = after.children
        base = document or {"_id": f"join:{urn}:{first}:{second}", "kind": "join", "school": urn, "order": 0, "version": 0}
        history = [*(self._history(document) if document else ()), (self._documents.now(), said)]
        told = [[at.isoformat(), one.what, one.by, one.why] for at, one in history]
        return {
            **base,
            "children": falling,
            "until": until,
            "state": after.state,
            "kept": after.kept or "",
            "order": base["order"] + 1,
            "cohort": cohort,
            "sealed": self._sealer.seal(cohort, base["_id"], "sealed", json.dumps(told).encode()),
        }

    async def _until(self, children: Iterable[str], today: date) -> dict[str, str]:
        """Until when each child's records are kept. Of whom there are none any more, nothing is kept longer than need be."""
        held = await self._documents.find_all({"children": {"$in": list(children)}}, ("page", "roll", "case"), {"children": 1, "cohort": 1})
        moved = await self._disposal.moved(children)
        least = self._disposal.cohort(of(today) - 1, today)
        until = {}
        for child in children:
            dates: list[str] = [one["cohort"] for one in held if child in one["children"]]
            due = max([*dates, moved.get(child, "")])
            until[child] = least if not due or self._sealer.gone(due) else due
        return until

    async def _documents_of(self, urn: str) -> list[Document]:
        return await self._documents.find("join", {"school": urn, "state": {"$in": STATES}})

    def _history(self, document: Document) -> list[tuple[datetime, Said]]:
        told = json.loads(self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
        return [(datetime.fromisoformat(at), Said(what, by, why)) for at, what, by, why in told]

    # keeping --------------------------------------------------------------------------------------------------------

    async def renewed(self, urn: str, cohorts: Mapping[str, str], cause: Cause) -> Groups:
        """The joined children of a school. What is said of children with new records is kept as long as those (child to cohort)."""
        known = await self._documents_of(urn)
        for document in known:
            until = {child: cohorts[child] for child in _pair(document).children if child in cohorts}
            if any(due > _dates(document)[child] for child, due in until.items()):
                try:
                    await self._keep(document, until, cause)
                except (Conflict, Disposed):
                    continue  # changed at this moment, and so kept as long; or disposed of
        return joins.groups(map(_pair, known))

    async def move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        """One of the two stays longer, and so does a join."""
        await self._keep(document, {child: due}, cause)

    async def _keep(self, document: Document, dates: Mapping[str, str], cause: Cause) -> None:
        pair, order = _pair(document), document["order"] + 1
        until = {child: max(due, dates.get(child, "")) for child, due in _dates(document).items()}
        cohort, falling = falls(pair.state, until)
        later = {**resealed(document, cohort, self._sealer), "order": order, "until": until, "children": falling}
        before = Pair(pair.children, "parted", pair.kept)
        await self._documents.write(Change(later, _drafts(document["school"], before, pair, order)), cause)


def _joining(kept: str, joined: str) -> Callable[[Sequence[Pair]], Pair]:
    def step(pairs: Sequence[Pair]) -> Pair:
        joins.check(kept, joined, pairs)
        return Pair(ordered(kept, joined), "joined", kept)

    return step


def _drafts(urn: str, before: Pair | None, after: Pair, order: int) -> list[Draft]:
    was, is_ = before is not None and before.state == "joined", after.state == "joined"
    if was == is_ or after.kept is None:
        return []
    model: Any = ChildrenJoined if is_ else ChildrenParted
    return [Draft(model, school=urn, kept=after.kept, joined=after.joined, order=order)]


def _dates(document: Document) -> dict[str, str]:
    if told := document.get("until"):
        return dict(told)
    cohort: str = document["cohort"]
    return dict.fromkeys(_pair(document).children, cohort)


def _pair(document: Document) -> Pair:
    _, _, first, second = document["_id"].split(":")
    return Pair((first, second), document["state"], document["kept"] or None)


def _public(document: Document) -> str:
    return "-".join(_pair(document).children)
