"""A child's family: parents brought from the school's roll, and who is a sibling."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from typing import Final

from services.referrals.asks import AT_ONCE
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.one_child import group as one_child
from services.referrals.domain.parent import Link, Parent
from services.referrals.domain.roll_parents import Following, followed
from services.referrals.domain.same_person import group
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, People, Person
from shared.contracts.attendance_events import RollChange, RollChanged
from shared.contracts.envelope import Cause
from shared.contracts.referrals import CaseOpened, ContactSaid, HiddenParent
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.tries import tries
from shared.words import letters

FOLLOWED: Final[frozenset[RollChange]] = frozenset({"address", "contacts", "entered", "returned"})


@dataclass(frozen=True, slots=True)
class Relation:
    """One of a child's parents, as the child's school knows them, and as other schools do."""

    parent: Parent
    link: Link
    others: tuple[Parent, ...]
    """Other records of the same person."""
    namesakes: tuple[Parent, ...] = ()
    """Records at other schools of a parent of this child of the same name, who hides an address."""

    @property
    def records(self) -> tuple[Parent, ...]:
        return self.parent, *self.others

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self.records)

    @property
    def hides_address(self) -> bool:
        """A confidential address belongs to the person: whichever school's record says so, and be the person known by name alone."""
        return bool(self.namesakes) or any(one.hides_address for one in self.records)

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(address for one in self.records for address in one.addresses))


@dataclass(frozen=True, slots=True)
class Family:
    school: str
    child: str
    relations: tuple[Relation, ...]
    siblings: tuple[Link, ...]
    """The links by which other children share a parent with this one."""
    elsewhere: tuple[Parent, ...] = ()
    """Records of the child's parents at other schools that hide an address, and of whom nobody has said that they are one with a record
    here: nothing of them is shown here, and where they live is a secret here too."""
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Addresses that entries told of a parent whose address is confidential, by that parent's record."""

    @property
    def hides(self) -> bool:
        """Whether any address of the family is confidential."""
        return bool(self.elsewhere) or any(one.hides_address for one in self.relations)


async def family(store: Store, school: str, child: str) -> Family:
    """Everything that is known at the child's school, by all its records there, and who shares a parent with the child anywhere."""
    # nearly every child has one record, whose parents nobody has said anything of: what is asked together then is all there is
    groups, found = await asyncio.gather(store.joins.groups(school, [child]), store.parents.of_child_anywhere(child))
    own = one_child(groups, child)
    in_order = (child, *sorted(own - {child}))
    further = [one for record in in_order[1:] for one in await store.parents.of_child_anywhere(record)]
    held = {one.id: one for one in (*found, *further) if one.school == school}
    said, links = await asyncio.gather(store.parents.said_of(held.keys()), store.parents.links_of(held.keys()))
    people = {id_: group(id_, said) for id_ in held}
    records, same = held, frozenset().union(*people.values()) - held.keys()
    if same:
        others, theirs = await asyncio.gather(store.parents.some(same), store.parents.links_of(same))
        records, links = held | {one.id: one for one in others}, [*links, *theirs]
    hiding = {one.id: one for one in (*found, *further) if one.id not in records and one.hides_address}
    of_child = _family(school, in_order, [[records[id_] for id_ in _own_first(id_, people[id_], records)] for id_ in held], links, hiding)
    return await _with_told(store, of_child, own, links)


def _own_first(id_: str, person: Iterable[str], records: Mapping[str, Parent]) -> list[str]:
    return [id_, *(one for one in sorted(person) if one != id_ and one in records)]


def _family(
    school: str, in_order: Sequence[str], people: Iterable[Sequence[Parent]], links: Iterable[Link], hiding: Mapping[str, Parent]
) -> Family:
    ties = {(link.parent, link.child): link for link in links if link.school == school}
    relations = []
    for parent, *others in people:
        tie = next(ties[parent.id, record] for record in in_order if (parent.id, record) in ties)
        names = [name for one in (parent, *others) for name in one.names]
        namesakes = tuple(one for one in hiding.values() if any(map(one.is_called, names)))
        relations.append(Relation(parent, tie, tuple(others), namesakes))
    siblings = {(link.school, link.child): link for link in links if link.child not in in_order}
    return Family(school, in_order[0], tuple(relations), tuple(siblings[key] for key in sorted(siblings)), tuple(hiding.values()))


