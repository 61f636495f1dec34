"""A family as it is shown to whoever asks: put together once, for every route that answers with it."""

from dataclasses import dataclass

from services.referrals import before_visit
from services.referrals.api import family_views as views
from services.referrals.api.access import covered
from services.referrals.api.family_access import own_parent, sees_addresses
from services.referrals.api.known import is_officers
from services.referrals.domain import flags as flag_rules
from services.referrals.domain.flags import Word
from services.referrals.errors import NoSuchParentHere
from services.referrals.family import Family, Relation, family
from services.referrals.store import Store
from shared.auth import Caller
from shared.contracts.attendance import Person

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
        ids = frozenset().union(*(one.ids for one in found.relations))
        told = [*await store.flags.of_children([child, *_others(found)]), *flag_rules.of_roll(person, school, store.now())]
        if not is_officers(caller):
            contacts = [views.contact(one) for one in found.relations]
            standing = flag_rules.standing(told, child, store.today(), ids)
            return views.FamilyContacts(school=school, child=child, parents=contacts, flags=[views.flag_note(one) for one in standing])
        schools, may_see = await covered(caller, store), await sees_addresses(caller, store, school, child)
        theirs = [one for one in told if one.child == child or one.parent in ids]
        return views.FamilyView(
            school=school,
            child=child,
            parents=[views.parent_view(one, schools, may_see=may_see) for one in found.relations],
            siblings=views.siblings(found.siblings, schools),
            flags=[views.flag_view(one, schools, store.today()) for one in theirs],
            visit_warnings=[
                views.warning_view(one.warning, store.today(), hides=one.hides and not may_see)
                for one in await before_visit.warnings(store, person, found)
            ],
        )

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


def _others(found: Family) -> set[str]:
    """Other children of the parents: what stands over writing to a parent stands whichever child it was said of."""
    return {link.child for link in found.siblings}
