"""A pack of which something has changed since it was sent, over HTTP: what is done about it; and taking a pack back."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import Signatory, Working, by, known
from services.sharing.api.pack_acts import Why, WhyBody
from services.sharing.api.pack_views import NextEdition, next_edition, own_register
from services.sharing.changes import Changes
from services.sharing.domain.life import TAKEN_BACK, State
from services.sharing.domain.offered import NOTHING_OPEN
from services.sharing.domain.pack_notice import still_stands
from services.sharing.domain.rests import Answer, Answered, What
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document
from shared.pack.register import MarkChange, ReliedOn
from shared.words import Name


class AnswerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answer: Answer = Field(description="`supersede` begins the next edition; `stands`: it is asked for all the same.")
    why: Why = Field(
        description="With `stands` and `withdraw` the LA reads it.", examples=["14 sessions are left, which is more than the ten needed"]
    )
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])
    edition: int | None = Field(None, ge=0, description="Of the change that was looked at: 409 when another was found since.")


class ChangesShown(BaseModel):
    """What of that on which a sent pack rests is another now, and what was answered before."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    state: State
    edition: int = Field(description="Grows with each change that is found.")
    changed_since_sent: tuple[What, ...]
    sessions_changed: tuple[MarkChange, ...] = Field(description="Of `sessions` which: the mark when it was sent (`before`) and now.")
    answer_by: date | None = Field(description="Until when what is open is to be answered, by the LA's profile.")
    earliest_by: date | None = Field(description="The last day in court: for an information on the earliest session, while it runs.")
    possible: tuple[Answer, ...] = Field(description="The answers that will be taken now; none where nothing is open.")
    refused: dict[Answer, str] = Field(description="The others, each with the reason why.")
    relied_on: ReliedOn | None = Field(
        description="Where something is open and the LA may act on it: how many sessions are left of those relied on when it was sent."
    )
    answered: tuple[Answered, ...]
    next_edition: NextEdition | None = Field(None, description="That takes its place, or is to, and how far it is.")
    notice_stands: date | None = Field(
        None, description="The day of issue of a penalty notice that came of it: it stands until the LA says that it is withdrawn."
    )


class AnsweredForSchool(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answer: Answer
    sessions: tuple[MarkChange, ...]


class ChangesForSchool(BaseModel):
    """The same for the pack's own school: of its register alone, without who answered and why."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    state: State
    changed_since_sent: tuple[What, ...]
    sessions_changed: tuple[MarkChange, ...]
    answers: tuple[AnsweredForSchool, ...]


def router(store: Store, preparation: Preparation, changes: Changes) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404, 409))

    @routes.get("/packs/{pack}/changed", summary="What has changed since a pack was sent")
    async def get_changed(pack: str, caller: Signatory) -> ChangesShown | ChangesForSchool:
        """As of now: it is looked at again. A school is shown what concerns its own register."""
        await changes.look_now(await known(preparation, pack, caller))
        document = (await preparation.held(pack)).document
        return _for_school(store, document) if caller.role == "school" else await _shown(store, preparation, changes, pack)

    @routes.post("/packs/{pack}/changed", summary="Answer what has changed since a pack was sent")
    async def answer(pack: str, body: AnswerBody, caller: Working) -> ChangesShown:
        """The LA is told by its own way: that the pack stands, or is withdrawn, why and who says so; a next edition, when it is sent.
        Whatever has changed, a pack on which the LA may act stands only while the register bears it by the LA's rules; else 409."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        await changes.answer(pack, body.answer, body.why, who, Cause.beginning(new_id()), body.edition)
        return await _shown(store, preparation, changes, pack)

    @routes.post("/packs/{pack}/withdraw", summary="Take a pack back that was sent")
    async def withdraw(pack: str, body: WhyBody, caller: Working) -> ChangesShown:
        """The LA is told the same day. Again it changes nothing."""
        await known(preparation, pack, caller)
        await changes.withdraw(pack, body.why, by(caller, body.name, store.preparing.now()), Cause.beginning(new_id()))
        return await _shown(store, preparation, changes, pack)

    return routes


async def _shown(store: Store, preparation: Preparation, changes: Changes, id_: str) -> ChangesShown:
    held = await preparation.held(id_)
    document, pack = held.document, held.pack
    rests, now = store.resting.of(document), store.resting.open(document)
    offer = await changes.offered(held) if now.what else NOTHING_OPEN
    return ChangesShown(
        pack=pack.pack,
        state=pack.state,
        edition=rests.edition if rests else 0,
        changed_since_sent=now.what,
        sessions_changed=now.sessions,
        answer_by=pack.answer_by,
        earliest_by=pack.earliest_by,
        possible=offer.possible,
        refused=offer.refused,
        relied_on=offer.relied_on,
        answered=rests.answered if rests else (),
        next_edition=next_edition((await store.packs.following([pack])).get(id_)),
        notice_stands=still_stands(store.words.of(document)) if pack.state in TAKEN_BACK else None,
    )


def _for_school(store: Store, document: Document) -> ChangesForSchool:
    rests, now = store.resting.of(document), own_register(store.resting.open(document))
    answers = [(one.answer, own_register(one.changed)) for one in rests.answered] if rests else []
    return ChangesForSchool(
        pack=document["_id"].partition(":")[2],
        state=document["state"],
        changed_since_sent=now.what,
        sessions_changed=now.sessions,
        answers=tuple(AnsweredForSchool(answer=answer, sessions=own.sessions) for answer, own in answers if own.what),
    )
