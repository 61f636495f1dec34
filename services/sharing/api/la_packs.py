"""A signed-in Local Authority's (LA's) own packs over HTTP: what it was sent, and each file."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.la_callers import Authority, Code, check_own, of_authority
from services.sharing.api.packs import FILE, PRIVATE, media
from services.sharing.domain.life import State
from services.sharing.domain.rests import What
from services.sharing.errors import NoSuchFile
from services.sharing.store import Store
from services.sharing.store.files import SentFile
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document
from shared.pack.register import MarkChange


class PackForAuthority(BaseModel):
    """A pack as its LA is shown it. Whom it is about stands in its files."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    school: str
    state: State
    edition: int
    supersedes: str | None
    sent_at: datetime
    fetched_at: datetime | None
    changed_since_sent: tuple[What, ...] = Field(description="Wait for what follows: a next edition, a withdrawal, or that it stands.")
    sessions_changed: tuple[MarkChange, ...] = Field(description="Of `sessions` which: the mark when it was sent (`before`) and now.")
    files: tuple[SentFile, ...]


def router(store: Store) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404))

    @routes.get("/authorities/{code}/packs", summary="The packs that were sent to the LA, the latest first")
    async def get_packs(code: Code, caller: Authority) -> list[PackForAuthority]:
        """As an LA that downloads its packs; one that receives from the stream sees them too."""
        check_own(code, caller)
        return [_shown(store, document) for document in await store.packs.sent_to(code)]

    @routes.get("/authorities/{code}/packs/{pack}", summary="A pack that was sent to the LA")
    async def get_pack(code: Code, pack: str, caller: Authority) -> PackForAuthority:
        return _shown(store, await of_authority(store, code, pack, caller))

    @routes.get(
        "/authorities/{code}/packs/{pack}/files/{name}",
        response_class=Response,
        responses={200: FILE, **problems(409)},
        summary="A file of the pack, byte for byte as it was sent",
    )
    async def get_file(code: Code, pack: str, name: str, caller: Authority) -> Response:
        """Once the LA has downloaded every file, the pack is fetched. Who downloads is noted."""
        document = await of_authority(store, code, pack, caller)
        files = store.files.listed(document)
        content = await store.files.read(document, name)
        if content is None:
            raise NoSuchFile(", ".join(file.name for file in files))
        place = [file.name for file in files].index(name)
        await store.downloads.note(pack, name, place, len(files), caller.sub, Cause.beginning(new_id()))
        return Response(content, media_type=media(name), headers=PRIVATE)

    return routes


def _shown(store: Store, document: Document) -> PackForAuthority:
    changed = store.resting.open(document)
    return PackForAuthority(
        pack=document["_id"].partition(":")[2],
        school=document["school"],
        state=document["state"],
        edition=document["edition"],
        supersedes=document["supersedes"],
        sent_at=document["sent_at"],
        fetched_at=document.get("fetched_at"),
        changed_since_sent=changed.what,
        sessions_changed=changed.sessions,
        files=store.files.listed(document),
    )
