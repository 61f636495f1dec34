"""Leave of absence is put on record for a family, and the children's parents are brought from the roll: a pack names them."""

from collections.abc import Collection, Sequence
from hashlib import sha256

from services.referrals import asks
from services.referrals.domain.flags import Word
from services.referrals.domain.leave import Leave, Told, recorded, same_content
from services.referrals.errors import KeyUsedTwice, NoSuchChild, NoSuchParent
from services.referrals.families.family import follow
from services.referrals.families.on_roll import places
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.errors import Conflict, WorldAway
from shared.identity import new_id


async def record(
    bus: Bus,
    store: Store,
    school: str,
    children: Collection[str],
    parents: Collection[str],
    asked_by: Collection[str],
    told: Told,
    said: Word,
    key: str | None,
    told_to: Collection[str] = (),
) -> tuple[Sequence[Leave], bool]:
    """Its parts, a child each, and whether it is new: the same key is the same leave. KeyUsedTwice for a key that came with another
    content; NoSuchChild and NoSuchParent for who is not on the school's roll."""
    id_ = sha256(f"leave\0{school}\0{key}".encode()).hexdigest()[:24] if key else new_id()
    parts = recorded(id_, school, children, parents, asked_by, told, said, key, told_to)
    if before := await store.leaves.of(id_):
        return _the_same(parts, before), False
    await check_on_roll(bus, school, children, (*parents, *asked_by))
    cause = Cause.beginning(new_id())
    named = {child: await named_now(bus, store, school, child, cause) for child in dict.fromkeys(children)}
    try:
        await store.leaves.add([one.naming(named[one.child]) for one in parts], cause)
    except Conflict:  # sent twice at the same moment
        return _the_same(parts, await store.leaves.of(id_)), False
    return await store.leaves.of(id_), True


async def named_now(bus: Bus, store: Store, school: str, child: str, cause: Cause | None = None) -> dict[str, str]:
    """The records of the child's parents, brought from the roll first, by the places in which it names them."""
    await follow(bus, store, school, child, cause or Cause.beginning(new_id()))
    return {place: parent.id for place, parent in places(await store.parents.of_child(school, child), child).items()}


async def check_on_roll(bus: Bus, school: str, children: Collection[str], places: Collection[str]) -> None:
    """WorldAway while that cannot be asked."""
    people = await asks.people(bus, [(school, child) for child in children])
    if people is None:
        raise WorldAway("attendance")
    if any(child not in people for child in children):
        raise NoSuchChild
    known = [carer.parent for child in children for carer in people[child].carers]
    if strange := [place for place in places if place not in known]:
        raise NoSuchParent(f"{', '.join(strange)}; the roll has {', '.join(known) or 'none'}")


def _the_same(parts: Sequence[Leave], before: Sequence[Leave]) -> Sequence[Leave]:
    """A child of the family may have been disposed of since."""
    sent = {one.child: one for one in parts}
    if any(one.child not in sent or not same_content(sent[one.child], one) for one in before):
        raise KeyUsedTwice
    return before
