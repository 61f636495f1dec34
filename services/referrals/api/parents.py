"""Parents and carers: who they are, by whom it was said, and their ties to the school's children."""

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException

from services.referrals.api import family_views as views
from services.referrals.api.access import Worker
from services.referrals.api.family_access import not_to_be_seen, opened, own_parent
from services.referrals.api.family_shown import Families
from services.referrals.api.known import Child, Contact, ParentId, is_officers, person_of
from services.referrals.api.parent_bodies import ChangeBody, ParentBody, SuggestionBody, TieBody
from services.referrals.domain.parent import CONTACTS, Field, Link, Parent, Value, changed, relinked, taken
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(prefix="/parents", tags=["families"], responses=problems(404, 409))
    families = Families(bus, store)

    @routes.post("", status_code=201, summary="Add a parent or carer of a child")
    async def add(body: ParentBody, caller: Worker) -> views.ParentView | views.ContactView:
        await person_of(body.school, body.child, caller, store, bus)
        word = families.word(caller, body.why)
        parent = changed(Parent(id=new_id(), school=body.school), body.said(), word)
        blank = Link(parent=parent.id, child=body.child, school=body.school, said=word, by_officer=True)
        await store.parents.add([(parent, blank.model_copy(update=body.link.said()))], Cause.beginning(new_id()))
        return await families.one(parent.id, caller, body.child)

    @routes.get("/{parent}", summary="One parent")
    async def get_parent(parent: ParentId, caller: Contact) -> views.ParentView | views.ContactView:
        return await families.one(parent, caller)

    @routes.get("/{parent}/history", summary="Who changed what of a parent, when and why")
    async def get_history(parent: ParentId, caller: Worker) -> views.ParentHistory:
        return await families.history(parent, caller)

    @routes.patch("/{parent}", summary="Change what is known of a parent")
    async def change(parent: ParentId, body: ChangeBody, caller: Contact) -> views.ParentView | views.ContactView:
        """From then on another word of the roll for a field is a suggestion. Business support changes how a parent is reached."""
        found = await own_parent(parent, caller, store)
        said, word = body.said(), families.word(caller, body.why)
        await _may_say(found, said, caller, store)
        await store.parents.change(parent, lambda before: changed(before, said, word), Cause.beginning(new_id()))
        return await families.one(parent, caller)

    @routes.put("/{parent}/links/{child}", summary="Tie a parent to a child, or change what the tie is")
    async def tie(parent: ParentId, child: Child, body: TieBody, caller: Worker) -> views.ParentView | views.ContactView:
        """Of one school: for a child at another, add the parent there and say that the two records are the same person. 403 for a further
        child of a parent whose confidential address is not the caller's to see."""
        found = await own_parent(parent, caller, store)
        await person_of(found.school, child, caller, store, bus)
        if await store.parents.link(parent, child) is None and await not_to_be_seen(parent, caller, store):
            raise HTTPException(403, "the address is confidential: who sees it may tie the parent to a further child")
        said, word, cause = body.said(), families.word(caller, body.why), Cause.beginning(new_id())
        if await store.parents.change_link(parent, child, lambda link: relinked(link, said, word), cause) is None:
            blank = Link(parent=parent, child=child, school=found.school, said=word, by_officer=True)
            await store.parents.link_to(blank.model_copy(update=said), cause)
        return await families.one(parent, caller, child)

    @routes.post("/{parent}/suggestions", summary="Take or leave what the roll says otherwise")
    async def suggestion(parent: ParentId, body: SuggestionBody, caller: Worker) -> views.ParentView | views.ContactView:
        await own_parent(parent, caller, store)
        word = families.word(caller, body.why)
        await store.parents.change(parent, lambda one: taken(one, body.field, word, take=body.take), Cause.beginning(new_id()))
        return await families.one(parent, caller)

    return routes


async def _may_say(parent: Parent, said: Mapping[Field, Value], caller: Caller, store: Store) -> None:
    """403 for what is not the caller's to say. Who could lift what hides an address could look at it."""
    if not is_officers(caller) and not said.keys() <= set(CONTACTS):
        raise HTTPException(403, "whether an address is confidential is an officer's to say")
    lifts = parent.hides_address and not said.get("address confidential", True)
    if lifts and parent.id not in await opened(caller, store, [parent.id]):
        raise HTTPException(403, "who sees the address may lift it: the officer of the child's open case")
