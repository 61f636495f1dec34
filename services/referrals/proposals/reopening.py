"""A closed case goes on: what was proposed of the child meanwhile joins it, since a child has one live referral at a school."""

from collections.abc import Sequence
from typing import Final

from services.referrals.cases.whose import is_here
from services.referrals.domain.acts import reopened
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.one_child import absorbed, group
from services.referrals.domain.referral import OF_LEAVE, Referral
from services.referrals.errors import NoSuchReferral, NotPossible, StillChanging
from services.referrals.proposals.one_more import one_more
from services.referrals.proposals.regrouping import regroup
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import CaseOpened
from shared.errors import Conflict
from shared.tries import tries

GOING: Final = (
    "the disposal of its records has begun, and a case that is reopened now might be left without its entries and packs: ask the data "
    "protection officer for a hold of the child, and reopen it once that has moved them"
)


async def reopen(bus: Bus, store: Store, case: str, by: str, why: str, cause: Cause, *, over_bought: bool = False) -> Referral:
    """It is nobody's where its officer has gone meanwhile. NotPossible for a proposal, where the child has another open case by now, and
    where the disposal of its records has begun. OverBought as for one that is accepted."""
    async for _ in tries():
        held = await store.referrals.get(case)
        if held is None:
            raise NoSuchReferral
        before = held.referral
        again = reopened(before, by, store.now(), why)
        if again == before:
            return before
        if await store.referrals.is_going(before):
            raise NotPossible(GOING)
        if again.path == OF_LEAVE:
            return await _of_leave(store, case, by, why, cause)
        if again.officer and not await is_here(again.officer, store):
            again = again.model_copy(update={"officer": None, "covers": None})
        records = group(await store.joins.groups(before.school, [before.child]), before.child)
        # whoever else reopens it at this moment may have done so since it was read: then the write finds out
        live = [one for one in await store.referrals.live(before.school, records) if one.referral.id != case]
        if other := next((one.referral for one in live if one.referral.state in CASE), None):
            raise NotPossible(f"the child has another open case by now, {other.id}: go on with that one")
        changed = absorbed(again, [one.referral for one in live], store.now())
        opened = Draft(CaseOpened, case=again.id, school=again.school, child=again.child, order=again.order)
        try:
            beside = await one_more(store, before.school, over_bought=over_bought)
            await store.referrals.settle(changed, [held, *live], cause, {again.id: [opened]}, beside)
        except Conflict:
            continue
        await regroup(bus, store, before.school, records, cause)  # whatever was joined or proposed in between
        return changed[0]
    raise StillChanging


async def _of_leave(store: Store, case: str, by: str, why: str, cause: Cause) -> Referral:
    """It stands beside whatever else there is of the child, and nobody buys it."""

    def step(before: Referral) -> tuple[Referral, Sequence[Draft]]:
        again = reopened(before, by, store.now(), why)
        return again, [Draft(CaseOpened, case=again.id, school=again.school, child=again.child, order=again.order)]

    return await store.referrals.change(case, step, cause)
