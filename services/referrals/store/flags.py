"""Flags on children and parents, `flag:<id>`: school, children and times of writing in clear, all that they say sealed.

A flag of a parent names every child of the parent, by all records, and stays as long as the last of them.
"""

from collections.abc import Callable, Collection, Iterable
from hashlib import sha256

from services.referrals.domain.flags import Flag, Word, standing
from services.referrals.domain.tie import Tie
from services.referrals.errors import StillChanging
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries


class Flags:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("flag", Flag, documents, sealer)
        disposal.shares("flag", self._kind.keep_whole, whole=True)

    async def add(self, flag: Flag, children: Collection[str], cause: Cause) -> Flag:
        """The flag under the id that it is given here, or the one that says the same of the same person and stands already. `children`:
        whom it concerns."""
        today, named = self._settings.today(), sorted({flag.child, *children})
        async for _ in tries():
            there = await self.of_children([flag.child])
            if same := [one for one in there if one.same_as(flag) and one.stands(today)]:
                return same[0]
            made = flag.model_copy(update={"id": _next(flag.child, there)})
            cohort = max((await self._disposal.cohorts_for(named, academic_year.of(today), today)).values())
            clear = {"school": made.school, "children": named, "at": made.set.at}
            try:
                await self._documents.write(Change(self._kind.new(made.id, made, cohort, **clear)), cause)
                return made
            except Conflict:  # another was set at the same moment, perhaps this one
                continue
        raise StillChanging

    async def get(self, id_: str) -> Flag | None:
        return await self._kind.get(id_)

    async def lift(self, id_: str, word: Word, cause: Cause) -> Flag | None:
        """None where there is no such flag. Lifted again, the first word stays."""
        return await self._kind.change(id_, lambda flag: flag if flag.lifted else flag.model_copy(update={"lifted": word}), cause)

    async def of_children(self, children: Iterable[str]) -> list[Flag]:
        """Every flag that concerns any of the children, whoever's school set it, the lifted ones included; in the order of setting."""
        found = await self._kind.find({"children": {"$in": sorted(children)}})
        return sorted(found, key=lambda flag: flag.set.at)

    async def standing(self, child: str, parents: Collection[str] | None = None) -> list[Flag]:
        """What stands today over writing to these parents (all records of the one who is meant) about the child; see domain/flags.py."""
        return standing(await self.of_children([child]), child, self._settings.today(), parents)

    async def of_parents(self, child: str) -> list[Flag]:
        """Those that concern the child since they are of a parent."""
        return [flag for flag in await self.of_children([child]) if flag.parent]

    async def widen(self, records: Collection[str], children: Collection[str], cohort: str, cause: Cause) -> None:
        """The flags of a parent, by all records, concern these children of the parent too, and stay as long as they."""
        for flag in await self.of_children(children):
            if flag.parent in records:
                await self._rewrite(flag.id, lambda before: self._widened(before, children, cohort), cause)

    async def hand_on(self, id_: str, ties: Collection[Tie], cohort: str, cause: Cause) -> None:
        """Before a cohort's purge: the flag of a parent concerns the children who stay, on a record that stays. `ties`: those that stay, by
        all records of the parent; with the last of them the flag falls."""

        def step(before: Document) -> Document | None:
            if ties:
                return self._handed(before, ties)
            return before if before["cohort"] <= cohort else None  # what the purge takes, it counts

        await self._rewrite(id_, step, cause)

    def _widened(self, before: Document, children: Collection[str], cohort: str) -> Document:
        named = {**before, "children": sorted({*before["children"], *children})}
        return before if named == before else self._kind.with_content(named, self._kind.opened(before), cohort)

    def _handed(self, before: Document, ties: Collection[Tie]) -> Document:
        flag = self._kind.opened(before)
        tie = min(ties, key=lambda one: (one.parent != flag.parent, one.child != flag.child, one.parent, one.child))
        left = flag.model_copy(update={"parent": tie.parent, "child": tie.child, "school": tie.school})
        named = {**before, "school": tie.school, "children": sorted({one.child for one in ties})}
        return self._kind.with_content(named, left, max(one.cohort for one in ties))

    async def _rewrite(self, id_: str, step: Callable[[Document], Document | None], cause: Cause) -> None:
        """None deletes it; the same document is left alone."""
        async for _ in tries():
            document = await self._kind.document(id_)
            after = step(document) if document else None
            try:
                if document and after is None:
                    await self._documents.delete(document)
                elif after and after != document:
                    await self._documents.write(Change(after), cause)
                return
            except Conflict:
                continue
        raise StillChanging


def _next(child: str, there: Iterable[Flag]) -> str:
    """The same for whoever sets a flag on the child at the same moment, and tells nothing of what it says."""
    return sha256("\0".join((child, *sorted(one.id for one in there))).encode()).hexdigest()[:24]
