"""What an LA says of a pack, over HTTP: by the LA itself, or typed in by who heard it."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import Working, by, known
from services.sharing.api.la_callers import Authority, Code, of_authority
from services.sharing.domain.doubtful import doubtful
from services.sharing.domain.heard import MOST, Day, Line, Reference, Said, Says, Sessions, Source, Struck, Word
from services.sharing.domain.life import State
from services.sharing.domain.rests import What
from services.sharing.domain.work import By
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.packs import answer_by
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document
from shared.pack.register import MarkChange
from shared.words import Name


class SessionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: Day
    session: Literal["AM", "PM"]


class SaidBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    says: Says
    on: Day | None = Field(None, description="The day on which it happened, of a notice that of its issue; today by default.")
    questions: tuple[Line, ...] = Field((), max_length=50, description="With `returned`.")
    why: Line | None = Field(None, description="With `declined`; of a notice that was withdrawn, if it is known.")
    outcome: Line | None = Field(None, description="With `outcome`: what was decided.")
    to: Name | None = Field(None, description="Of a notice: to whom it was issued; the parent of the pack by default.")
    sessions: tuple[SessionBody, ...] = Field(
        (), max_length=500, description="Of a notice: on which it rests; those of the pack by default."
    )
    reference: Reference | None = Field(None, description="The LA's own, of a notice.")
    case_reference: Reference | None = Field(None, description="The LA's own, of a case, under which several notices may come.")

    def said(self, today: date) -> Said:
        told = self.model_dump(include=set(Said.model_fields) - {"on", "sessions"})
        return Said(**told, on=self.on or today, sessions=tuple(sorted({(one.day, one.session) for one in self.sessions})))


class HeardBody(SaidBody):
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])
    heard: Line = Field(description="How it was heard.", examples=["letter of 3 May", "e-mail of the attendance team"])


class ByLaBody(SaidBody):
    name: Name = Field(description="Who says it, at the LA.", examples=["A. Clerk"])


class WordShown(BaseModel):
    """A thing that was said, with who brought it, when and from where."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(description="By which it is struck: from 1 on, as they were heard.")
    said: Said
    by: By
    source: Source
    heard: str | None
    doubtful: Sessions = Field(description="Sessions that it names and the certificate does not show as unauthorised: ask the LA.")
    struck: Struck | None = Field(description="Of one that was brought by mistake: who struck it, when and why. It says nothing any more.")


class StrikeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Line = Field(description="It is kept with the word.", examples=["it was said of another pack"])
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])


class PackWords(BaseModel):
    """All that was said of a pack, as it was heard. Where it stands is decided by the days on which things happened."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    state: State
    words: tuple[WordShown, ...]
    changed_since_sent: tuple[What, ...] = Field(description="What the LA may not have known of: nobody has answered it (`/changed`).")
    sessions_changed: tuple[MarkChange, ...] = Field(description="Of `sessions` which: the mark when it was sent (`before`) and now.")
    answer_by: date | None = Field(description="Until when that is to be answered, by the LA's profile. An LA is shown none.")


def router(store: Store, preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"])
    _typed_in(routes, store, preparation)
    _by_the_la(routes, store)
    return routes


def _typed_in(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.get("/packs/{pack}/words", responses=problems(404), summary="What the LA has said of a pack")
    async def get_words(pack: str, caller: Working) -> PackWords:
        return shown(store, (await known(preparation, pack, caller)).document)

    @routes.post("/packs/{pack}/words", responses=problems(404, 409), summary="Type in what the LA has said of a pack")
    async def hear(pack: str, body: HeardBody, caller: Working) -> PackWords:
        """The same said again changes nothing, whoever brings it; a late word changes nothing that came of later ones."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        word = Word(said=body.said(store.preparing.today()), by=who, source="told to us", heard=body.heard)
        return shown(store, (await store.words.say(pack, word, Cause.beginning(new_id())))[0])

    @routes.post("/packs/{pack}/words/{number}/strike", responses=problems(404, 409), summary="Strike a word that was brought by mistake")
    async def strike(pack: str, number: Annotated[int, InPath(ge=1, le=MOST)], body: StrikeBody, caller: Working) -> PackWords:
        """Of those that were typed in or came by a file. It is kept and shown struck, and the pack stands where the others lead. Struck
        again it changes nothing."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return shown(store, await store.words.strike(pack, number, who, body.why, Cause.beginning(new_id())))


def _by_the_la(routes: APIRouter, store: Store) -> None:
    @routes.post("/authorities/{code}/packs/{pack}/words", responses=problems(404, 409), summary="Say, as the LA, what came of a pack")
    async def say(code: Code, pack: str, body: ByLaBody, caller: Authority) -> PackWords:
        """Of its own packs alone. Answered is what the LA itself has said."""
        document = await of_authority(store, code, pack, caller)
        who = by(caller, body.name, store.preparing.now(), "Local Authority")
        word = Word(said=body.said(store.preparing.today()), by=who, source="the LA itself")
        document, _ = await store.words.say(document["_id"].partition(":")[2], word, Cause.beginning(new_id()))
        return shown(store, document, of="the LA itself")


def shown(store: Store, document: Document, of: Source | None = None) -> PackWords:
    """`of`: those of this source alone."""
    words = [(number, word) for number, word in enumerate(store.words.of(document), 1) if of in (None, word.source)]
    certificate, changed = store.preparing.opened(document).work.certificate, store.resting.open(document)
    return PackWords(
        pack=document["_id"].partition(":")[2],
        state=document["state"],
        words=tuple(
            WordShown(
                number=number,
                said=word.said,
                by=word.by,
                source=word.source,
                heard=word.heard,
                doubtful=doubtful(word.said, certificate),
                struck=word.struck,
            )
            for number, word in words
        ),
        changed_since_sent=changed.what,
        sessions_changed=changed.sessions,
        answer_by=answer_by(document) if changed.what and of is None else None,
    )
