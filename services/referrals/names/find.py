"""The index by which people are found, kept up in each process: built at the start, and looked after every few seconds.

`attendance` says of each school's rolls when they have changed, and our own store of the parents'; a school whose stamp is another one is
read anew. What cannot be confirmed for ten minutes is not searched: somebody in it may have been disposed of.
"""

import asyncio
import math
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from services.referrals.domain.find_index import FoundChild, FoundParent, Hit, Index, Part
from services.referrals.domain.find_terms import Term
from services.referrals.domain.parent import Parent
from services.referrals.families.family import Family, family, hidden_in, may_hide
from services.referrals.store import Store
from services.referrals.store.parent_stamps import Stamps
from shared.bus import Bus
from shared.contracts.attendance import AskRoll, AskRolls, Carer, Person, RollPage, RollStamps
from shared.errors import WorldAway
from shared.hidden_parents import protected_carers, without_hidden
from shared.logging import logger
from shared.words import letters

GOOD_FOR: Final = 600.0
"""Seconds for which a school that was not confirmed is still searched."""
FRESH: Final = 60.0
"""Seconds for which lists believe what was confirmed."""


class Confirmed(NamedTuple):
    rolls: str
    ours: str
    at: float


class Named(NamedTuple):
    """What children of a school are called, as its rolls said at some time."""

    rolls: str
    at: float


class Searched(NamedTuple):
    """The best hits, the schools that cannot be searched now, and those that have sent no roll."""

    hits: list[Hit]
    lacking: list[str]
    no_roll: list[str]


class Finder:
    """Built in the composition root."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus = bus
        self._store = store
        self._index = Index()
        self._confirmed: dict[str, Confirmed] = {}
        self._named: dict[str, Named] = {}
        """Apart from what is searched: our own word on a parent changes no child's name, and with each case that is opened parents come."""
        self._rolls: frozenset[str] | None = None
        """Schools with a roll, when that was last told."""
        self._of_children: Mapping[str, str] = {}
        """What was last heard of the records of children's parents, at whichever school."""
        self._purges: Mapping[str, tuple[str | None, int]] = {}
        """What was last heard of purges."""

    async def search(self, sought: Sequence[Term], schools: Collection[str] | None, most: int) -> Searched:
        """Among the schools, or (None) all."""
        ready = {school for school, one in self._confirmed.items() if time.monotonic() - one.at < GOOD_FOR}
        wanted = ready if schools is None else ready & set(schools)
        hits = await asyncio.to_thread(self._index.search, sought, wanted, most)
        lacking = self._confirmed.keys() - ready if schools is None else set(schools) - ready
        no_roll = frozenset[str]() if self._rolls is None else frozenset(lacking) - self._rolls
        return Searched(hits, sorted(lacking - no_roll), sorted(no_roll))

    def known(self, school: str, child: str) -> FoundChild | None:
        """A child by any of its records, as the roll named it just now; None also of one whom no roll names."""
        one = self._named.get(school)
        fresh = one is not None and time.monotonic() - one.at < FRESH
        return self._index.child(school, child) if fresh else None

    async def keep_up(self) -> None:
        """The chore: read anew what has changed, and drop what is gone. What we know ourselves comes first: a school in which a purge was
        begun or has ended is dropped, and an address just made confidential is found no more, whether or not the rolls can be asked; and
        what changes in between is read twice rather than never."""
        await self._drop_purged()
        ours = await self._store.parents.stamps()
        self._hide_changed(ours)
        stamps = {one.school: one.stamp for one in (await self._bus.ask(AskRolls(), RollStamps)).rolls}
        self._rolls = frozenset(stamps)
        for school in self._confirmed.keys() - stamps.keys():
            self._drop(school)
        # first of all, since to read one school anew takes as long as a list may believe the others
        now = time.monotonic()
        self._named |= {school: Named(stamp, now) for school, stamp in stamps.items() if self._is_named(school, stamp)}
        for school, stamp in stamps.items():
            await self._confirm(school, stamp, ours.of_schools.get(school, ""))

    async def _drop_purged(self) -> None:
        before, self._purges = self._purges, await self._store.purges.stamps()
        schools = {school for _, (school, _) in self._purges.items() - before.items()}
        for school in list(self._confirmed) if None in schools else self._confirmed.keys() & schools:
            self._drop(school)

    def _drop(self, school: str) -> None:
        self._index.drop(school)
        self._named.pop(school, None)
        del self._confirmed[school]

    def _hide_changed(self, ours: Stamps) -> None:
        """Schools of whose parents, or of whose children's parents at other schools, something has changed."""
        before, self._of_children = self._of_children, ours.of_children
        children = [child for child, _ in before.items() ^ ours.of_children.items()]
        for school, known in list(self._confirmed.items()):
            if known.ours != ours.of_schools.get(school, "") or self._index.has(school, children):
                self._index.hide(school)
                self._confirmed[school] = Confirmed("", known.ours, -math.inf)

    def _is_named(self, school: str, rolls: str) -> bool:
        known = self._named.get(school)
        return known is not None and known.rolls == rolls

    async def _confirm(self, school: str, rolls: str, ours: str) -> None:
        known = self._confirmed.get(school)
        if known is None or (known.rolls, known.ours) != (rolls, ours):
            try:
                self._index.put(school, await self._part(school))
            except WorldAway:
                raise
            except Exception as error:  # one school that cannot be read keeps no other from being confirmed
                logger().warning("school not read for find", school=school, exc_info=error)
                return
        now = time.monotonic()
        self._confirmed[school], self._named[school] = Confirmed(rolls, ours, now), Named(rolls, now)

    async def _part(self, school: str) -> Part:
        people: list[Person] = []
        after: str | None = ""
        while after is not None:
            page = await self._bus.ask(AskRoll(school=school, after=after), RollPage)
            people += page.people
            after = page.last
        named = [one for one in people if one.forename or one.surname]
        own, hiding = await self._own(school), await self._hiding(school, named)
        return await asyncio.to_thread(lambda: Part([_child(one, own, hiding.get(one.child)) for one in named]))

    async def _own(self, school: str) -> Mapping[str, Sequence[Parent]]:
        """By child, our own records of the parents."""
        found: defaultdict[str, list[Parent]] = defaultdict(list)
        for parent, children in await self._store.parents.of_school(school):
            for child in children:
                found[child].append(parent)
        return found

    async def _hiding(self, school: str, people: Iterable[Person]) -> Mapping[str, Family]:
        """By child, the families of whom any school's record hides an address: they are few."""
        hiding = await may_hide(self._store, {(school, one.child) for one in people})
        return {child: await family(self._store, school, child) for _, child in sorted(hiding)}