async def may_hide(store: Store, children: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of the children (school and id) of whom a parent's record, or another of the same person, hides an address: asked of all of
    them together, since nearly none is."""
    if not children:
        return frozenset()
    groups = await store.joins.groups(None, {child for _, child in children})
    records = {one: one_child(groups, one[1]) for one in children}
    hiding = await store.parents.children_of_hiding(frozenset().union(*records.values()))
    return frozenset(one for one, own in records.items() if not own.isdisjoint(hiding))


async def _with_told(store: Store, found: Family, own: Set[str], links: Iterable[Link]) -> Family:
    """With what entries told of whoever hides an address."""
    if not found.hides:
        return found
    hiding = frozenset[str]().union(*(one.ids for one in found.relations if one.hides_address), {one.id for one in found.elsewhere})
    children = own | {link.child for link in links if link.parent in hiding}
    return replace(found, told=_told_of(found, await _contacts(store, children)))


async def _contacts(store: Store, children: Iterable[str]) -> list[ContactSaid]:
    """Addresses that any edition of any entry tells, in any case of the children."""
    told = []
    for case in await store.referrals.everywhere(children):
        for one in await store.interventions.written_in(case.id):
            words = await store.interventions.words(one.entry.id) if one.entry.struck else None
            earlier = (*one.earlier, *(words.earlier if words else ()))
            editions = (one.entry, *(edition.done for edition in earlier), *((words.said,) if words else ()))
            told += [contact for done in editions for contact in done.contacts if contact.field == "address" and contact.value]
    return told


def _told_of(of_child: Family, told: Sequence[ContactSaid]) -> dict[str, tuple[str, ...]]:
    """What was told of the child, or of somebody whom nobody knows any more, may be where any of the hiding parents lives."""
    people = {one.parent.id: one.records for one in of_child.relations} | {one.id: (one,) for one in of_child.elsewhere}
    known = {id_: {name for one in records for name in (one.id, *one.refs)} for id_, records in people.items()}
    hiding = [*(one.parent.id for one in of_child.relations if one.hides_address), *(one.id for one in of_child.elsewhere)]
    found: dict[str, tuple[str, ...]] = {}
    for id_ in hiding:
        others = set[str]().union(*(names for other, names in known.items() if other != id_)) - known[id_]
        found[id_] = tuple(dict.fromkeys(one.value for one in told if one.value and one.parent not in others))
    return found


async def hear(bus: Bus, store: Store, event: CaseOpened | RollChanged) -> None:
    """A case brings the child's parents from the roll; from then on they follow it. Of other children nothing is kept."""
    if isinstance(event, RollChanged):
        if FOLLOWED.isdisjoint(event.changes):
            return
        known = await store.parents.of_child(event.school, event.child)
        if not known and not await store.referrals.of_children(event.school, [event.child], CASE):
            return
    await follow(bus, store, event.school, event.child, Cause.of(event))


async def follow(bus: Bus, store: Store, school: str, child: str, cause: Cause) -> Person | None:
    """Bring the records of a child's parents to what the school's roll says now; who the child is. None for a child not on the roll."""
    return (await follow_all(bus, store, school, [child], cause)).get(child)


async def follow_all(bus: Bus, store: Store, school: str, children: Sequence[str], cause: Cause) -> dict[str, Person]:
    """The same for several children, by one question to the roll. Those not on the roll are missing."""
    found: dict[str, Person] = {}
    for begin in range(0, len(children), AT_ONCE):
        answer = await bus.ask(AskPeople(school=school, children=tuple(children[begin : begin + AT_ONCE])), People)
        found |= {one.child: one for one in answer.people if one.child in children}
    for person in found.values():
        await _follow(store, school, person, cause)
    return found


async def _follow(store: Store, school: str, person: Person, cause: Cause) -> None:
    child = person.child
    known = await keep(
        store, school, child, lambda held: followed(held, school, child, person.carers, store.now(), ids(school, child, held)), cause
    )
    if not known:
        return  # the ties of new records are as the roll tells them
    for carer in await store.parents.of_child(school, child):
        await _relationship(store, carer, child, cause)


async def keep(store: Store, school: str, child: str, work: Callable[[list[Parent]], Following], cause: Cause) -> bool:
    """Write what is worked out from the child's parents as they are; worked out again when somebody else writes meanwhile. Whether there
    were any before."""
    async for _ in tries():
        held = await store.parents.of_child(school, child)
        before = {parent.id: parent for parent in held}
        after = work(held)
        links = {link.parent: link for link in after.links}
        new = [(parent, links[parent.id]) for parent in after.parents if parent.id not in before]
        try:
            for parent in after.parents:
                if parent.id in before:
                    await store.parents.put(before[parent.id], parent, cause)
            if new:
                await store.parents.add(new, cause)
            return bool(held)
        except Conflict:
            continue
    raise StillChanging(child)


def ids(school: str, child: str, held: Iterable[Parent]) -> Callable[[], str]:
    """Ids of a child's next parents: two replicas that hear the same roll give the same id, and the second one reads again."""
    numbers = count(len(list(held)))
    return lambda: sha256(f"{school}\0{child}\0{next(numbers)}".encode()).hexdigest()[:24]


async def _relationship(store: Store, parent: Parent, child: str, cause: Cause) -> None:
    """The roll's word for the tie is followed until an officer has said something of it."""
    told = parent.roll.get(child)
    if told is None or not told.ref or told.relationship is None:
        return

    def step(link: Link) -> Link:
        return link if link.by_officer else link.model_copy(update={"relationship": told.relationship})

    await store.parents.change_link(parent.id, child, step, cause)


async def hidden(store: Store, school: str, child: str) -> tuple[HiddenParent, ...]:
    return hidden_in(await family(store, school, child))


def open_addresses(found: Family) -> frozenset[str]:
    """Letters and digits of where parents live who keep no address confidential."""
    return frozenset(letters(str(one.parent.value("address") or "")) for one in found.relations if not one.hides_address)


def hidden_in(found: Family) -> tuple[HiddenParent, ...]:
    """The parents whose address is confidential, by every name and address that any record or entry has of them. Where another parent
    openly lives is no secret: the family once lived there together."""
    return tuple(hidden_by_record(found).values())


def hidden_by_record(found: Family) -> dict[str, HiddenParent]:
    """The same, by the record at the child's school; at another one, of whom no record here is known to be."""
    open_ = open_addresses(found)

    def hidden(records: Sequence[Parent], refs: tuple[str, ...], told: Iterable[str]) -> HiddenParent:
        addresses = dict.fromkeys((*(address for one in records for address in one.addresses), *told))
        return HiddenParent(
            refs=refs,
            names=tuple(dict.fromkeys(name for record in records for name in record.names)),
            addresses=tuple(address for address in addresses if letters(address) not in open_),
        )

    here = {
        one.parent.id: hidden(one.records, one.parent.refs, found.told.get(one.parent.id, ()))
        for one in found.relations
        if one.hides_address
    }
    # the places of another school's roll name other parents here
    return here | {one.id: hidden([one], (), found.told.get(one.id, ())) for one in found.elsewhere}
