"""Local Authorities over HTTP."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, HTTPException, Response
from fastapi import Path as InPath
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.sharing.api.callers import Operator, Staff
from services.sharing.domain.profile import Method
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from services.sharing.waiting import Waiting
from shared import parcel
from shared.answers import also, problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import ACCOUNT, AUTHORITY
from shared.words import Name

Code = Annotated[str, InPath(pattern=AUTHORITY, description="The LA's three-digit code.")]


def _usable(key: str) -> str:
    try:
        parcel.close(b"", key, "", "")
    except parcel.NotAParcelKey:
        raise ValueError("not an X25519 public key: 32 bytes as base64") from None
    return key


class AuthorityIn(BaseModel):
    """What an operator says of an LA; a key or account not told stays as it was."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    public_key: Annotated[str, AfterValidator(_usable)] | None = Field(None, description="X25519, 32 bytes as base64.")
    account: str | None = Field(None, pattern=ACCOUNT, description="Public key of the LA's account on the bus.")


class AuthorityShown(Authority):
    receives: Method = Field(description="How packs come to it, as its profile of today says.")


def router(store: Store, preparation: Preparation, waiting: Waiting) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    def shown(authority: Authority) -> AuthorityShown:
        profile = preparation.gathering.profiles.of(authority.code, preparation.settings.today())
        return AuthorityShown(**authority.model_dump(), receives=profile.delivery.method)

    @routes.put(
        "/authorities/{code}",
        responses={**also(201, AuthorityShown, "It was not known before"), **problems(409)},
        summary="Add an LA or change what is known of it",
    )
    async def put_authority(code: Code, told: AuthorityIn, _: Operator, response: Response, afterwards: BackgroundTasks) -> AuthorityShown:
        """Makes no credentials: `iewo authority add` does, and sends the public key and account here.

        Packs for an LA that is unknown or has no key wait, in state `waiting`; those that wait are sent as soon as the key is here. When
        the key becomes another one, what was sent and not fetched is sent again, closed to it. With another account, what it has
        fetched is taken off its stream, which it would read from the beginning.
        """
        before = await store.authorities.get(code)
        authority, new = await store.authorities.put(code, told.model_dump(exclude_none=True), Cause.beginning(new_id()))
        response.status_code = 201 if new else 200
        if told.public_key:
            moved = before is not None and told.account not in (None, before.account)
            afterwards.add_task(waiting.added_again if moved else waiting.key_came, authority)
        return shown(authority)

    @routes.delete("/authorities/{code}/key", responses=problems(404), summary="Forget an LA's key and account")
    async def forget_key(code: Code, _: Operator) -> AuthorityShown:
        """`iewo authority revoke` takes the LA off the bus and says so here: packs for it wait until it has a key again."""
        authority = await store.authorities.forget_key(code, Cause.beginning(new_id()))
        if authority is None:
            raise HTTPException(404, "there is no such LA")
        return shown(authority)

    @routes.get("/authorities", summary="The LAs")
    async def get_authorities(_: Staff) -> list[AuthorityShown]:
        return [shown(one) for one in await store.authorities.all()]

    return routes
