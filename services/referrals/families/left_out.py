"""Parents against whom no measure is asked for, each with a reason: a Local Authority asks why a second parent is missing."""

from services.referrals.domain.referral import Referral
from services.referrals.families.family import family
from services.referrals.store import Store


async def left_out_by_record(store: Store, case: Referral) -> dict[str, str]:
    """Why, by record, whichever of a person's records it was said of. A case of whom nobody is left out asks nothing."""
    said = case.private.left_out
    if not said:
        return {}
    known = await family(store, case.school, case.child)
    return {id_: said[record].why for one in known.relations for record in sorted(one.ids & said.keys())[:1] for id_ in one.ids}
