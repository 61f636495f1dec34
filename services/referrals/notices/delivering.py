"""Delivering notices: what `store.notices.tell(...)` has stored goes out by e-mail, at once or once a day, as each person wants it.

    await store.notices.tell(officer, "case without action", school, f"/v1/cases/{case}", once=f"{case} {day}")

Stored first, sent by this chore: a mail server that is away loses nothing, and a process that dies in between sends a copy under the
same Message-ID at worst.
"""

from dataclasses import dataclass

from prometheus_client import Gauge

from services.referrals.domain.notice import HEADS, digest_day, next_digest
from services.referrals.domain.officer import Officer
from services.referrals.notices import mail
from services.referrals.notices.mail import Mail, NotTaken, Refused, Send
from services.referrals.store import Store
from services.referrals.store.notices import notice
from shared.errors import WorldAway
from shared.logging import logger
from shared.mongo import Document


@dataclass(frozen=True, slots=True)
class Post:
    """Built in the composition root. Several replicas at once do no harm."""

    store: Store
    way: Mail | None
    """None: notices wait until the service is started with a way."""
    unsent: Gauge

    async def deliver(self) -> int:
        """One pass over what waits; how many e-mails went."""
        people = {one.id: one for one in await self.store.officers.all()}
        ready = [document for document in await self.store.notices.waiting() if await self._to_send(document, people)]
        sent = 0
        if ready and self.way is not None:
            try:
                async with self.way() as send:
                    for document in ready:
                        sent += await self._send(document, people[document["who"]], send)
            except WorldAway as error:
                logger().warning("notices wait", dependency="mail", count=len(ready) - sent, exc_info=error.__cause__)
        self.unsent.set(await self.store.notices.unsent())
        return sent

    async def _to_send(self, document: Document, people: dict[str, Officer]) -> bool:
        """Whether it is to go now; else it is put where it belongs."""
        notices, now = self.store.notices, self.store.now()
        who = document["who"]
        if who == HEADS:
            await notices.for_each(document, [one.id for one in people.values() if one.role == HEADS])
            return False
        person = people.get(who)
        if person is None:  # nobody of that id yet: it waits for an address
            return await notices.put_off(document, refused=False) and False
        if person.mail == "off" or (person.away and person.away.why == "left"):
            await notices.end(document, "off")
            return False
        if person.mail == "at once" or document["what"] == "digest":
            return True
        day = digest_day(now)
        if day is None or not await notices.gather(who, day):
            await notices.wait_until(document, next_digest(now))
        return False

    async def _send(self, document: Document, person: Officer, send: Send) -> int:
        claimed = await self.store.notices.claim(document)
        if claimed is None:
            return 0
        try:
            await send(mail.message(notice(claimed), person.email, self.store.settings))
        except (Refused, NotTaken) as error:
            kept = await self.store.notices.put_off(claimed, refused=isinstance(error, Refused))
            logger().warning("notice refused" if kept else "notice given up", id=document["_id"], exc_info=error.__cause__ or error)
            return 0
        except WorldAway:
            await self.store.notices.put_off(claimed, refused=False)
            raise
        await self.store.notices.end(claimed, "sent")
        return 1
