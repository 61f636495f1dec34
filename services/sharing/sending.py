"""A signed pack on its way, as its Local Authority (LA) receives: on the stream, closed to the LA's key; to be downloaded; or by hand.

Made from what was signed, and written with its row in the log, in one transaction, whichever way it goes.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

from services.sharing.domain import acts, policy
from services.sharing.domain.disclosed import disclosed
from services.sharing.domain.rests import fingerprints
from services.sharing.domain.standing import check_nothing_lacks
from services.sharing.domain.told import row
from services.sharing.domain.weight import LARGEST
from services.sharing.domain.work import By, HandedOver
from services.sharing.errors import NotPossibleNow, PackTooLarge
from services.sharing.gathering import Gathered
from services.sharing.making import Making
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from services.sharing.store.preparing import Held
from shared import consignment
from shared.consignment import Consignment
from shared.contracts.envelope import Cause
from shared.disposal import TRIES, StillChanging
from shared.errors import Conflict
from shared.logging import logger
from shared.outboxes import Outgoing
from shared.pack.manifest import DOCUMENT


@dataclass(frozen=True, slots=True)
class Sending:
    """Built in the composition root."""

    preparation: Preparation
    making: Making
    store: Store
    _in_hand: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Of packs that this process is sending. Whoever comes second waits, and lays nothing out a second time: that is dear."""

    async def send(self, pack: str, cause: Cause) -> None:
        """Once, however often and by how many it is tried. While the LA has no key the pack waits: services/sharing/waiting.py tries again.

        HeldUp while something is lacking that was there when it was signed.
        """
        async with self._in_hand.setdefault(pack, asyncio.Lock()):
            await self._send_once(pack, cause)

    async def _send_once(self, pack: str, cause: Cause) -> None:
        held = await self.store.preparing.get(pack)
        if held is None or held.work.state != "waiting":
            return
        look = await self.preparation.look(pack, cause)
        if look.held.work.state != "waiting":  # its school has come to another LA
            return
        method = look.gathered.profile.delivery.method
        if method == "by hand" and self.store.files.listed(look.held.document):  # its officer hands it over
            return
        authority = await self.store.authorities.get(look.held.pack.authority)
        if authority is None or (method == "stream" and authority.public_key is None):
            logger().info("pack waits", authority=look.held.pack.authority, school=look.held.pack.school)
            return
        check_nothing_lacks(look.material.items, "sending")
        try:
            if method == "by hand":
                await self.store.disclosing.lay_down(look.held, await self.making.files(look.gathered), cause)
            else:
                await self._send(look.held, look.gathered, authority, authority.public_key if method == "stream" else None, cause)
        except Conflict:  # another has sent it, or something was done about it: then it is tried again
            now = await self.store.preparing.get(pack)
            if now and now.document["version"] == look.held.document["version"]:
                logger().warning("pack not sent: it conflicts with what nobody wrote to it", id=pack, authority=look.held.pack.authority)

    async def send_again(self, pack: str, authority: Authority, cause: Cause) -> None:
        """What was sent and not fetched, to an LA whose key has become another one: the same files, byte for byte. Once for each key."""
        held = await self.store.preparing.get(pack)
        key = authority.public_key
        if held is None or key is None or held.work.state != "sent" or held.pack.closed_to in (None, key):
            return
        files: dict[str, bytes] = {}
        for file in self.store.files.listed(held.document):
            content = await self.store.files.read(held.document, file.name)
            assert content is not None, "a file that is listed"
            files[file.name] = content
        number = held.pack.parcels + 1
        try:
            await self.store.packs.send_again(held.document, _parcel(pack, authority.code, files, key, number), key, number, cause)
        except Conflict:  # another has, or it was fetched or taken back: then it is looked at again
            return
        logger().info("pack sent again, to another key", id=pack, authority=authority.code, school=held.pack.school)

    async def hand_over(self, pack: str, by: By, how: HandedOver, cause: Cause) -> Held:
        """Note how a pack whose LA receives by hand came to it: then it is sent. NotPossibleNow while its files are not laid down."""
        for _ in range(TRIES):
            look = await self.preparation.look(pack, cause)
            held = look.held
            work = acts.handed_over(held.work, by, how, self.preparation.settings.today())
            if work == held.work:
                return held
            if look.gathered.profile.delivery.method != "by hand":
                raise NotPossibleNow(f"LA {held.pack.authority} receives by {look.gathered.profile.delivery.method}: it is sent of itself")
            if not self.store.files.listed(held.document):
                await self.send(pack, cause)
                raise NotPossibleNow("its files are not made yet: `iewo packs export` saves them, as they are to be handed over")
            check_nothing_lacks(look.material.items, "sending")
            resting = self.store.resting.begin(self.store.preparing.with_work(held, work), fingerprints(look.material))
            document = await self.store.files.read(held.document, DOCUMENT)
            assert document is not None, "every pack has one"
            try:
                await self.store.disclosing.send(resting, None, self._row(held, document), None, cause)
            except Conflict:
                continue
            return await self.preparation.held(pack)
        raise StillChanging(pack)

    async def _send(self, held: Held, gathered: Gathered, authority: Authority, key: str | None, cause: Cause) -> None:
        """`key`: of an LA that receives from the stream."""
        pack = held.pack
        files = await self.making.files(gathered)
        parcel = _parcel(pack.pack, authority.code, files, key, 1) if key else None
        resting = self.store.resting.begin(held, fingerprints(gathered.material))
        if key:
            resting = replace(resting, document={**resting.document, "closed_to": key})
        await self.store.disclosing.send(resting, files, self._row(held, files[DOCUMENT]), parcel, cause)
        logger().info("pack sent", id=pack.pack, authority=authority.code, school=pack.school)

    def _row(self, held: Held, document: bytes) -> dict[str, Any]:
        wanted, told = held.work.wanted, disclosed(document)
        return row(wanted, told, policy.decide("local authority", told, wanted.measure, self.preparation.table))


def _parcel(pack: str, authority: str, files: Mapping[str, bytes], key: str, number: int) -> Outgoing:
    """`number`: the how manieth of its parcels this is. PackTooLarge for what the bus does not carry."""
    message = consignment.close(Consignment(pack, authority, files), key)
    if len(message) > LARGEST:
        raise PackTooLarge(f"{len(message):,} bytes, and at most {LARGEST:,} go")
    return Outgoing(f"pack/{pack}/{number}", "PACKS", f"packs.{authority}", message, note="sequence")
