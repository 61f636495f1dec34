"""Noting for many packs at once which notices to the parent a Local Authority (LA) knows of: for a list, or a file, over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.acting import Acting
from services.sharing.answers_file import AnswersFile, Heard
from services.sharing.api.callers import Working, by, check_covered
from services.sharing.api.notice_histories import CodeOf
from services.sharing.api.outcomes import content_of
from services.sharing.api.pack_lists import MOST, InOrder, Lists, OfOne, PackId
from services.sharing.domain.heard import Day, Line
from services.sharing.domain.history_file import MOST_NOTICES, Known
from services.sharing.domain.pack_notice import NoticeState
from services.sharing.history_answers import Answer, Given, HistoryAnswers, Noted
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.answers import problems
from shared.words import Name


class KnownNotice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issued_on: Day
    state: NoticeState = "issued"


class AnsweredListBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    packs: Annotated[list[PackId], Field(min_length=1, max_length=MOST)]
    authority: CodeOf | None = Field(None, description="The LA that answered; by default the pack's own.")
    on: Day | None = Field(None, description="The day on which it answered; today by default.")
    source: Line = Field(description="How it answered.", examples=["e-mail of 4 May"])
    notices: tuple[KnownNotice, ...] = Field(
        (), max_length=MOST_NOTICES, description="Those that it knows of, to each parent alike; none is an answer too."
    )
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])


DIFFERS = "How it differs from what was noted of the parent before: what it changes, and what it contradicts."


class AnsweredOfOne(OfOne):
    noted: bool = Field(description="Whether it was news; not where this answer, or a later one, was noted before.")
    differs: str | None = Field(None, description=DIFFERS)


class HistoryAnswered(InOrder[AnsweredOfOne]):
    """In the order of the list."""


class RowAnswered(BaseModel):
    """What came of a row. What stands in it is not repeated."""

    model_config = ConfigDict(extra="forbid")

    line: int
    outcome: Literal["noted", "known before", "refused"]
    pack: str | None = Field(None, description="Which pack was meant; null of a row that was refused.")
    field: str | None = Field(None, description="Of a row that was refused: which column, as the file calls it.")
    reason: str | None = None
    differs: str | None = Field(None, description=DIFFERS)


class AnswersReceipt(BaseModel):
    """Each row, by its line."""

    model_config = ConfigDict(extra="forbid")

    noted: int
    known: int = Field(description="Rows that said what was known: the same file again says nothing new.")
    refused: int
    differing: int = Field(description="Rows taken in that differ from what was noted before: see `differs` of each.")
    rows: list[RowAnswered]
    unread: tuple[int, ...] = Field(description="Positions of columns that are not read; the first is 1.")


def router(store: Store, preparation: Preparation, acting: Acting) -> APIRouter:
    routes = APIRouter(prefix="/v1/packs", tags=["lists of packs"])
    _of_a_list(routes, store, preparation, Lists(preparation, acting))
    _of_a_file(routes, store, preparation)
    return routes


def _of_a_list(routes: APIRouter, store: Store, preparation: Preparation, lists: Lists) -> None:
    @routes.post("/history-answered", responses=problems(), summary="Note for a list of packs what an LA has answered about notices")
    async def answered(body: AnsweredListBody, caller: Working) -> HistoryAnswered:
        """One answer to many questions: it knows of these notices to each of the parents, or of none. One in which the LA was not asked is
        refused."""
        on = _past(body, store)
        answers = HistoryAnswers(preparation, by(caller, body.name, store.preparing.now()), caller.sub)
        notices = [Known(one.issued_on, one.state) for one in body.notices]
        noted: dict[str, Noted] = {}

        async def one(pack: str) -> Held:
            about = await answers.about(pack)
            answer = Answer(notices, on, body.source, body.authority or about.authority)
            noted[pack] = await answers.answered(Given(about, answer))
            return await preparation.held(pack)

        came = await lists.answered(body.packs, caller, one)
        told = ((each, noted.get(each.pack, Noted(new=False, differs=None))) for each in came.packs)
        packs = [AnsweredOfOne(**dict(each), noted=what.new, differs=what.differs) for each, what in told]
        return HistoryAnswered(done=came.done, refused=came.refused, packs=packs)


def _of_a_file(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    body = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}

    @routes.post(
        "/history-answers",
        responses=problems(413),
        openapi_extra=body,
        summary="Take in a file of what LAs answer about notices, a row for each pack",
    )
    async def take_in(
        request: Request,
        caller: Working,
        name: Annotated[Name, Query(description="The caller's.")],
        authority: Annotated[CodeOf | None, Query(description="Of rows that name no LA; by default the pack's own.")] = None,
        on: Annotated[Day | None, Query(description="Of rows without a day; today by default.")] = None,
        source: Annotated[Line | None, Query(description="Of rows that do not say how it was heard.")] = None,
    ) -> AnswersReceipt:
        """Columns: pack (its id, or its request's or case's), answer (none, or days of issue: `2025-11-03 paid; 2026-01-12`), and on,
        source and la where they differ. A row that is wrong never stops the good ones."""

        async def may(held: Held) -> None:
            check_covered(held, caller)  # whether its case is closed to the caller is asked of each row's case, once

        answers = HistoryAnswers(preparation, by(caller, name, store.preparing.now()), caller.sub)
        file = AnswersFile(answers, may, on or store.preparing.today(), source, authority)
        came = await file.take_in(await content_of(request))
        rows = [_of_row(one) for one in came.heard]
        rows += [RowAnswered(line=one.line, outcome="refused", field=one.field, reason=one.reason) for one in came.refused]
        return AnswersReceipt(
            noted=sum(one.noted.new for one in came.heard),
            known=sum(not one.noted.new for one in came.heard),
            refused=len(came.refused),
            differing=sum(one.noted.differs is not None for one in came.heard),
            rows=sorted(rows, key=lambda one: one.line),
            unread=came.unread,
        )


def _of_row(one: Heard) -> RowAnswered:
    outcome: Literal["noted", "known before"] = "noted" if one.noted.new else "known before"
    return RowAnswered(line=one.line, outcome=outcome, pack=one.pack, differs=one.noted.differs)


def _past(body: AnsweredListBody, store: Store) -> Day:
    """422 for an answer that is yet to come, or a notice after it: of every pack alike."""
    today = store.preparing.today()
    on = body.on or today
    if on > today or any(one.issued_on > on for one in body.notices):
        raise HTTPException(422, "`on` is not after today, and no notice was issued after it")
    return on
