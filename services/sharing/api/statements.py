"""The witness statement of a pack over HTTP: begun from the case, edited and signed by its maker."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.sharing.api.callers import Working, by, known
from services.sharing.api.pack_views import StatementShown
from services.sharing.domain import statement as rules
from services.sharing.domain.first_exhibits import first_exhibits
from services.sharing.domain.first_statement import first_draft
from services.sharing.domain.material import Exhibit, ExhibitText
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.domain.produced import producing
from services.sharing.domain.signing import in_the_system, on_paper
from services.sharing.domain.work import By, Work
from services.sharing.errors import NotPossibleNow, PackNotMade
from services.sharing.preparing import Look, Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.words import Name

Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
_ROLE = "Education Welfare Officer"


class MakerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="The maker's, as it is printed.", examples=["T. Okafor"])
    role: Name = Field(_ROLE, description="As it is printed.")


class BeginBody(MakerBody):
    anew: bool = Field(False, description="Let one of the caller's own, begun before, be a draft that is kept: the case has changed.")


class ExhibitBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, StringConstraints(max_length=64)] = Field(description="A document of the case that may be served.")
    title: Name | None = Field(None, description="As the statement calls it; by default what the document is.")


class StatementBody(MakerBody):
    edition: int = Field(ge=1, description="On which the maker worked: that of the statement that was read.")
    paragraphs: tuple[Paragraph, ...] = Field(min_length=1, max_length=200, description="In the first person.")
    exhibits: tuple[ExhibitBody, ...] = Field((), max_length=50, description="In the order in which they are numbered.")
    produce: bool = Field(False, description="Add a paragraph for each exhibit that none names by its mark.")


class SignBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    edition: int = Field(ge=1, description="Which is signed.")
    on: date | None = Field(None, description="Of a signature on paper: its day.")
    document: str | None = Field(None, max_length=64, description="Of a signature on paper: its scan, a document of the case.")


def router(store: Store, preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404, 409))
    _words(routes, store, preparation)
    _signature(routes, store, preparation)
    return routes


def _words(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.get("/packs/{pack}/statement", summary="The witness statement of a pack, with the drafts that are kept")
    async def get_statement(pack: str, caller: Working) -> StatementShown:
        return _shown(await known(preparation, pack, caller))

    @routes.post("/packs/{pack}/statement", summary="Begin a witness statement: a first draft from the case, in the caller's name")
    async def begin(pack: str, body: BeginBody, caller: Working) -> StatementShown:
        """The caller's own, begun before, stays as it is, unless it is begun `anew`. Somebody else's is kept among the drafts: a statement
        is its maker's alone. It produces the copies of the letters that the maker sent; begun anew, the exhibits that it had."""
        await known(preparation, pack, caller)
        maker = by(caller, body.name, store.preparing.now(), body.role)
        first = await preparation.look(pack, _cause())
        texts = await preparation.gathering.exhibits.of_each(first.material.wanted.case, _first(first, maker))

        def do(look: Look) -> Work:
            exhibits = _first(look, maker)
            paragraphs = producing(_draft(look, maker), (), exhibits, look.material.case, texts)
            return rules.begun(look.held.work, maker, paragraphs, exhibits, anew=body.anew)

        return _shown(await preparation.act(pack, do, _cause()))

    @routes.put("/packs/{pack}/statement", summary="Edit the witness statement, as its maker")
    async def edit(pack: str, body: StatementBody, caller: Working) -> StatementShown:
        """Takes the signature, the check, the approval and the head teacher's signature away: they were of other words."""
        await known(preparation, pack, caller)
        maker = by(caller, body.name, store.preparing.now(), body.role)
        texts = await _texts(preparation, pack, body) if body.produce else ()

        def do(look: Look) -> Work:
            exhibits, paragraphs = _exhibits(body, look), body.paragraphs
            if body.produce:
                before = look.held.work.statement.exhibits if look.held.work.statement else ()
                paragraphs = producing(paragraphs, before, exhibits, look.material.case, texts)
            return rules.edited(look.held.work, maker, body.edition, paragraphs, exhibits)

        return _shown(await preparation.act(pack, do, _cause()))


def _signature(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.post("/packs/{pack}/statement/sign", summary="Sign the witness statement, as its maker, in the system or on paper")
    async def sign(pack: str, body: SignBody, caller: Working) -> StatementShown:
        """In the system it is dated today. Of a statement that was printed and signed, `document` is the scan and `on` the day."""
        await known(preparation, pack, caller)
        today = preparation.settings.today()

        def do(look: Look) -> Work:
            work = look.held.work
            if work.statement is None:
                raise NotPossibleNow("there is no statement yet: begin one")
            name, role = work.statement.name, work.statement.role
            paper = body.document and on_paper(name, role, body.on or today, body.document, look.material.case)
            maker = by(caller, name, store.preparing.now(), role)
            return rules.signed(work, maker, body.edition, paper or in_the_system(name, role, today), today)

        return _shown(await preparation.act(pack, do, _cause()))


def _exhibits(body: StatementBody, look: Look) -> tuple[Exhibit, ...]:
    return rules.exhibits_of(body.name, [(one.document, one.title) for one in body.exhibits], look.material.case)


async def _texts(preparation: Preparation, pack: str, body: StatementBody) -> tuple[ExhibitText, ...]:
    """Of which the pages are counted."""
    look = await preparation.look(pack, _cause())
    return await preparation.gathering.exhibits.of_each(look.material.wanted.case, _exhibits(body, look))


def _first(look: Look, maker: By) -> tuple[Exhibit, ...]:
    """Of a draft: those of the maker's own that is begun anew, else the letters."""
    before = look.held.work.statement
    if before and before.maker == maker.person:
        return before.exhibits
    try:
        return rules.exhibits_of(maker.name, [(one, None) for one in first_exhibits(maker.name, look.material)], look.material.case)
    except NoPack as refused:
        raise PackNotMade(str(refused)) from None


def _draft(look: Look, maker: By) -> tuple[str, ...]:
    try:
        return first_draft(maker.name, maker.role, look.material, look.gathered.profile)
    except NoPack as refused:
        raise PackNotMade(str(refused)) from None


def _shown(held: Held) -> StatementShown:
    work = held.work
    if work.statement is None:
        raise NotPossibleNow("there is no statement yet: begin one")
    drafts = tuple(kept for kept in work.kept if kept != work.statement)
    return StatementShown(pack=held.pack.pack, state=work.state, revision=work.revision, statement=work.statement, drafts=drafts)


def _cause() -> Cause:
    return Cause.beginning(new_id())
