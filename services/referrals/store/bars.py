"""To whom a child's referrals are closed, `bar:<school>:<child>`: the persons' ids in clear, since every list asks for them; why is sealed.

It is of the child and not of one case, so that a later proposal is closed too, and it falls with the last of the child's referrals.
"""

from collections.abc import Callable

from services.referrals.domain.bar import Bar, Bars
from services.referrals.errors import StillChanging
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.contracts.retention import Purge
from shared.disposal import Disposal, resealed
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries


class ClosedTo:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._sealer = sealer
        self._kind = SealedKind("bar", Bars, documents, sealer)

    async def children(self, who: str) -> dict[str, str]:
        """Of whom a person is to see nothing: children with their schools. One look at an index, empty for nearly everybody."""
        found = await self._documents.find("bar", {"who": who}, {"_id": 0, "children": 1, "school": 1})
        return {child: document["school"] for document in found for child in document["children"]}

    async def of(self, school: str, child: str) -> tuple[Bar, ...]:
        found = await self._kind.get(f"{school}:{child}")
        return found.bars if found else ()

    async def change(self, school: str, child: str, step: Callable[[Bars], Bars], cause: Cause) -> Bars:
        id_ = f"{school}:{child}"
        async for _ in tries():
            document = await self._kind.document(id_)
            before = self._kind.opened(document) if document else Bars()
            after = step(before)
            if after == before:
                return before
            today = self._settings.today()
            cohort = (await self._disposal.cohorts_for([child], academic_year.of(today), today))[child]
            clear = {"school": school, "children": [child]}
            changed = self._kind.with_content(document, after, cohort) if document else self._kind.new(id_, after, cohort, **clear)
            try:
                await self._documents.write(Change({**changed, "who": list(after.standing)}), cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def outlast(self, command: Purge, cause: Cause) -> None:
        """Before a purge: what would fall by it stays as long as the latest referral of the child. Does no harm when repeated."""
        scope: Document = {"cohort": command.cohort, **({"school": command.school} if command.school else {})}
        async for _ in tries():
            going = [(bar, until) for bar in await self._documents.find("bar", scope) if (until := await self._closes_until(bar))]
            later = [Change(resealed(bar, until, self._sealer)) for bar, until in going if until > command.cohort]
            if not await self._documents.write_all(later, cause):
                return
        raise StillChanging

    async def _closes_until(self, bar: Document) -> str:
        found = await self._documents.find("referral", {"children": bar["children"][0]}, {"cohort": 1})
        return max((referral["cohort"] for referral in found), default="")