def _child(person: Person, own: Mapping[str, Sequence[Parent]], hiding: Family | None) -> FoundChild:
    records = person.records or (person.child,)
    theirs = [one for record in records for one in own.get(record, ())]
    hidden = hidden_in(hiding) if hiding else ()
    hides = {id_ for one in hiding.relations if one.hides_address for id_ in one.ids} if hiding else set[str]()
    shown = without_hidden(person, hidden)
    known = [_parent(parent, hides=parent.id in hides) for parent in theirs]
    called = {letters(name) for parent in theirs for name in parent.names}
    carers = [_carer(carer) for carer in shown.carers if letters(carer.name) not in called]
    protected = protected_carers(person, hidden)
    secret = [address for one in hidden for address in one.addresses]
    secret += [carer.address for carer in person.carers if carer.parent in protected and carer.address]
    return FoundChild(
        person.child,
        person.records,
        _shared(person.forename),
        _shared(person.surname),
        _shared(person.year_group),
        _day(person.left),
        shown.address,
        (*known, *carers),
        tuple(dict.fromkeys(secret)),
        person.upn,
    )


def _parent(parent: Parent, *, hides: bool) -> FoundParent:
    email, address = parent.value("email"), parent.value("address")
    relationship = next((one.relationship for one in parent.roll.values() if one.relationship), None)
    return FoundParent(
        parent.id,
        parent.name,
        _shared(relationship),
        parent.telephones,
        email if isinstance(email, str) else None,
        address if isinstance(address, str) and not hides else None,
    )


def _carer(carer: Carer) -> FoundParent:
    phones = (carer.phone,) if carer.phone else ()
    return FoundParent(None, carer.name, _shared(carer.relationship), phones, carer.email, carer.address)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _shared(text: str | None) -> str | None:
    """One copy of what many have: surnames, forenames, relationships."""
    return sys.intern(text) if text else None
