"""Which penalty notices to a parent are known to us, and which Local Authorities (LAs) were asked, over HTTP."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import Working, by
from services.sharing.api.readiness import may_see
from services.sharing.api.words import SessionBody
from services.sharing.domain.heard import Day, Line, Reference
from services.sharing.domain.history import Answered, Before, History, Question, Told
from services.sharing.domain.material import Notice
from services.sharing.domain.pack_notice import NoticeState
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.contracts.enforcement import CaseEvidence, ParentOfCase
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import AUTHORITY, PARENT
from shared.words import Name

CodeOf = Annotated[str, Field(pattern=AUTHORITY, description="The LA's three-digit code.")]


class AboutBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    case: Annotated[str, Field(max_length=64)]
    parent: Annotated[str, Field(pattern=PARENT, description="The parent's record, or the place on the roll, such as `<child>.1`.")]
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])


class AskedBody(AboutBody):
    authority: CodeOf
    on: Day | None = Field(None, description="The day on which it was asked; today by default.")


class NoticeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issued_on: Day
    state: NoticeState = "issued"
    sessions: tuple[SessionBody, ...] = Field((), max_length=500, description="On which it rests, where that is known.")
    reference: Reference | None = Field(None, description="The LA's own.")


class AnsweredBody(AskedBody):
    source: Line = Field(description="How it answered.", examples=["e-mail of 4 May"])
    notices: tuple[NoticeBody, ...] = Field((), max_length=20, description="Those that it knows of; none is an answer too.")


class TypedBody(AboutBody, NoticeBody):
    authority: CodeOf
    source: Line = Field(description="How it is known.", examples=["the parent's own copy"])


class BeforeBody(AboutBody):
    authorities: tuple[CodeOf, ...] = Field(max_length=10, description="Other LAs of the years that count; none: it was under no other.")
    why: Line = Field(description="How that is known.", examples=["the school's admission record"])


class ChangedBody(AboutBody):
    state: NoticeState


class ToldShown(BaseModel):
    """A notice of which somebody told us."""

    model_config = ConfigDict(extra="forbid")

    id: str
    notice: Notice
    source: str


class NoticesShown(BaseModel):
    """What is held of notices to one parent for a child: the readiness of a pack counts those that were told and those of packs."""

    model_config = ConfigDict(extra="forbid")

    case: str
    parent: str
    told: tuple[ToldShown, ...]
    of_packs: tuple[Notice, ...] = Field((), description="Those that came of our packs, as the LA has told us.")
    questions: tuple[Question, ...]
    answers: tuple[Answered, ...] = Field((), description="Each answer of an LA as it was said: a later one takes the place of none.")
    before: Before | None = Field(description="Under which LAs the child was before, once somebody has said it.")


def router(store: Store, preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1/notice-history", tags=["notice history"], responses=problems(404, 409))
    _looking(routes, store, preparation)
    _asking(routes, store, preparation)
    _telling(routes, store, preparation)
    return routes


def _looking(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.get("", summary="What is held of penalty notices to a parent, and which LAs were asked")
    async def get_history(
        case: Annotated[str, Query(max_length=64)], parent: Annotated[str, Query(pattern=PARENT)], caller: Working
    ) -> NoticesShown:
        found = await _seen(preparation, case, parent, caller)
        return await _shown(preparation, found, await store.histories.of(found.child))


def _asking(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.post("/asked", summary="Note that an LA was asked which notices it knows of")
    async def asked(body: AskedBody, caller: Working) -> NoticesShown:
        who, on = by(caller, body.name, store.preparing.now()), _past(body.on, store.preparing.today())

        def do(held: History, parent: ParentOfCase, _: str) -> History:
            return held.asking(Question(authority=body.authority, parent=parent.parent, asked_on=on, by=who))

        return await _changed(store, preparation, body, caller, do)

    @routes.post("/answered", summary="Note what an LA has answered: every notice that it knows of, or none")
    async def answered(body: AnsweredBody, caller: Working) -> NoticesShown:
        on = _past(body.on, store.preparing.today())
        for one in body.notices:
            _past(one.issued_on, on)

        def do(held: History, parent: ParentOfCase, child: str) -> History:
            told = [_told(one, body.authority, child, parent.parent, body.source, caller, body.name, store) for one in body.notices]
            parents, who = {parent.parent, *parent.records}, by(caller, body.name, store.preparing.now())
            answer = Answered.of(body.authority, parent.parent, on, told, body.source, who)
            return held.answering(body.authority, parents, on, told).keeping(answer, parents)

        return await _changed(store, preparation, body, caller, do)

    @routes.post("/earlier", summary="Say under which LAs the child was before it came to its school")
    async def earlier(body: BeforeBody, caller: Working) -> NoticesShown:
        """Each is then to be asked. Said again, what is said last holds."""
        before = Before(authorities=tuple(dict.fromkeys(body.authorities)), why=body.why, by=by(caller, body.name, store.preparing.now()))

        def do(held: History, _: ParentOfCase, __: str) -> History:
            return held.model_copy(update={"before": before})

        return await _changed(store, preparation, body, caller, do)


def _telling(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.post("/notices", summary="Type in a notice that is known otherwise than by a pack")
    async def tell(body: TypedBody, caller: Working) -> NoticesShown:
        """A notice of the same LA and reference, or day of issue where not both have one, is the same one: it is amended."""
        _past(body.issued_on, store.preparing.today())

        def do(held: History, parent: ParentOfCase, child: str) -> History:
            return held.telling(_told(body, body.authority, child, parent.parent, body.source, caller, body.name, store))

        return await _changed(store, preparation, body, caller, do)

    @routes.post("/notices/{notice}", summary="Say what became of a notice that was typed in")
    async def change(notice: str, body: ChangedBody, caller: Working) -> NoticesShown:
        who = by(caller, body.name, store.preparing.now())
        return await _changed(store, preparation, body, caller, lambda held, _, __: held.changing(notice, body.state, who))


Do = Callable[[History, ParentOfCase, str], History]


async def _changed(store: Store, preparation: Preparation, body: AboutBody, caller: Caller, do: Do) -> NoticesShown:
    found = await _seen(preparation, body.case, body.parent, caller)
    parent = _parent(found)
    cause = Cause.beginning(new_id())
    changed = await store.histories.change(found.school, found.child, lambda held: do(held, parent, found.child), cause)
    return await _shown(preparation, found, changed.after)


async def _seen(preparation: Preparation, case: str, parent: str, caller: Caller) -> CaseEvidence:
    """The case from which somebody looks at the child: 404 for one that is closed to the caller or not theirs."""
    found = await preparation.gathering.evidence(case, parent, caller.sub)
    may_see(found, caller)
    return found


def _parent(found: CaseEvidence) -> ParentOfCase:
    assert found.parent is not None  # may_see has looked
    return found.parent


def _past(day: date | None, today: date) -> date:
    if day is not None and day > today:
        raise HTTPException(422, "a day is not after today, and a notice not issued after the LA told of it")
    return day or today


def _told(body: NoticeBody, authority: str, child: str, parent: str, source: str, caller: Caller, name: str, store: Store) -> Told:
    sessions = tuple(sorted({(one.day, one.session) for one in body.sessions}))
    notice = Notice(
        authority=authority,
        child=child,
        parent=parent,
        issued_on=body.issued_on,
        state=body.state,
        sessions=sessions,
        reference=body.reference,
    )
    return Told(id=new_id(), notice=notice, source=source, by=by(caller, name, store.preparing.now()))


async def _shown(preparation: Preparation, found: CaseEvidence, held: History) -> NoticesShown:
    parent = _parent(found)
    ids = {parent.parent, *parent.records}
    told: Iterable[Told] = (one for one in held.told if one.notice.parent in ids)
    return NoticesShown(
        case=found.case,
        parent=parent.parent,
        told=tuple(ToldShown(id=one.id, notice=one.notice, source=one.source) for one in told),
        of_packs=await preparation.gathering.notices.of_packs(found.child, ids),
        questions=tuple(one for one in held.questions if one.parent in ids),
        answers=tuple(one for one in held.answers if one.parent in ids),
        before=held.before,
    )
