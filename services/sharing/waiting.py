"""Takes up again what is signed and could not be sent: at once when the LA's key comes, and by and by in any case."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.sharing.sending import Sending
from services.sharing.store import Store
from services.sharing.store.packs import Pack
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
    seconds: float
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

    async def key_came(self, authority: str) -> None:
        await self._try(await self.store.packs.waiting(authority=authority))

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
