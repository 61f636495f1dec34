"""Looks how far each LA's consumer has come, and notes which packs, and which notices of change, it has fetched."""

from dataclasses import dataclass

from nats.js.errors import NotFoundError

from services.sharing.domain.fetched import Progress, state
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.logging import logger

SECONDS = 2.0
"""Between two looks."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Built in the composition root."""

    bus: Bus
    store: Store

    async def look(self) -> None:
        """A chore: no question goes to the broker while nothing is on its way."""
        for authority in await self.store.authorities.all():
            packs = await self.store.packs.on_the_way(authority.code) if authority.account else []
            told = await self.store.changes_told.outstanding(authority.code) if authority.account else []
            progress = await self._progress(authority) if packs or told else None
            for document in told:
                if progress and "notice_place" in document and state(document["notice_place"], document["noticed_at"], progress) != "sent":
                    await self.store.changes_told.fetched(document, Cause.beginning(new_id()))
            for pack in packs:
                if progress is None or pack.sequence is None or pack.sent_at is None:
                    continue
                found = state(pack.sequence, pack.sent_at, progress)
                if found != "sent":
                    await self.store.packs.arrived(pack.pack, found, Cause.beginning(new_id()))
                    logger().info(f"pack {found}", id=pack.pack, authority=authority.code)

    async def _progress(self, authority: Authority) -> Progress | None:
        """None for an LA that is not (any more) on the bus. The stream is read last: what it still holds then, it held before."""
        stream = self.bus.broker.config.connection_state.stream
        try:
            consumer = await stream.consumer_info("PACKS", authority.account, timeout=2)
        except NotFoundError:
            return None
        held = await self.bus.broker.config.connection_state.stream.stream_info("PACKS")
        return Progress(consumer.ack_floor.stream_seq, held.state.first_seq, held.created)
