"""A parent goes by two names: the record's id, and the place on the school's roll (`<child>.1`). Either is taken where one is asked for;
what is kept has the place where the roll is meant, and the record where our own word is."""

from services.referrals.families.family import Relation, family
from services.referrals.store import Store


async def relation_of(store: Store, school: str, child: str, given: str) -> Relation | None:
    """Whom a name of either sort means among the child's parents."""
    relations = (await family(store, school, child)).relations
    return next((one for one in relations if given == one.parent.id or given in one.parent.refs), None)


async def record_of(store: Store, school: str, child: str, given: str) -> str:
    """The record's id. What is no place of a known parent of the child is given back as it came."""
    if "." not in given:
        return given
    found = await relation_of(store, school, child, given)
    return found.parent.id if found else given
