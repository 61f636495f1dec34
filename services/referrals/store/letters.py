"""Letters, `letter:<id>`: case, state and times of writing in clear; to whom, what and how it went sealed."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any, Final

from services.referrals.domain.letters.letter import UNSENT, Letter, State
from services.referrals.errors import NoSuchLetter, StillChanging
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

LEFT: Final = timedelta(minutes=2)
"""What is still being sent after so long was left by a crash."""


class Letters:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("letter", Letter, documents, sealer)

    async def add(self, letter: Letter, cause: Cause) -> Letter:
        """The letter, or the one that is there under this id."""
        today = self._settings.today()
        cohort = (await self._disposal.cohorts_for([letter.child], academic_year.of(today), today))[letter.child]
        clear = {"case": letter.case, "school": letter.school, "children": [letter.child], "state": letter.state, "at": letter.made_at}
        try:
            await self._documents.write(Change(self._kind.new(letter.id, letter, cohort, **clear)), cause)
            return letter
        except Conflict:
            return await self.get(letter.id)

    async def get(self, id_: str) -> Letter:
        """NoSuchLetter where there is none."""
        found = await self.find(id_)
        if found is None:
            raise NoSuchLetter
        return found

    async def find(self, id_: str) -> Letter | None:
        return await self._kind.get(id_)

    async def of_case(self, case: str) -> list[Letter]:
        return sorted(await self._kind.find({"case": case}), key=_made)

    async def unsent(self, case: str, kind: str) -> list[Letter]:
        """Those of a kind that have not gone."""
        return [one for one in await self._kind.find({"case": case, "state": {"$in": UNSENT}}) if one.kind == kind]

    async def in_states(self, states: Iterable[State], schools: Collection[str] | None) -> list[Letter]:
        """Of some schools or (None) of all, as they were made."""
        query: dict[str, Any] = {"state": {"$in": sorted(states)}}
        if schools is not None:
            query["school"] = {"$in": sorted(schools)}
        return sorted(await self._kind.find(query), key=_made)

    async def returned_of(self, child: str) -> list[Letter]:
        return await self._kind.find({"children": child, "state": "returned"})

    async def left(self) -> list[Letter]:
        """What a crash left on its way."""
        found = await self._kind.find({"state": "sending"})
        before = self._settings.now() - LEFT
        return [one for one in found if one.dispatch and one.dispatch.at < before]

    async def change(self, id_: str, step: Callable[[Letter], Letter], cause: Cause) -> Letter:
        """Do a step, again on what another wrote meanwhile. The same letter writes nothing. NoSuchLetter."""
        async for _ in tries():
            document = await self._kind.document(id_)
            if document is None:
                raise NoSuchLetter
            before = self._kind.opened(document)
            after = step(before)
            if after == before:
                return after
            try:
                await self._documents.write(Change({**self._kind.with_content(document, after), "state": after.state}), cause)
                return after
            except Conflict:
                continue
        raise StillChanging


def _made(letter: Letter) -> tuple[Any, str]:
    return letter.made_at, letter.id
