"""Whether two records of parents are one person, and whether who stands in a parent's place on the roll is that parent."""

from fastapi import APIRouter, HTTPException

from services.referrals.api import family_views as views
from services.referrals.api.access import Worker
from services.referrals.api.family_access import not_to_be_seen, opened, own_parent
from services.referrals.api.family_shown import Families, One
from services.referrals.api.known import ParentId, person_of
from services.referrals.api.parent_bodies import DoubtBody, PairBody
from services.referrals.domain.flags import Word
from services.referrals.domain.parent import Parent, changed
from services.referrals.domain.roll_parents import Following, settled
from services.referrals.domain.same_person import Same, State, group
from services.referrals.families.family import keep
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(prefix="/parents", tags=["families"], responses=problems(404, 409))
    families = Families(bus, store)

    @routes.post("/same", summary="Two records are one person")
    async def same(body: PairBody, caller: Worker) -> views.ParentView | views.ContactView:
        """Their children are brothers and sisters from now on. Neither record is changed, and what one school gave is not shown to
        another; `apart` takes it back."""
        return await _say(body, caller, "same", families)

    @routes.post("/apart", summary="Two records are not one person")
    async def apart(body: PairBody, caller: Worker) -> views.ParentView | views.ContactView:
        """Where an address of the person is confidential, and is not the caller's to see, every record stays confidential until the
        officer of its case says otherwise."""
        return await _say(body, caller, "apart", families)

    @routes.post("/{parent}/doubt", summary="Say whether who stands in a parent's place on the roll is the same person")
    async def doubt(parent: ParentId, body: DoubtBody, caller: Worker) -> views.FamilyView | views.FamilyContacts:
        """Somebody else becomes a parent of their own. 403 where it would lift what hides an address from the caller."""
        found = await own_parent(parent, caller, store)
        person = await person_of(found.school, body.child, caller, store, bus)
        word, id_ = families.word(caller, body.why), new_id()
        after = settled(found, body.child, word, lambda: id_, same=body.same).parents
        lifts = found.hides_address and any(one.id == parent and not one.hides_address for one in after)
        if lifts and parent not in await opened(caller, store, [parent]):
            raise HTTPException(403, "who sees the address may say so: the officer of the child's open case")

        def work(held: list[Parent]) -> Following:
            whose = next((one for one in held if one.id == parent), None)
            return settled(whose, body.child, word, lambda: id_, same=body.same) if whose else Following((), ())

        await keep(store, found.school, body.child, work, Cause.beginning(new_id()))
        return await families.whole(found.school, person, caller)

    return routes


async def _say(body: PairBody, caller: Caller, state: State, families: Families) -> One:
    store, word = families.store, families.word(caller, body.why)
    one, other = [await own_parent(id_, caller, store) for id_ in body.parents]
    if one.id == other.id:
        raise HTTPException(422, "parents: name two records")
    cause = Cause.beginning(new_id())
    if state == "apart" and other.id in group(one.id, await _said_but_of(one, other, store)):
        raise HTTPException(409, "both are said to be the same as a third record: part that one from either of them")
    if state == "apart" and await not_to_be_seen(one.id, caller, store):
        await _stay_hidden(one.id, word, cause, store)
    await store.parents.say(one, other, lambda same: same.with_step(state, word), cause)
    return await families.one(one.id, caller)


async def _said_but_of(one: Parent, other: Parent, store: Store) -> list[Same]:
    """What was said of the person's records, but for what was said of these two together."""
    return [said for said in await store.parents.said_of([one.id]) if set(said.parents) != {one.id, other.id}]


async def _stay_hidden(id_: str, word: Word, cause: Cause, store: Store) -> None:
    """Before they are parted: what hides an address is said of every record by itself."""
    for record in await store.parents.records_of(id_):
        await store.parents.change(record, lambda one: changed(one, {"address confidential": True}, word), cause)
