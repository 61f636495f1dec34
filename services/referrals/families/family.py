"""A child's family: parents brought from the school's roll, and who is a sibling."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
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

    @property
    def records(self) -> tuple[Parent, ...]:
        return self.parent, *self.others

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self.records)

    @property
    def hides_address(self) -> bool:
        """A confidential address belongs to the person: whichever school's record says so."""
        return any(one.hides_address for one in self.records)

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
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Addresses that entries told of a parent whose address is confidential, by that parent's record."""


async def family(store: Store, school: str, child: str) -> Family:
    """Everything that is known at the child's school, by all its records there, and who shares a parent with the child anywhere."""
    # nearly every child has one record, whose parents nobody has said anything of: what is asked together then is all there is
    groups, parents = await asyncio.gather(store.joins.groups(school, [child]), store.parents.of_child(school, child))
    own = one_child(groups, child)
    in_order = (child, *sorted(own - {child}))
    further = [one for record in in_order[1:] for one in await store.parents.of_child(school, record)]
    held = {one.id: one for one in (*parents, *further)}
    said, links = await asyncio.gather(store.parents.said_of(held.keys()), store.parents.links_of(held.keys()))
    people = {id_: group(id_, said) for id_ in held}
    records, elsewhere = held, frozenset().union(*people.values()) - held.keys()
    if elsewhere:
        further, theirs = await asyncio.gather(store.parents.some(elsewhere), store.parents.links_of(elsewhere))
        records, links = held | {one.id: one for one in further}, [*links, *theirs]
    ties = {(link.parent, link.child): link for link in links if link.school == school}
    relations = []
    for id_, parent in held.items():
        tie = next(ties[id_, record] for record in in_order if (id_, record) in ties)
        others = tuple(records[one] for one in sorted(people[id_] - {id_}) if one in records)
        relations.append(Relation(parent, tie, others))
    siblings = {(link.school, link.child): link for link in links if link.child not in own}
    of_child = Family(school, child, tuple(relations), tuple(siblings[key] for key in sorted(siblings)))
    hiding = frozenset[str]().union(*(one.ids for one in relations if one.hides_address))
    if not hiding:
        return of_child
    children = own | {link.child for link in links if link.parent in hiding}
    return replace(of_child, told=_told_of(relations, await _contacts(store, children)))


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


def _told_of(relations: Sequence[Relation], told: Sequence[ContactSaid]) -> dict[str, tuple[str, ...]]:
    """What was told of the child, or of somebody whom nobody knows any more, may be where any of the hiding parents lives."""
    known = {one.parent.id: {*one.ids, *(ref for record in one.records for ref in record.refs)} for one in relations}
    found: dict[str, tuple[str, ...]] = {}
    for one in relations:
        if one.hides_address:
            others = set[str]().union(*(names for id_, names in known.items() if id_ != one.parent.id)) - known[one.parent.id]
            found[one.parent.id] = tuple(dict.fromkeys(each.value for each in told if each.value and each.parent not in others))
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
    await keep(
        store, school, child, lambda held: followed(held, school, child, person.carers, store.now(), ids(school, child, held)), cause
    )
    for carer in await store.parents.of_child(school, child):
        await _relationship(store, carer, child, cause)


async def keep(store: Store, school: str, child: str, work: Callable[[list[Parent]], Following], cause: Cause) -> None:
    """Write what is worked out from the child's parents as they are; worked out again when somebody else writes meanwhile."""
    async for _ in tries():
        held = await store.parents.of_child(school, child)
        before = {parent.id: parent for parent in held}
        after = work(held)
        links = {link.parent: link for link in after.links}
        try:
            for parent in after.parents:
                if parent.id in before:
                    await store.parents.put(before[parent.id], parent, cause)
                else:
                    await store.parents.add(parent, links[parent.id], cause)
            return
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
    open_ = open_addresses(found)
    return tuple(
        HiddenParent(
            refs=one.parent.refs,
            names=tuple(dict.fromkeys(name for record in one.records for name in record.names)),
            addresses=tuple(
                address for address in dict.fromkeys((*one.addresses, *found.told.get(one.parent.id, ()))) if letters(address) not in open_
            ),
        )
        for one in found.relations
        if one.hides_address
    )
