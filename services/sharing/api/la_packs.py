"""A signed-in Local Authority's (LA's) own packs over HTTP: what it was sent, and each file."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.la_callers import Authority, Code, check_own, of_authority
from services.sharing.api.packs import FILE, PRIVATE, media
from services.sharing.domain.heard import standing
from services.sharing.domain.life import State
from services.sharing.domain.rests import What
from services.sharing.errors import NoSuchFile
from services.sharing.store import Store
from services.sharing.store.files import SentFile
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document
from shared.pack.register import MarkChange, ReliedOn


class AnsweredForAuthority(BaseModel):
    """What was said of a change, or why a pack was taken back: as `iewo packs receive` brings it to an LA on the stream."""

    model_config = ConfigDict(extra="forbid")

    says: Literal["supersede", "withdraw", "stands"]
    what: tuple[What, ...]
    sessions: tuple[MarkChange, ...]
    relied_on: ReliedOn | None = Field(description="Of `stands`, while you may act on the pack: how many sessions it relies on.")
    why: str
    by: str
    on: date


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
    answered: tuple[AnsweredForAuthority, ...] = Field(description="To what had changed before, and the word by which it was taken back.")
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
        answered=tuple(_answered(store, document)),
        files=store.files.listed(document),
    )


def _answered(store: Store, document: Document) -> Iterator[AnsweredForAuthority]:
    rests = store.resting.of(document)
    for one in rests.answered if rests else ():
        if one.answer != "withdraw":  # its word follows
            told = one.model_dump(include={"what", "sessions", "relied_on", "why"})
            yield AnsweredForAuthority(**told, says=one.answer, by=one.by.name, on=one.by.at.date())
    for word in standing(store.words.of(document)):
        if word.source == "ourselves":
            yield AnsweredForAuthority(
                says="withdraw", what=(), sessions=(), relied_on=None, why=word.said.why or "", by=word.by.name, on=word.said.on
            )
