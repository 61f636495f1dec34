"""Whom a place on the school's roll means. A place moves with the name when a file lists the parents in another order (decision 0020), so
what is kept is the parent's record, and the place is looked up when the roll is asked."""

from services.referrals.domain.parent import Parent
from services.referrals.errors import NoSuchParent
from services.referrals.families.family import follow
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.envelope import Cause


async def record_on_roll(bus: Bus, store: Store, school: str, child: str, given: str, cause: Cause) -> Parent:
    """The record of a parent whom the roll names now, brought from the roll first. `given`: the place or the record's id.
    NoSuchParent, with the places that the roll does name."""
    person = await follow(bus, store, school, child, cause)
    by_place = places(await store.parents.of_child(school, child), child)
    found = next((one for place, one in by_place.items() if given in (place, one.id)), None)
    if found is None:
        known = [carer.parent for carer in person.carers] if person else []
        raise NoSuchParent(f"the roll has {', '.join(known) or 'none'}")
    return found


def places(parents: list[Parent], child: str) -> dict[str, Parent]:
    """The child's parents by their places on the roll."""
    said = ((parent.roll.get(child), parent) for parent in parents)
    return {told.ref: parent for told, parent in said if told is not None and told.ref is not None}
