"""Concern events are taken in many at once: one look at what is held, one question to each school's register, one transaction."""

from collections.abc import Sequence

from services.referrals import asks
from services.referrals.domain.concerns import Heard
from services.referrals.domain.hearing import Key, key_of
from services.referrals.domain.referral import Figures
from services.referrals.errors import StillChanging
from services.referrals.regrouping import regroup
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance import ConcernEased, ConcernRaised
from shared.contracts.envelope import Cause
from shared.disposal import TRIES
from shared.errors import Conflict
from shared.identity import new_id


class TakingIn:
    """Built with the handlers. Events of any schools in the order of their arrival; all are taken in, or none."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def __call__(self, events: Sequence[ConcernRaised | ConcernEased]) -> None:
        cause = Cause.of(events[0])  # nothing is published here, so that none of them is named
        await self._hear([heard_of(event) for event in events], cause)
        # whatever was joined or parted in between: who looks second, here or there, sees what the other has written
        for school, records in (await self._store.concerns.of_several(event.child for event in events)).items():
            await regroup(self._bus, self._store, school, records, cause)

    async def _hear(self, heard: Sequence[Heard], cause: Cause) -> None:
        figures: dict[Key, Figures | None] = {}
        for _ in range(TRIES):
            known = await self._store.concerns.known(one.child for one in heard)
            hearing = known.hearing()
            figures |= await asks.figures(self._bus, hearing.wants_figures(heard) - figures.keys())
            for one in heard:
                hearing.hear(one, figures.get(key_of(one)), new_id)
            if not hearing.noted:
                return
            try:
                await self._store.concerns.take_in(hearing, known, cause)
                return
            except Conflict:
                continue
        raise StillChanging


def heard_of(event: ConcernRaised | ConcernEased) -> Heard:
    return Heard(
        school=event.school,
        child=event.child,
        year=event.year,
        rule=event.rule,
        order=event.order,
        raised=isinstance(event, ConcernRaised),
        at=event.at,
        proposes=not isinstance(event, ConcernRaised) or event.proposes,
    )
