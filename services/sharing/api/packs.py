"""Enforcement packs over HTTP: how far each has come, what is lacking, and its files as they were sent."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Response

from services.sharing.api.callers import Following, Working, known, schools_of
from services.sharing.api.pack_listing import Listing, Order, explained, in_order
from services.sharing.api.pack_views import PackState, PackWork, state, work
from services.sharing.domain.life import AT_HOME, State
from services.sharing.domain.material import Item
from services.sharing.domain.standing import lacking
from services.sharing.errors import NoSuchFile, NotPossibleNow
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.answers import problems
from shared.contracts.enforcement import Ground
from shared.contracts.envelope import Cause
from shared.contracts.referrals import Measure
from shared.errors import Transient, WorldAway
from shared.identity import new_id
from shared.patterns import AUTHORITY, URN

FILE: Final[dict[str, Any]] = {
    "description": "The file",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
MEDIA = {"json": "application/json", "pdf": "application/pdf", "sig": "application/octet-stream"}


def router(store: Store, preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"])
    _states(routes, store, preparation, Listing(preparation))
    _files(routes, store, preparation)
    return routes


def _states(routes: APIRouter, store: Store, preparation: Preparation, listing: Listing) -> None:
    @routes.get(
        "/packs", response_model_exclude_unset=True, summary="Enforcement packs of the schools that the caller covers, the latest first"
    )
    async def get_packs(
        caller: Following,
        case: str | None = None,
        school: Annotated[str | None, Query(pattern=URN, description="Of this school (URN) only.")] = None,
        state_: Annotated[State | None, Query(alias="state")] = None,
        child: Annotated[str | None, Query(max_length=64, description="Of this child only; not for an operator.")] = None,
        authority: Annotated[str | None, Query(pattern=AUTHORITY, description="For this LA only.")] = None,
        measure: Annotated[Measure | None, Query(description="What is asked for; not for an operator.")] = None,
        ground: Annotated[Ground | None, Query(description="Why; not for an operator.")] = None,
        order: Annotated[
            Order, Query(description="`clock`: whose day to answer a change, or legal clock, is first comes first.")
        ] = "latest",
        limit: Annotated[int | None, Query(ge=1, le=10_000, description="So many at most.")] = None,
    ) -> list[PackState]:
        """A pack is here from the moment of the request, as a draft; one that is signed and not on its way says why. Child and parent are
        named to those who work at packs and to the school, as they are called now."""
        if caller.role == "operator" and (measure or ground):
            raise HTTPException(422, "an operator is not told what is asked for of whom: leave `measure` and `ground` away")
        wanted = {"case": case if caller.role != "school" else None, "state": state_, "authority": authority}
        wanted["children"] = child if caller.role != "operator" else None
        narrowed = {name: value for name, value in wanted.items() if value is not None}
        found = in_order(await store.packs.of_schools(schools_of(caller, school), **narrowed), order)
        found = await listing.asked_for(found, measure, ground)
        return [state(pack, caller, told) for pack, told in await listing.shown(found[:limit], caller)]

    @routes.get(
        "/packs/{pack}",
        response_model_exclude_unset=True,
        responses=problems(404),
        summary="A pack: its state, who did what, what is lacking, and what can be done now",
    )
    async def get_pack(pack: str, caller: Following) -> PackWork | PackState:
        """An operator and a school see how far it has come and no more."""
        held = await known(preparation, pack, caller)
        [(pack_, told)] = await listing.shown([held.pack], caller) or [(held.pack, None)]
        if caller.role in ("operator", "school"):
            return state(pack_, caller, told)
        held, items = await _looked(preparation, held)
        lacks = [item.rule for item in lacking(items or (), "sending")]
        [pack_] = await explained([held.pack], preparation, lacks)
        return work(pack_, held.work, items, store.files.listed(held.document), store.resting.open(held.document), told)


def _files(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.get(
        "/packs/{pack}/files/{name}",
        response_class=Response,
        responses={200: FILE, **problems(404, 409)},
        summary="A file of the pack, byte for byte as it was sent",
    )
    async def get_file(pack: str, name: str, caller: Working) -> Response:
        held = await known(preparation, pack, caller)
        if not store.files.listed(held.document):
            raise NotPossibleNow(f"the pack is {held.pack.state} and was not sent: `iewo packs preview` shows it as it would be")
        content = await store.files.read(held.document, name)
        if content is None:
            raise NoSuchFile(", ".join(file.name for file in store.files.listed(held.document)))
        return Response(content, media_type=media(name), headers=PRIVATE)


def media(name: str) -> str:
    return MEDIA.get(name.rpartition(".")[2], "application/octet-stream")


async def _looked(preparation: Preparation, held: Held) -> tuple[Held, tuple[Item, ...] | None]:
    """As it stands now, and what is asked for; None while a service does not answer: what is known of the pack is shown all the same."""
    if held.work.state not in AT_HOME:
        return held, ()
    try:
        look = await preparation.look(held.pack.pack, Cause.beginning(new_id()))
    except (Transient, WorldAway):
        return held, None
    return look.held, look.material.items
