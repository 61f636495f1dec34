"""A referral raised by hand: it joins the child's live one, or begins one, and there is never a second."""

from services.referrals import asks
from services.referrals.domain.acts import raised
from services.referrals.domain.one_child import group, home
from services.referrals.domain.raising import Raised, Raiser
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchChild, StillChanging
from services.referrals.proposals.regrouping import regroup
from services.referrals.store import Store
from shared import academic_year
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, People
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.tries import tries


async def raise_by_hand(
    bus: Bus, store: Store, school: str, child: str, told: Raised, by: str, role: Raiser, cause: Cause
) -> tuple[Referral, bool]:
    """The referral, and whether it is new. NoSuchChild where the school knows none; WorldAway while that cannot be asked."""
    if not (await bus.ask(AskPeople(school=school, children=(child,)), People)).people:
        raise NoSuchChild
    async for _ in tries():
        records = group(await store.joins.groups(school, [child]), child)
        live = {one.referral.id: one for one in await store.referrals.live(school, records)}
        to = home((one.referral for one in live.values()), child)
        after = raised(to or await _new(bus, store, school, child), told, by, role, store.now())
        if after == to:
            return to, False
        try:
            await store.referrals.settle([after], [live[to.id]] if to else [], cause)
        except Conflict:
            continue
        await regroup(bus, store, school, records, cause)  # whatever was joined or proposed in between
        return after, to is None
    raise StillChanging


async def _new(bus: Bus, store: Store, school: str, child: str) -> Referral:
    year = academic_year.of(store.today())
    figures = (await asks.figures(bus, [(school, child, year)]))[school, child, year]
    proposal = Referral(id=new_id(), school=school, child=child, year=year, state="proposed", proposed_at=store.now())
    return proposal.with_private(figures=figures)
