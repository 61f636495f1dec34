"""Flags on children and parents, `flag:<id>`: school, children and times of writing in clear, all that they say sealed.

A flag of a parent names every child of the parent, and stays as long as the last of them.
"""

from collections.abc import Collection, Iterable

from services.referrals.domain.flags import Flag, Word, standing
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents


class Flags:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("flag", Flag, documents, sealer)
        disposal.shares("flag", self._kind.keep_whole, whole=True)

    async def add(self, flag: Flag, children: Collection[str], cause: Cause) -> Flag:
        """The flag, or the one that says the same of the same person and stands already. `children`: whom it concerns."""
        same = [one for one in await self.of_children([flag.child]) if one.same_as(flag) and one.stands(self._settings.today())]
        if same:
            return same[0]
        today, named = self._settings.today(), sorted({flag.child, *children})
        cohort = max((await self._disposal.cohorts_for(named, academic_year.of(today), today)).values())
        clear = {"school": flag.school, "children": named, "at": flag.set.at}
        await self._documents.write(Change(self._kind.new(flag.id, flag, cohort, **clear)), cause)
        return flag

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

    async def leave(self, parent: str, child: str, cohort: str, cause: Cause) -> None:
        """Before a cohort's purge: a child who goes by it is no longer named by the flags of a parent who stays for another child."""
        query = {"children": child, "cohort": {"$gt": cohort}}
        for document in await self._documents.find("flag", query):
            flag, others = self._kind.opened(document), [one for one in document["children"] if one != child]
            if flag.parent == parent and others:
                left = flag.model_copy(update={"child": others[0] if flag.child == child else flag.child})
                await self._documents.write(Change(self._kind.with_content({**document, "children": others}, left)), cause)
