"""The concerns of many children are taken in at once: one look at what is held, one question to each school's register, one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.referrals import asks
from services.referrals.domain.concerns import Heard
from services.referrals.domain.hearing import Key, key_of
from services.referrals.domain.referral import Figures
from services.referrals.errors import StillChanging
from services.referrals.proposals.regrouping import regroup
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance_events import ConcernsChanged, Eased, Raised
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.tries import tries


@dataclass(frozen=True, slots=True)
class OfChild:
    """What one message tells of one child."""

    heard: tuple[Heard, ...]
    cause: Cause


class TakingIn:
    """Built with the handlers. Children of any schools in the order of arrival; all are taken in, or none."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus = bus
        self._store = store

    async def __call__(self, children: Sequence[OfChild]) -> None:
        cause = children[0].cause  # nothing is published here that would name it
        heard = [one for child in children for one in child.heard]
        await self._hear(heard, cause)
        # whatever was joined or parted in between: who looks second, here or there, sees what the other has written
        for school, records in (await self._store.concerns.of_several(one.child for one in heard)).items():
            await regroup(self._bus, self._store, school, records, cause)

    async def _hear(self, heard: Sequence[Heard], cause: Cause) -> None:
        figures: dict[Key, Figures | None] = {}
        async for _ in tries():
            stood = {one.child for one in heard if one.met is not None}
            known = await self._store.concerns.known((one.child for one in heard), stood)
            hearing = known.hearing()
            figures |= await asks.figures(self._bus, hearing.wants_figures(heard) - figures.keys(), as_judged=True)
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


def heard_of(event: ConcernsChanged) -> list[OfChild]:
    """By child. Raisings come first: a proposal whose grounds change with one register is one proposal.

    What does not propose begins no referral and joins none, in whatever order it comes; the easing between two raisings is noted, and so
    is what proposed and does no more.
    """
    by_child: defaultdict[str, list[Heard]] = defaultdict(list)

    def tell(turns: Iterable[Raised | Eased], *, raised: bool, proposes: bool = True) -> None:
        for one in turns:
            met = one.met if isinstance(one, Raised) else None
            by_child[one.child].append(Heard(event.school, one.child, event.year, one.rule, one.order, raised, event.at, proposes, met))

    tell((one for one in event.raised if one.proposes), raised=True)
    tell(event.lapsed, raised=True, proposes=False)
    tell(event.eased, raised=False)
    return [OfChild(tuple(heard), Cause.of(event)) for heard in by_child.values()]
