"""A family as it is shown to whoever asks: put together once, for every route that answers with it."""

import asyncio
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from services.referrals.api import family_views as views
from services.referrals.api.access import closed, covered
from services.referrals.api.family_access import opened, opening, own_parent, sees_addresses
from services.referrals.api.known import is_officers
from services.referrals.api.words_shown import Words
from services.referrals.domain import flags as flag_rules
from services.referrals.domain.flags import Flag, Word
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchParentHere
from services.referrals.families import before_visit
from services.referrals.families.confidential import note_look, on_roll
from services.referrals.families.family import Family, family, hidden_in
from services.referrals.store import Store
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.attendance import Person
from shared.errors import Transient, WorldAway
from shared.hidden_parents import without_hidden

Whole = views.FamilyView | views.FamilyContacts
One = views.ParentView | views.ContactView


@dataclass(frozen=True, slots=True)
class Before:
    person: Person | None
    """The roll's word, without an address that is, or may be, one that is not the caller's to see."""
    address_withheld: bool
    flags: list[views.FlagView]
    visit_warnings: list[views.WarningView]


@dataclass(frozen=True, slots=True)
class Families:
    bus: Bus
    store: Store

    @property
    def _words(self) -> Words:
        return Words(self.bus, self.store)

    def word(self, caller: Caller, why: str) -> Word:
        return Word(by=caller.sub, at=self.store.now(), why=why)

    async def whole(self, school: str, person: Person, caller: Caller) -> Whole:
        """A child's family, as far as the caller's role and schools go."""
        child, store = person.child, self.store
        found = await family(store, school, child)
        told = await self._told(found, person)
        if not is_officers(caller):
            contacts = [views.contact(one) for one in found.relations]
            standing = flag_rules.standing(told, child, store.today(), _records(found))
            told_to_support = views.FamilyContacts(
                school=school, child=child, parents=contacts, flags=[views.flag_note(one) for one in standing]
            )
            return await self._words.shown(told_to_support, found, caller, found)
        schools, barred = await covered(caller, store), await closed(caller, store)
        open_to, hidden = await opening(caller, store, _records(found)), await self._on_roll(found)
        parents = [views.parent_view(one, schools, open_to, barred=barred, on_roll=hidden) for one in found.relations]
        await self._note(parents, open_to, caller)
        view = views.FamilyView(
            school=school,
            child=child,
            parents=parents,
            siblings=views.siblings([link for link in found.siblings if link.child not in barred], schools),
            flags=[views.flag_view(one, schools, store.today()) for one in told],
            visit_warnings=await self._warnings(found, person, open_to, hidden),
        )
        return await self._words.shown(view, found, caller, found)

    async def before(self, found: Family, person: Person | None, caller: Caller) -> Before:
        """What an officer is to see of a case's family before writing or going there. `person` is None while the roll cannot be asked: then
        by the parents' records alone."""
        schools, may_see, told, warnings = await asyncio.gather(
            covered(caller, self.store),
            sees_addresses(caller, self.store, found.school, found.child),
            self._told(found, person),
            self.warnings(found, person, caller),
        )
        shown = person if person is None or may_see else without_hidden(person, hidden_in(found))
        return Before(
            person=shown,
            address_withheld=shown is not None and _withheld(shown, person),
            flags=[views.flag_view(one, schools, self.store.today()) for one in told],
            visit_warnings=warnings,
        )

    async def _told(self, found: Family, person: Person | None) -> list[Flag]:
        """The child's flags and those of the parents, whichever child these were said of."""
        said = await self.store.flags.of_children([found.child, *(link.child for link in found.siblings)])
        records = _records(found)
        theirs = [one for one in said if one.child == found.child or one.parent in records]
        return [*theirs, *(flag_rules.of_roll(person, found.school, self.store.now()) if person else ())]

    async def warnings(self, found: Family, person: Person | None, caller: Caller) -> list[views.WarningView]:
        """What an officer is told before a visit."""
        hiding = frozenset(record for one in found.relations if one.hides_address for record in one.ids)
        open_to, hidden = await asyncio.gather(opened(caller, self.store, hiding), self._on_roll(found))
        return await self._warnings(found, person, open_to, hidden)

    async def _warnings(
        self, found: Family, person: Person | None, open_to: Container[str], on_roll: Mapping[str, str]
    ) -> list[views.WarningView]:
        shown = await before_visit.warnings(self.store, person, found, open_to, on_roll)
        return [views.warning_view(one.warning, self.store.today(), hides=one.hides) for one in shown]

    async def _on_roll(self, found: Family) -> Mapping[str, str]:
        """By record, the address that the roll hides; nothing while it cannot be asked, as of everything else on the roll."""
        try:
            return await on_roll(self.bus, found)
        except (WorldAway, Transient):
            return {}

    async def _note(self, parents: Iterable[views.ParentView], open_to: Mapping[str, Referral], caller: Caller) -> None:
        """Of every confidential address that is about to be shown, whichever of the records tells it."""
        looked = defaultdict[str, set[str]](set)
        cases = {case.id: case for case in open_to.values()}
        for one in (record for parent in parents for record in (parent, *parent.same)):
            if one.parent in open_to and one.address_confidential and (one.address_on_roll or "address" in one.fields):
                looked[open_to[one.parent].id].add(one.parent)
        for case, records in looked.items():
            await note_look(self.store, cases[case], records, caller.sub)

    async def one(self, id_: str, caller: Caller, child: str | None = None) -> One:
        """One parent, with the tie to a child (by default the first that is not closed to the caller)."""
        parent, barred = await own_parent(id_, caller, self.store), await closed(caller, self.store)
        children = sorted({link.child for link in await self.store.parents.links_of([id_])} - barred)
        found = await family(self.store, parent.school, child or children[0]) if children else None
        relation = next((one for one in found.relations if one.parent.id == id_), None) if found else None
        if found is None or relation is None:
            raise NoSuchParentHere
        if not is_officers(caller):
            return await self._words.shown(views.contact(relation), found, caller, found)
        open_to, hidden = await opening(caller, self.store, relation.ids), await self._on_roll(found)
        shown = views.parent_view(relation, await covered(caller, self.store), open_to, barred=barred, on_roll=hidden)
        await self._note([shown], open_to, caller)
        return await self._words.shown(shown, found, caller, found)

    async def history(self, id_: str, caller: Caller) -> views.ParentHistory:
        """Who changed what of a parent, when and why; and who said that the record is, or is not, somebody else's too."""
        parent = await own_parent(id_, caller, self.store)
        person = (await self.store.parents.people([id_]))[id_]
        open_to = await opening(caller, self.store, [id_])
        secret = any(one.hides_address for one in person)
        said = [one for one in await self.store.parents.said_of([id_]) if id_ in one.parents]
        if secret and id_ in open_to and any(step.field == "address" and step.before for step in parent.trail):
            await note_look(self.store, open_to[id_], [id_], caller.sub)
        view = views.history(parent, said, shows_addresses=not secret or id_ in open_to)
        for link in sorted(await self.store.parents.links_of([id_]), key=lambda one: one.child):
            view = await self._words.shown(view, link, caller)
        return view


def _records(found: Family) -> frozenset[str]:
    """All records of the child's parents."""
    return frozenset().union(*(one.ids for one in found.relations))


def _withheld(shown: Person, person: Person | None) -> bool:
    """Whether the child's address is not told though it may be known: by us, or by the roll itself."""
    return shown != person or (shown.address is None and any(carer.address_confidential for carer in shown.carers))
