"""Which pack is meant by a name that an officer has before them, over HTTP: they type what stands on a letter."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import Working, known
from services.sharing.errors import NoSuchPack
from services.sharing.named import Named
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.answers import problems


class PackMeant(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pack: str = Field(description="Its id.")


def router(store: Store, preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404))

    @routes.get("/named-packs", summary="The pack that goes by an id, a request, a case, or a reference of the LA")
    async def get_named(
        caller: Working,
        name: Annotated[str, Query(min_length=1, max_length=100, examples=["PN/7", "CASE 77"])],
    ) -> PackMeant:
        """Of a case, and of several editions of a request, the latest that was sent. 422 where it names packs of two requests."""

        async def may(held: Held) -> None:
            await known(preparation, held.pack.pack, caller)

        named, said = Named(store, may), name.strip()
        try:
            return PackMeant(pack=await named.by_id(said))
        except NoSuchPack:
            return PackMeant(pack=await named.by_reference(said))

    return routes
