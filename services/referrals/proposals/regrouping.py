"""What joined and parted records do to referrals."""

from collections.abc import Iterable

from services.referrals import asks
from services.referrals.domain.one_child import group, settled
from services.referrals.domain.referral import Referral
from services.referrals.errors import StillChanging
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.tries import tries


async def regroup(bus: Bus, store: Store, school: str, children: Iterable[str], cause: Cause) -> None:
    """Joined records have one proposal or case, parted ones each its own. Does no harm when repeated."""
    async for _ in tries():
        groups = await store.joins.groups(school, children)
        everyone = {record for child in children for record in group(groups, child)}
        found = await store.referrals.touched(school, everyone) if everyone else []
        if len({record for one in found for record in one.referral.records}) < 2:
            return
        named = {record for one in found for record in one.referral.records}
        changed = settled([one.referral for one in found], await store.joins.groups(school, everyone | named), store.now(), new_id)
        if not changed:
            return
        try:
            await store.referrals.settle(await _with_figures(bus, changed), found, cause)
            return
        except Conflict:
            continue
    raise StillChanging


async def _with_figures(bus: Bus, changed: Iterable[Referral]) -> list[Referral]:
    """What the register says of each child now: it counts other records than before."""
    some = list(changed)
    found = await asks.figures(bus, {(one.school, one.child, one.year) for one in some if one.live})
    said = [(one, found.get((one.school, one.child, one.year)) if one.live else None) for one in some]
    return [one.with_private(figures=figures) if figures else one for one, figures in said]
