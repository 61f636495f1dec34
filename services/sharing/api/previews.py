"""A pack as it would be sent now, over HTTP."""

from fastapi import APIRouter, Response

from services.sharing.api.callers import Working, known
from services.sharing.api.packs import FILE, PRIVATE, media
from services.sharing.making import Making, Previewed
from services.sharing.preparing import Preparation
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id


def router(preparation: Preparation, making: Making) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"])

    @routes.get(
        "/packs/{pack}/preview/{name}",
        response_class=Response,
        responses={200: FILE, **problems(404, 409)},
        summary="A file of the pack as it would be sent now",
    )
    async def preview(pack: str, name: Previewed, caller: Working) -> Response:
        """It is made anew each time and kept nowhere; what is not signed yet says so."""
        await known(preparation, pack, caller)
        content = await making.preview(await preparation.previewed(pack, Cause.beginning(new_id())), name)
        return Response(content, media_type=media(name), headers=PRIVATE)

    return routes
