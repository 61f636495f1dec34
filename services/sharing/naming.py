"""Whom packs are about and against, by name: asked of those who hold the names each time somebody reads, and kept nowhere."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.sharing.store.preparing import Held
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, People
from shared.contracts.enforcement import AskCaseParents, CaseParents
from shared.errors import NotKnownThere, Transient, WorldAway


@dataclass(frozen=True, slots=True)
class Names:
    """None where it is not known just now. `closed`: the pack's case is closed to the reader."""

    child: str | None = None
    parent: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    bus: Bus

    async def of(self, packs: Sequence[Held], reader: str | None) -> dict[str, Names]:
        """By pack. `reader`: the `sub` of a token to whom cases may be closed."""
        children, parents = await asyncio.gather(self._children(packs), self._parents(packs, reader))
        named: dict[str, Names] = {}
        for held in packs:
            whose = held.pack.case, held.work.wanted.parent
            closed = parents is not None and whose not in parents
            named[held.pack.pack] = Names(closed=True) if closed else Names(children.get(held.pack.child), (parents or {}).get(whose))
        return named

    async def _children(self, packs: Sequence[Held]) -> dict[str, str]:
        by_school: defaultdict[str, set[str]] = defaultdict(set)
        for held in packs:
            by_school[held.pack.school].add(held.pack.child)
        found: dict[str, str] = {}
        for school, children in sorted(by_school.items()):
            try:
                people = await self.bus.ask(AskPeople(school=school, children=tuple(sorted(children))), People)
            except (NotKnownThere, Transient, WorldAway):
                continue
            found |= {one.child: name for one in people.people if (name := f"{one.forename or ''} {one.surname or ''}".strip())}
        return found

    async def _parents(self, packs: Sequence[Held], reader: str | None) -> dict[tuple[str, str], str | None] | None:
        """None while `referrals` does not answer: then nobody is named, and nothing is known to be closed."""
        cases = tuple(sorted({(held.pack.case, held.work.wanted.parent) for held in packs}))
        found: dict[tuple[str, str], str | None] = {}
        for begin in range(0, len(cases), AskCaseParents.MOST):
            question = AskCaseParents(cases=cases[begin : begin + AskCaseParents.MOST], reader=reader)
            try:
                answer = await self.bus.ask(question, CaseParents)
            except (NotKnownThere, Transient, WorldAway):
                return None
            found |= {(one.case, one.parent): one.name for one in answer.parents}
        return found
