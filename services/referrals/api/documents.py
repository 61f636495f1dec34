"""Documents of a case: files with their content, and papers that lie elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import ClientDisconnect

from services.referrals.api.access import Key, case_of
from services.referrals.api.copies import CopyOf, check_entry
from services.referrals.api.entries_shown import check_texts
from services.referrals.api.letter_access import check_seen
from services.referrals.api.words_shown import Words
from services.referrals.documents.cleaning import Cleaning, TooLarge
from services.referrals.domain.clean import LARGEST, MEDIA, Unfit
from services.referrals.domain.document import Audience, CaseDocument, Paper, Struck, Told, struck_out, visible
from services.referrals.domain.document import State as DocumentState
from services.referrals.domain.document_kinds import Filing
from services.referrals.domain.file_name import disposition, file_name
from services.referrals.domain.referral import Referral
from services.referrals.errors import KeyUsedTwice, NoSuchDocument
from services.referrals.store import Store
from services.referrals.store.case_documents import Held
from shared.answers import also, problems
from shared.auth import Caller, allow
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.tries import tries
from shared.words import Name

SILENCE: Final = 30.0
"""Seconds that a sender may say nothing."""
WHOLE: Final = 300.0
"""Seconds in which all of a file has come: 20 MB at half a megabit a second, less than any school's line."""
PRIVATE: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA.values()},
    }
}

Attacher = Annotated[Caller, Depends(allow("officer", "school", "head of service"))]


class PaperBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    where: Name = Field(examples=["the school's safe, folder 3"])
    whose: Name = Field(description="Who answers for it.", examples=["Head's office, Larkfield Primary"])


class DocumentBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    what: Name = Field(examples=["Letter of the family doctor about asthma"])
    kind: Name = Field(description="One of GET /v1/document-kinds.", examples=["medical evidence"])
    day: date = Field(alias="date", description="Of the document: not after today.")
    audience: Audience = Field(description="Who may see it: officers, officers and the school, or the head of service alone.")
    may_be_served: bool = Field(False, description="Whether it may be served on a parent, in an enforcement pack or in court.")
    name: Name | None = Field(None, description="Of the file that follows. Either this or `paper`.", examples=["letter.pdf"])
    paper: PaperBody | None = Field(None, description="A paper that stays where it is: no file follows.")

    copy_of: CopyOf = None

    @model_validator(mode="after")
    def _either_or(self) -> Self:
        if (self.name is None) == (self.paper is None):
            raise ValueError("send `name` for a file that follows, or `paper` for one that lies elsewhere")
        return self


class StrikeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000, examples=["it is another child's"])


class Content(BaseModel):
    type: str
    size: int
    sha256: str
    name: str


class Document(BaseModel):
    """What is shown of it. Once it is forgotten nothing but that it was, whose, and who struck it out."""

    document: str
    case: str
    state: DocumentState
    author: str
    added_at: datetime
    what: str | None = None
    kind: str | None = None
    day: date | None = Field(None, serialization_alias="date")
    audience: Audience | None = None
    may_be_served: bool | None = None
    copy_of: str | None = None
    paper: Paper | None = None
    content: Content | None = None
    struck: Struck | None = None


class DocumentList(BaseModel):
    documents: list[Document]


class KindsView(BaseModel):
    version: str
    kinds: list[str]


def router(bus: Bus, store: Store, cleaning: Cleaning, filing: Filing) -> APIRouter:
    routes = APIRouter(tags=["documents"], responses=problems(404, 409))
    _entries(routes, bus, store, filing)
    _strikes(routes, bus, store)
    _contents(routes, store, cleaning)
    return routes


def _entries(routes: APIRouter, bus: Bus, store: Store, filing: Filing) -> None:
    @routes.get("/document-kinds", summary="The sorts of document that there are")
    async def get_kinds(_: Attacher) -> KindsView:
        kinds = filing.on(store.today())
        return KindsView(version=kinds.version, kinds=list(kinds.names))

    @routes.get("/cases/{case}/documents", summary="Documents of a case, as they were added")
    async def get_documents(case: str, caller: Attacher) -> DocumentList:
        """Each role sees those that are for it."""
        of = await case_of(case, caller, store)
        found = await store.case_documents.of_case(case)
        view = DocumentList(documents=[_shown(one) for one in found if visible(one, caller.role)])
        return await Words(bus, store).shown(view, of, caller)

    @routes.post(
        "/cases/{case}/documents",
        status_code=201,
        responses=also(200, Document, "The same `Idempotency-Key` again: added before"),
        summary="Add a document: its content follows, or it is a paper that lies elsewhere",
    )
    async def add(case: str, body: DocumentBody, caller: Attacher, response: Response, idempotency_key: Key = None) -> Document:
        """A file is sent to `.../documents/{document}/content` within the hour; until it has come the document is shown to nobody."""
        found = await case_of(case, caller, store)
        if body.day > store.today():
            raise HTTPException(422, "`date` is after today")
        await check_entry(case, body.copy_of, store)
        texts = {"what": body.what, "name": body.name or "", **(body.paper.model_dump() if body.paper else {})}
        await check_texts(found, texts, caller, store, bus)
        body = body.model_copy(update={"kind": filing.on(store.today()).kind(body.kind)})
        entry = _entry(found, body, caller, store.now(), idempotency_key)
        try:
            await store.case_documents.add(entry, found, Cause.beginning(new_id()))
        except Conflict:
            earlier = await store.case_documents.get(entry.id)
            if earlier is None:
                raise
            if earlier.entry.told != entry.told or earlier.entry.author != entry.author:
                raise KeyUsedTwice from None
            response.status_code = 200
            return _shown(earlier.entry)
        return _shown(entry)


