"""Takes up again what is signed and could not be sent, and what was sent and cannot be opened any more, since the LA's key is another one:
at once when the key comes, and by and by in any case."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from services.sharing.sending import Sending
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from services.sharing.store.packs import Pack
from services.sharing.telling import Telling
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.logging import logger

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds between two tries of one pack, ever longer: each asks two services."""


@dataclass(slots=True)
class Waiting:
    """Built in the composition root. `seconds`: for so long a signed pack is the business of who took the signature."""

    sending: Sending
    store: Store
    telling: Telling
    seconds: float
    bus: Bus
    _next: dict[str, tuple[float, float]] = field(default_factory=dict)
    """By pack, when it is tried next and the pause before that. Nothing is lost with it: all are tried at once then."""

    async def take_up(self) -> None:
        """A chore."""
        packs = await self.store.packs.waiting(seconds=self.seconds)
        now = time.monotonic()
        due = [pack for pack in packs if self._next.get(pack.pack, (now, 0.0))[0] <= now]
        self._next = {pack.pack: self._next.get(pack.pack, (now, FIRST_PAUSE / 2)) for pack in packs}
        for pack in due:
            pause = min(LONGEST_PAUSE, 2 * self._next[pack.pack][1])
            self._next[pack.pack] = now + pause, pause
        await self._try(due)
        for authority in await self.store.authorities.all():
            await self._again(authority)

    async def key_came(self, authority: Authority) -> None:
        await self._try(await self.store.packs.waiting(authority=authority.code))
        await self._again(authority)

    async def added_again(self, authority: Authority) -> None:
        """An LA with another account begins at the first message that the stream holds for it: parcels that it has fetched, or that are
        closed to an earlier key and were sent again, are taken away. What a crash leaves there it cannot open, or has saved."""
        before = await self.bus.labels("PACKS", f"packs.{authority.code}")
        told = await self.store.changes_told.outstanding(authority.code)
        good = {one["_id"].partition(":")[2] for one in told if one["notices_to"] == authority.public_key}
        await self.key_came(authority)
        for place, label in before.items():
            if not label.startswith("pack/"):
                continue
            _, pack, what, *notice = label.split("/")
            if not (pack in good if notice else await self._is_on_its_way(pack, int(what))):
                await self.bus.erase("PACKS", place)

    async def _is_on_its_way(self, pack: str, number: int) -> bool:
        held = await self.store.preparing.get(pack)
        return held is not None and held.work.state == "sent" and held.pack.parcels == number

    async def _again(self, authority: Authority) -> None:
        """What is on the stream closed to another key than the LA has now, notices of change among it."""
        if authority.public_key:
            await self._told_again(authority)
        packs = await self.store.packs.on_the_way(authority.code) if authority.public_key else []
        for pack in packs:
            if pack.closed_to not in (None, authority.public_key):
                try:
                    await self.sending.send_again(pack.pack, authority, Cause.beginning(new_id()))
                except Exception as error:
                    logger().warning("pack not sent again", id=pack.pack, exc_info=error)

    async def _told_again(self, authority: Authority) -> None:
        tell = partial(self.telling.again, authority=authority, now=self.store.preparing.now())
        for pack in await self.store.changes_told.outstanding(authority.code):
            if pack["notices_to"] != authority.public_key:
                await self.store.changes_told.tell_again(pack, tell, Cause.beginning(new_id()))

    async def signed(self, pack: str) -> None:
        """What fails stays waiting, and is tried again."""
        try:
            await self.sending.send(pack, Cause.beginning(new_id()))
        except Exception as error:
            logger().warning("pack waits on", id=pack, exc_info=error)

    async def _try(self, packs: Iterable[Pack]) -> None:
        """None keeps the others back."""
        for pack in packs:
            await self.signed(pack.pack)
