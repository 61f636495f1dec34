"""What a list of packs says of each: why it waits, and to those who may know it whom it is about and against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.sharing.api.callers import WORK
from services.sharing.api.pack_views import Told
from services.sharing.domain.life import TAKEN_BACK
from services.sharing.domain.nearest import nearest
from services.sharing.domain.outcome_words import led_to
from services.sharing.domain.pack_notice import became
from services.sharing.domain.waiting import ON_ITS_WAY, why
from services.sharing.naming import Naming
from services.sharing.preparing import Preparation
from services.sharing.store.packs import Pack
from shared.auth import Caller
from shared.contracts.enforcement import Ground
from shared.contracts.referrals import Measure

Order = Literal["latest", "clock"]


@dataclass(frozen=True, slots=True)
class Listing:
    preparation: Preparation

    async def shown(self, packs: Sequence[Pack], caller: Caller) -> list[tuple[Pack, Told | None]]:
        """In their order, each with what may be told of it beside its state; without those that are closed to the caller. An operator is
        told nothing of whom they are about."""
        told = {} if caller.role == "operator" else await self._told([pack.pack for pack in packs], caller)
        reasoned = await explained(packs, self.preparation)
        return [(pack, told.get(pack.pack)) for pack in reasoned if caller.role == "operator" or pack.pack in told]

    async def asked_for(self, packs: Sequence[Pack], measure: Measure | None, ground: Ground | None) -> Sequence[Pack]:
        """Those in which this measure is asked for, on this ground; None: any. Both are sealed with the pack, so each is opened."""
        if measure is None and ground is None:
            return packs
        held = await self.preparation.store.preparing.some([pack.pack for pack in packs])
        wanted = {one.pack.pack: one.work.wanted for one in held}
        fits = {pack for pack, one in wanted.items() if measure in (None, one.measure) and ground in (None, one.ground)}
        return [pack for pack in packs if pack.pack in fits]

    async def _told(self, packs: Sequence[str], caller: Caller) -> dict[str, Told]:
        store = self.preparation.store
        held = await store.preparing.some(packs)
        names = await Naming(self.preparation.bus).of(held, caller.sub if caller.role in WORK else None)
        following = await store.packs.following([one.pack for one in held])
        return {
            one.pack.pack: Told(
                one.work,
                store.resting.open(one.document),
                name.child,
                name.parent,
                led_to(words, one.work.state),
                became(words) if one.work.state in TAKEN_BACK else None,
                following.get(one.pack.pack),
            )
            for one in held
            for name, words in [(names[one.pack.pack], store.words.of(one.document))]
            if not name.closed
        }


def in_order(packs: Sequence[Pack], order: Order) -> Sequence[Pack]:
    """`packs`: the latest first, as they stay where no clock tells them apart."""
    if order == "latest":
        return packs
    return sorted(packs, key=_first_day)


def _first_day(pack: Pack) -> date:
    """A change that is to be answered, of a paid or decided pack too, and the legal clocks."""
    return min(pack.answer_by or date.max, nearest(pack.state, pack.request_by, pack.earliest_by) or date.max)


async def explained(packs: Sequence[Pack], preparation: Preparation, lacks: Sequence[str] = ()) -> list[Pack]:
    """With the reason of each that waits, to be sent or for the bus. `lacks`: what holds one up, where it was looked at."""
    packs = [pack.model_copy(update={"reason": ON_ITS_WAY}) if pack.waits_for_the_bus else pack for pack in packs]
    if all(pack.state != "waiting" for pack in packs):
        return packs
    ready = {authority.code for authority in await preparation.store.authorities.all() if authority.public_key}
    today, profiles = preparation.settings.today(), preparation.gathering.profiles
    now = preparation.store.preparing.now()
    reasons = {
        pack.pack: why(
            pack.authority,
            pack.authority in ready,
            profiles.of(pack.authority, today).delivery.method,
            lacks,
            now - (pack.waiting_since or now),
        )
        for pack in packs
        if pack.state == "waiting"
    }
    return [pack.model_copy(update={"reason": reasons.get(pack.pack, pack.reason)}) for pack in packs]
