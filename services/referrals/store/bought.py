"""How many open cases a school has bought, `bought:<school>`, in clear: of a school and of no child.

What held before stays with who said it and when: an answer of last term can be explained.
"""

from datetime import date

from services.referrals.domain.bought import Bought, in_force, with_word
from services.referrals.errors import StillChanging
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents
from shared.tries import tries


class Purchases:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def of(self, school: str) -> list[Bought]:
        """All that was said of the school, by the day from which it holds."""
        return _words(await self._documents.get(f"bought:{school}"))

    async def kept(self, school: str) -> Document | None:
        """As it is stored, to be written with a case that was accepted by it."""
        return await self._documents.get(f"bought:{school}")

    async def cases(self, school: str, on: date) -> int | None:
        """None: no number was agreed."""
        return in_force(await self.of(school), on)

    async def say(self, school: str, word: Bought, cause: Cause) -> list[Bought]:
        async for _ in tries():
            found = await self._documents.get(f"bought:{school}")
            before = _words(found)
            after = with_word(before, word)
            if after == before:
                return before
            document: Document = found or {"_id": f"bought:{school}", "kind": "bought", "school": school, "version": 0}
            try:
                await self._documents.write(Change({**document, "words": [one.model_dump(mode="json") for one in after]}), cause)
                return after
            except Conflict:
                continue
        raise StillChanging


def _words(document: Document | None) -> list[Bought]:
    return [Bought.model_validate(one) for one in document["words"]] if document else []
