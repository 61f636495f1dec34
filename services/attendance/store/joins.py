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
from datetime import date
from typing import Any, Final

from services.attendance.domain import joins
from services.attendance.domain.errors import NoSuchJoin, NotJoined
from services.attendance.domain.joins import Groups, Pair, ordered
from services.attendance.domain.kept_until import falls
from services.attendance.store.joins_read import JoinsRead, Said, pair_of
from shared.academic_year import of
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted
from shared.contracts.envelope import Cause, Draft
from shared.disposal import StillChanging, resealed
from shared.errors import Conflict, Disposed
from shared.mongo import Document
from shared.store import Change
from shared.tries import tries, until_written

STATING: Final = 8
"""Feeds that are remembered as stating a join: as many rolls as can be taken back."""


class Joins(JoinsRead):
    """Joins as they are said and kept."""

    # saying ---------------------------------------------------------------------------------------------------------

    async def join(self, urn: str, kept: str, joined: str, said: Said, today: date, cause: Cause) -> str:
        """The join's id. NotJoined, with the reason, where it cannot be."""
        return await self._say(urn, ordered(kept, joined), _joining(kept, joined), said, today, cause)

    async def join_by_file(self, urn: str, pairs: Iterable[tuple[str, str]], feed: int, today: date, cause: Cause) -> None:
        """What the file of a feed states of pairs (kept, joined), where no person has said anything else of them."""
        for one, other in pairs:
            known = await self._documents_of(urn)
            if (two := joins.by_file(one, other, [pair_of(document) for document in known])) is None:
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
                pair, rest = pair_of(document), [one for one in document["feeds"] if one != feed]
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
            before = pair_of(document) if document else None
            after = step([pair_of(one) for one in known])
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
        before = pair_of(document) if document else None
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

    # keeping --------------------------------------------------------------------------------------------------------

    async def renewed(self, urn: str, cohorts: Mapping[str, str], cause: Cause) -> Groups:
        """The joined children of a school. What is said of children with new records is kept as long as those (child to cohort)."""
        known = await self._documents_of(urn)
        for document in known:
            until = {child: cohorts[child] for child in pair_of(document).children if child in cohorts}
            if any(due > _dates(document)[child] for child, due in until.items()):
                try:
                    await self._keep(document, until, cause)
                except (Conflict, Disposed):
                    continue  # changed at this moment, and so kept as long; or disposed of
        return joins.groups(map(pair_of, known))

    async def move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        """One of the two stays longer, and so does a join."""
        await self._keep(document, {child: due}, cause)

    async def _keep(self, document: Document, dates: Mapping[str, str], cause: Cause) -> None:
        pair, order = pair_of(document), document["order"] + 1
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
    return dict.fromkeys(pair_of(document).children, cohort)
