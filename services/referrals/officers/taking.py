"""Who may be given work: an officer known here, who is let in today."""

from services.referrals.domain.clearance import unable
from services.referrals.errors import NotPossible, OfficerNotAdded, OfficerOfOtherSchools
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.mongo import Document


async def taker(officer: str, school: str, store: Store, policies: Policies) -> Document:
    """The officer's record as it was read: who writes it together with the work makes sure that it still stands. OfficerNotAdded for
    somebody unknown, OfficerOfOtherSchools for one without this school (one with no schools has those of the token); NotPossible for
    somebody who can be given no work."""
    kept = await store.officers.kept(officer)
    if kept is None:
        raise OfficerNotAdded(f"iewo officer add {officer} --name NAME --email ADDRESS --school {school}")
    found, document = kept
    today = store.today()
    if said := unable(found, policies.on(today), today):
        raise NotPossible(said)
    if found.schools and school not in found.schools:
        raise OfficerOfOtherSchools(f"allocate it as well: iewo officer school {officer} {school}")
    return document
