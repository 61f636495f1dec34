"""What officers were told of contacts, entered in the latest of the school's rolls that holds the child."""

from datetime import date

from services.attendance.domain.roll_book import Entry, fields_said
from services.attendance.domain.told_contacts import ToldContact, heard, trail
from services.attendance.store.books import Books
from services.attendance.store.roll_shelf import Roll, Shelf
from shared.contracts.envelope import Cause
from shared.contracts.referrals import ContactSaid
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.sealing import Sealer
from shared.store import Documents
from shared.tries import tries


class RollContacts:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._shelf = Shelf(documents, sealer)
        self._books = Books(documents)

    async def hear(
        self, urn: str, child: str, intervention: str, contacts: tuple[ContactSaid, ...], day: date | None, cause: Cause
    ) -> None:
        """What an entry says of this child now, none being nothing. Heard again it changes nothing."""
        async for _ in tries():
            found = await self._latest(urn, child)
            if found is None:
                return
            roll, entry = found
            before, told = roll.seen(), entry.get("told", {})
            after = heard(told, intervention, contacts if day else (), day or date.min, fields_said(entry))
            if after == told:
                return
            entry["told"] = after
            book = await self._books.read(urn, roll.document["year"])
            try:
                await self._shelf.write(roll, book, before, 0, cause)
                return
            except Conflict:
                continue
        raise StillChanging("roll")

    async def trail(self, urn: str, child: str) -> list[ToldContact]:
        found = await self._latest(urn, child)
        return trail(child, found[1].get("told", {}), fields_said(found[1])) if found else []

    async def _latest(self, urn: str, child: str) -> tuple[Roll, Entry] | None:
        rolls = await self._shelf.open({"school": urn, "children": child})
        latest = max(rolls, key=lambda roll: int(roll.document["year"]), default=None)
        return (latest, latest.people[child]) if latest and latest.people and child in latest.people else None