def _strikes(routes: APIRouter, bus: Bus, store: Store) -> None:
    @routes.post("/cases/{case}/documents/{document}/strike", summary="Strike out a document that was added in error")
    async def strike(case: str, document: str, body: StrikeBody, caller: Attacher) -> Document:
        """Nobody is given it any more; its words and content go at the next disposal. Sent again, it gives the same answer."""
        of = await case_of(case, caller, store)
        await check_texts(of, {"reason": body.reason}, caller, store, bus)
        async for _ in tries():
            held = await _held(case, document, caller, store)
            if caller.role == "school" and held.entry.author != caller.sub:
                raise HTTPException(403, "a school strikes out what it added itself; ask the officer")
            after = struck_out(held.entry, caller.sub, store.now(), body.reason)
            try:
                if after != held.entry:
                    after = await store.case_documents.change(held, after, Cause.beginning(new_id()))
                return await Words(bus, store).shown(_shown(after), of, caller)
            except Conflict:
                continue
        raise Conflict("document")


def _contents(routes: APIRouter, store: Store, cleaning: Cleaning) -> None:
    @routes.put(
        "/cases/{case}/documents/{document}/content",
        openapi_extra=FILE,
        responses=problems(400, 408, 413),
        summary="Send a document's file: PDF, JPEG, PNG, Word (.docx) or e-mail (.eml), up to 20 MB",
    )
    async def put_content(case: str, document: str, request: Request, caller: Attacher) -> Document:
        """What it is stands in the file; its name and the type sent are not asked. What it tells of its making (place, camera, editors,
        earlier versions) is taken out, and so are programmes and embedded files. An upload that breaks off leaves nothing."""
        held = await _held(case, document, caller, store)
        if held.entry.author != caller.sub:
            raise NoSuchDocument
        try:
            _check_announced(request)
            async with cleaning.cleaned(caller.sub, _in_time(request)) as found:
                entry = await store.case_documents.fill(held, found.type, found.data, Cause.beginning(new_id()))
        except Unfit as refused:
            raise HTTPException(422, str(refused)) from None
        except TooLarge:
            raise HTTPException(413, f"a file is {LARGEST // 1024 // 1024} MB at most") from None
        except TimeoutError:
            raise HTTPException(503, "other files are being taken: send it again in a minute", {"Retry-After": "60"}) from None
        return _shown(entry)

    @routes.get(
        "/cases/{case}/documents/{document}/content",
        response_class=Response,
        responses={200: {"description": "The file", "content": FILE["requestBody"]["content"]}},
        summary="A document's file",
    )
    async def get_content(case: str, document: str, caller: Attacher) -> StreamingResponse:
        held = await _held(case, document, caller, store)
        entry = held.entry
        if entry.state != "kept" or entry.file is None or entry.told is None:
            raise HTTPException(409, "it is a paper that lies elsewhere" if entry.state == "kept" else f"it is {entry.state}")
        if letter := await store.letters.find(entry.id):  # the copy of a letter that was sent
            await check_seen(letter, caller, store)
        name = disposition(file_name(entry.told.name or "", entry.file.type))
        headers = {**PRIVATE, "Content-Length": str(entry.file.size), "Content-Disposition": name}
        return StreamingResponse(store.case_documents.content(entry), media_type=MEDIA[entry.file.type], headers=headers)


async def _held(case: str, id_: str, caller: Caller, store: Store) -> Held:
    """NoSuchDocument also for what is not for the caller's role, so that nobody learns by asking that it is there."""
    await case_of(case, caller, store)
    held = await store.case_documents.get(id_)
    coming_to = held is not None and held.entry.state == "coming" and held.entry.author == caller.sub
    if held is None or held.entry.case != case or not (coming_to or visible(held.entry, caller.role)):
        raise NoSuchDocument
    return held


def _entry(case: Referral, body: DocumentBody, caller: Caller, at: datetime, key: str | None) -> CaseDocument:
    told = Told(**body.model_dump(exclude={"paper"}), paper=Paper(**body.paper.model_dump()) if body.paper else None)
    return CaseDocument(
        id=sha256(f"{case.id}\0{key}".encode()).hexdigest()[:24] if key else new_id(),
        case=case.id,
        school=case.school,
        child=case.child,
        author=caller.sub,
        added_at=at,
        state="kept" if body.paper else "coming",
        told=told,
    )


def _shown(entry: CaseDocument) -> Document:
    told, file = entry.told, entry.file
    said = told.model_dump(include={"what", "kind", "day", "audience", "may_be_served", "copy_of"}) if told else {}
    content = None
    if file and told and told.name:
        content = Content(type=MEDIA[file.type], size=file.size, sha256=file.sha256, name=file_name(told.name, file.type))
    return Document(
        **entry.model_dump(include={"case", "state", "author", "added_at"}),
        **said,
        document=entry.id,
        paper=told.paper if told else None,
        content=content,
        struck=entry.struck,
    )


def _check_announced(request: Request) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 20 or int(announced) > LARGEST):
        raise TooLarge


async def _in_time(request: Request) -> AsyncIterator[bytes]:
    chunks = request.stream()
    now = asyncio.get_running_loop().time
    end = now() + WHOLE
    try:
        while True:
            async with asyncio.timeout_at(min(now() + SILENCE, end)):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk
    except ClientDisconnect:
        raise HTTPException(400, "the upload broke off; nothing of it is stored") from None
    except TimeoutError:
        raise HTTPException(408, "the upload stood still or came too slowly; nothing of it is stored") from None
