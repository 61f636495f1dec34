"""A signed pack on its way: made from what was signed, closed to the LA's key, and written with its row in the log."""

from dataclasses import dataclass

from services.sharing.domain import policy
from services.sharing.domain.standing import check_nothing_lacks
from services.sharing.domain.told import row
from services.sharing.errors import PackTooLarge
from services.sharing.gathering import Gathered
from services.sharing.making import Making
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from services.sharing.store.preparing import Held
from shared import consignment
from shared.consignment import Consignment
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.logging import logger
from shared.store import Outgoing

LARGEST = 7 * 1024 * 1024
"""Bytes of a message: the bus takes 8 MB, and the document that carries it in its outbox 16."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Built in the composition root."""

    preparation: Preparation
    making: Making
    store: Store

    async def send(self, pack: str, cause: Cause) -> None:
        """Once, however often and by how many it is tried. While the LA has no key the pack waits: services/sharing/waiting.py tries again.

        HeldUp while something is lacking that was there when it was signed.
        """
        held = await self.store.preparing.get(pack)
        if held is None or held.work.state != "waiting":
            return
        look = await self.preparation.look(pack, cause)
        if look.held.work.state != "waiting":  # its school has come to another LA
            return
        authority = await self.store.authorities.get(look.held.pack.authority)
        if authority is None or authority.public_key is None:
            logger().info("pack waits", authority=look.held.pack.authority, school=look.held.pack.school)
            return
        check_nothing_lacks(look.material.items, "sending")
        try:
            await self._send(look.held, look.gathered, authority, authority.public_key, cause)
        except Conflict:  # another has sent it, or something was done about it: then it is tried again
            return

    async def _send(self, held: Held, gathered: Gathered, authority: Authority, key: str, cause: Cause) -> None:
        pack = held.pack
        decision = policy.decide("local authority", policy.PACK, held.work.wanted.measure, self.preparation.table)
        files = await self.making.files(gathered)
        message = consignment.close(Consignment(pack.pack, authority.code, files), key)
        if len(message) > LARGEST:
            raise PackTooLarge
        parcel = Outgoing(f"pack/{pack.pack}/1", "PACKS", f"packs.{authority.code}", message, note="sequence")
        await self.store.disclosing.send(held, files, row(held.work.wanted, decision), parcel, cause)
        logger().info("pack sent", id=pack.pack, authority=authority.code, school=pack.school)
