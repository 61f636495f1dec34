"""Who at the Local Authority (LA) has downloaded what of a pack."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.sharing.errors import NoSuchPack
from services.sharing.store import Store
from services.sharing.store.downloads import Download
from shared.answers import problems
from shared.auth import Caller, allow

Looking = Annotated[Caller, Depends(allow("head of service", "data protection officer"))]


class PackDownloads(BaseModel):
    """The first download of each file, person and day, the earliest first; of very many the first and the last of each file and person."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    downloads: tuple[Download, ...]


def router(store: Store) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"])

    @routes.get("/packs/{pack}/downloads", responses=problems(404), summary="Who at the LA has downloaded which file, and when")
    async def get_downloads(pack: str, _: Looking) -> PackDownloads:
        """Of an LA that downloads its packs, by the account with which it signed in. It falls with the pack."""
        held = await store.preparing.get(pack)
        if held is None:
            raise NoSuchPack
        return PackDownloads(pack=pack, downloads=store.downloads.of(held.document))

    return routes
