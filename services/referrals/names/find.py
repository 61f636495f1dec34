"""The index by which people are found, kept up in each process: built at the start, and looked after every few seconds.

`attendance` says of each school's rolls when they have changed, and our own store of the parents'; a school whose stamp is another one is
read anew. What cannot be confirmed for ten minutes is not searched: somebody in it may have been disposed of.
"""

import asyncio
import math
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from services.referrals.domain.find_index import FoundChild, FoundParent, Hit, Index, Part
from services.referrals.domain.find_terms import Term
from services.referrals.domain.parent import Parent
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance import AskRoll, AskRolls, Carer, Person, RollPage, RollStamps
from shared.contracts.referrals import HiddenParent
from shared.errors import Disposed, Transient
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
        """The chore: read anew what has changed, and drop what is gone. Our own stamps come first: an address just made confidential is
        found no more, whether or not the rolls can be asked; and what changes in between is read twice rather than never."""
        ours = await self._store.parents.stamps()
        for school, known in list(self._confirmed.items()):
            if known.ours != ours.get(school, ""):
                self._index.hide(school)
                self._confirmed[school] = Confirmed("", known.ours, -math.inf)
        stamps = {one.school: one.stamp for one in (await self._bus.ask(AskRolls(), RollStamps)).rolls}
        self._rolls = frozenset(stamps)
        for school in self._confirmed.keys() - stamps.keys():
            self._index.drop(school)
            self._named.pop(school, None)
            del self._confirmed[school]
        # first of all, since to read one school anew takes as long as a list may believe the others
        now = time.monotonic()
        self._named |= {school: Named(stamp, now) for school, stamp in stamps.items() if self._is_named(school, stamp)}
        for school, stamp in stamps.items():
            await self._confirm(school, stamp, ours.get(school, ""))

    def _is_named(self, school: str, rolls: str) -> bool:
        known = self._named.get(school)
        return known is not None and known.rolls == rolls

    async def _confirm(self, school: str, rolls: str, ours: str) -> None:
        known = self._confirmed.get(school)
        if known is None or (known.rolls, known.ours) != (rolls, ours):
            try:
                self._index.put(school, await self._part(school))
            except (Transient, Disposed) as error:
                logger().warning("school not read for find", school=school, exc_info=error)
                return
        now = time.monotonic()
        self._confirmed[school], self._named[school] = Confirmed(rolls, ours, now), Named(rolls, now)

    async def _part(self, school: str) -> Part:
        own = await self._own(school)
        people: list[Person] = []
        after: str | None = ""
        while after is not None:
            page = await self._bus.ask(AskRoll(school=school, after=after), RollPage)
            people += page.people
            after = page.last
        return await asyncio.to_thread(lambda: Part([_child(one, own) for one in people if one.forename or one.surname]))

    async def _own(self, school: str) -> Mapping[str, Sequence[tuple[Parent, HiddenParent | None]]]:
        """By child, our own records of the parents, each with what of it is hidden."""
        found: dict[str, list[tuple[Parent, HiddenParent | None]]] = {}
        records = await self._store.parents.of_school(school)
        people = await self._store.parents.people([parent.id for parent, _ in records])
        for parent, children in records:
            person = people[parent.id]
            hidden = None
            if any(one.hides_address for one in person):
                names = tuple(name for one in person for name in one.names)
                hidden = HiddenParent(names=names, addresses=tuple(address for one in person for address in one.addresses))
            for child in children:
                found.setdefault(child, []).append((parent, hidden))
        return found


def _child(person: Person, own: Mapping[str, Sequence[tuple[Parent, HiddenParent | None]]]) -> FoundChild:
    records = person.records or (person.child,)
    theirs = [one for record in records for one in own.get(record, ())]
    hidden = [one for _, one in theirs if one]
    shown = without_hidden(person, hidden)
    known = [_parent(parent, hides=bool(one)) for parent, one in theirs]
    called = {letters(name) for parent, _ in theirs for name in parent.names}
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
