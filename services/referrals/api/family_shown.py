"""A family as it is shown to whoever asks: put together once, for every route that answers with it."""

from dataclasses import dataclass

from services.referrals import before_visit
from services.referrals.api import family_views as views
from services.referrals.api.access import covered
from services.referrals.api.family_access import own_parent, sees_addresses
from services.referrals.api.known import is_officers
from services.referrals.domain import flags as flag_rules
from services.referrals.domain.flags import Flag, Word
from services.referrals.errors import NoSuchParentHere
from services.referrals.family import Family, Relation, family, hidden
from services.referrals.store import Store
from shared.auth import Caller
from shared.contracts.attendance import Person
from shared.hidden_parents import without_hidden

Whole = views.FamilyView | views.FamilyContacts
One = views.ParentView | views.ContactView


@dataclass(frozen=True, slots=True)
class Families:
    store: Store

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
            return views.FamilyContacts(school=school, child=child, parents=contacts, flags=[views.flag_note(one) for one in standing])
        schools, may_see = await covered(caller, store), await sees_addresses(caller, store, school, child)
        return views.FamilyView(
            school=school,
            child=child,
            parents=[views.parent_view(one, schools, may_see=may_see) for one in found.relations],
            siblings=views.siblings(found.siblings, schools),
            flags=[views.flag_view(one, schools, store.today()) for one in told],
            visit_warnings=await self._warnings(found, person, may_see=may_see),
        )

    async def flags(self, school: str, child: str, person: Person | None, caller: Caller) -> list[views.FlagView]:
        """What an officer is told of a child and the parents before writing."""
        schools = await covered(caller, self.store)
        told = await self._told(await family(self.store, school, child), person)
        return [views.flag_view(one, schools, self.store.today()) for one in told]

    async def warnings(self, school: str, child: str, person: Person | None, caller: Caller) -> list[views.WarningView]:
        """What an officer is told before a visit. `person` is None while the roll cannot be asked: then by the parents' records alone."""
        may_see = await sees_addresses(caller, self.store, school, child)
        return await self._warnings(await family(self.store, school, child), person, may_see=may_see)

    async def without_hidden(self, school: str, person: Person | None, caller: Caller) -> Person | None:
        """The roll's word, without an address that is, or may be, a confidential one."""
        if person is None or await sees_addresses(caller, self.store, school, person.child):
            return person
        return without_hidden(person, await hidden(self.store, school, person.child))

    async def _told(self, found: Family, person: Person | None) -> list[Flag]:
        """The child's flags and those of the parents, whichever child these were said of."""
        said = await self.store.flags.of_children([found.child, *(link.child for link in found.siblings)])
        records = _records(found)
        theirs = [one for one in said if one.child == found.child or one.parent in records]
        return [*theirs, *(flag_rules.of_roll(person, found.school, self.store.now()) if person else ())]

    async def _warnings(self, found: Family, person: Person | None, *, may_see: bool) -> list[views.WarningView]:
        today = self.store.today()
        shown = await before_visit.warnings(self.store, person, found)
        return [views.warning_view(one.warning, today, hides=one.hides and not may_see) for one in shown]

    async def one(self, id_: str, caller: Caller, child: str | None = None) -> One:
        """One parent, with the tie to a child (by default the first)."""
        parent = await own_parent(id_, caller, self.store)
        children = [child] if child else sorted(link.child for link in await self.store.parents.links_of([id_]))
        relation = await self._relation(parent.school, children[0], id_) if children else None
        if relation is None:
            raise NoSuchParentHere
        if not is_officers(caller):
            return views.contact(relation)
        may_see = await sees_addresses(caller, self.store, parent.school, children[0])
        return views.parent_view(relation, await covered(caller, self.store), may_see=may_see)

    async def _relation(self, school: str, child: str, parent: str) -> Relation | None:
        found = await family(self.store, school, child)
        return next((one for one in found.relations if one.parent.id == parent), None)


def _records(found: Family) -> frozenset[str]:
    """All records of the child's parents."""
    return frozenset().union(*(one.ids for one in found.relations))
