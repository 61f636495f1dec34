"""The same act for a list of packs, over HTTP: each is answered for itself, and what is refused keeps none of the others back.

A list that is sent again does nothing twice. Who may do what is as for one pack: who checked a pack does not approve it, in a list either.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Generic, Literal, Self, TypeVar

from fastapi import APIRouter, BackgroundTasks
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.sharing.acting import Acting, Came, Signing, each
from services.sharing.api.callers import Approving, Signatory, Working, by, known
from services.sharing.api.certificates import Certificate, Check, certificate, check_way
from services.sharing.api.handing_over import Way
from services.sharing.api.pack_acts import Reason, Rule
from services.sharing.api.pack_views import Stands, stands
from services.sharing.domain.heard import Day, Reference
from services.sharing.domain.material import Override
from services.sharing.domain.work import HandedOver
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from services.sharing.waiting import Waiting
from shared.answers import problems
from shared.auth import Caller
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.words import Name

MOST = 100
PackId = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{1,64}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Looked(_Body):
    pack: PackId
    revision: int = Field(
        ge=0,
        description="Of the pack that was looked at: refused when something has been changed since.",
    )


class ToBeSigned(_Body):
    pack: PackId
    check: Check = Field(description="Of the certificate that was looked at.")
    on: date | None = Field(None, description="Of a signature on paper: its day.")
    document: str | None = Field(None, max_length=64, description="Of a signature on paper: its scan, a document of the case.")

    @model_validator(mode="after")
    def _paper(self) -> Self:
        if (self.on is None) != (self.document is None):
            raise ValueError("`on` and `document` belong together: they are of a signature on paper")
        return self


Named = TypeVar("Named", Looked, ToBeSigned)


def _told_once(packs: list[Named]) -> list[Named]:
    """A pack that stands in a list twice as the same is one; otherwise nobody knows which was looked at."""
    told: dict[str, Named] = {}
    for one in packs:
        if told.setdefault(one.pack, one) != one:
            raise ValueError(f"{one.pack} stands in the list twice, and not as the same: say once what was looked at")
    return packs


class ListBody(_Body):
    packs: Annotated[list[Looked], AfterValidator(_told_once)] = Field(min_length=1, max_length=MOST)
    name: Name = Field(description="The caller's, as it is printed.", examples=["D. Example"])


class OverrideListBody(ListBody):
    rule: Rule = Field(examples=["notice history confirmed"])
    why: Reason = Field(description="It is printed on each of them.", examples=["the LA looks into the history itself"])


class HandedOverHow(_Body):
    way: Way = Field(examples=["secure e-mail", "the LA's upload page"])
    recipient: Name = Field(examples=["Attendance Enforcement Team"])
    on: Day | None = Field(None, description="The day; today by default.")
    reference: Reference | None = Field(None, description="What the LA gave in return.")


class SendBody(ListBody):
    handed_over: HandedOverHow | None = Field(None, description="Of an LA that receives by hand: how they came there.")


class CertificatesBody(_Body):
    packs: list[PackId] = Field(min_length=1, max_length=MOST)


class SignListBody(_Body):
    packs: Annotated[list[ToBeSigned], AfterValidator(_told_once)] = Field(min_length=1, max_length=MOST)
    name: Name = Field(description="Who signs, as it is printed.", examples=["R. Pascoe"])
    role: Name = Field("head teacher", description="As it is printed: one of those who sign, as the LA's profile says.")


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pack: str
    outcome: Literal["done", "refused"]
    why: str | None = Field(description="Of one that was refused: what is lacking and what to do.")


class OfOne(_Answered):
    stands: Stands | None = Field(description="How it stands now.")


class ToSignOfOne(_Answered):
    certificate: Certificate | None


One = TypeVar("One", bound=BaseModel)


class InOrder(BaseModel, Generic[One]):
    """Of a list what came of each, in its order."""

    model_config = ConfigDict(extra="forbid")

    done: int
    refused: int
    packs: list[One]


class Answers(InOrder[OfOne]):
    """In the order of the list."""


class OverriddenOfOne(OfOne):
    let_pass: bool = Field(description="Whether the rule is let pass now; not where it is not lacking: the pack stays as it is.")


class Overridden(InOrder[OverriddenOfOne]):
    """In the order of the list."""


class ApprovedOfOne(OfOne):
    let_pass: tuple[Override, ...] = Field(description="What was lacking and was let pass, with the reasons: the approval is of that too.")


class AllApproved(InOrder[ApprovedOfOne]):
    """In the order of the list."""


class Certificates(InOrder[ToSignOfOne]):
    """In the order of the list."""


Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Lists:
    """Of what the routes below are made."""

    preparation: Preparation
    acting: Acting

    async def each(self, packs: Sequence[str], caller: Caller, do: Callable[[str], Awaitable[Done]]) -> list[Came[Done]]:
        """Of each pack of a school that the caller covers; of any other it is said that there is none."""

        async def one(pack: str) -> Done:
            await known(self.preparation, pack, caller)
            return await do(pack)

        return await each(list(dict.fromkeys(packs)), one)

    async def answered(self, packs: Sequence[str], caller: Caller, do: Callable[[str], Awaitable[Held]]) -> Answers:
        came = await self.each(packs, caller, do)
        shown = [
            OfOne(pack=one.pack, outcome="done" if one.done else "refused", why=one.why, stands=stands(one.done) if one.done else None)
            for one in came
        ]
        return Answers(done=sum(1 for one in came if one.done), refused=sum(1 for one in came if not one.done), packs=shown)


def router(store: Store, preparation: Preparation, acting: Acting, waiting: Waiting) -> APIRouter:
    routes = APIRouter(prefix="/v1/packs", tags=["lists of packs"], responses=problems())
    lists = Lists(preparation, acting)
    _of_officers(routes, store, lists)
    _of_the_head_of_service(routes, store, lists)
    _of_the_head_teacher(routes, store, lists, waiting)
    return routes


def _of_officers(routes: APIRouter, store: Store, lists: Lists) -> None:
    @routes.post("/override", summary="Go on with a list of packs although something is lacking, for a reason that is printed")
    async def override(body: OverrideListBody, caller: Working) -> Overridden:
        """The same rule for each. One in which it is not lacking is done, and stays as it is; one in which it is let pass already keeps
        its reason."""
        who, looked = by(caller, body.name, store.preparing.now()), _revisions(body)
        let_pass: set[str] = set()

        async def one(pack: str) -> Held:
            held = await lists.acting.let_pass(pack, who, body.rule, body.why, _cause(), looked[pack])
            if any(passed.rule == body.rule for passed in held.work.overrides):
                let_pass.add(pack)
            return held

        came = await lists.answered(list(looked), caller, one)
        packs = [OverriddenOfOne(**dict(answer), let_pass=answer.pack in let_pass) for answer in came.packs]
        return Overridden(done=came.done, refused=came.refused, packs=packs)

    @routes.post("/check", summary="Say of each of a list of packs that it was checked")
    async def check(body: ListBody, caller: Working) -> Answers:
        who, looked = by(caller, body.name, store.preparing.now()), _revisions(body)
        return await lists.answered(list(looked), caller, lambda pack: lists.acting.check(pack, who, _cause(), looked[pack]))

    @routes.post("/send", summary="Send a list of signed packs now, or note how they were handed over")
    async def send(body: SendBody, caller: Working) -> Answers:
        """A signed pack goes of itself; here is said of each that has not gone what it waits for. One that was sent is done."""
        who, looked = by(caller, body.name, store.preparing.now()), _revisions(body)
        given = body.handed_over
        how = HandedOver(**given.model_dump(exclude={"on"}), on=given.on or store.preparing.today()) if given else None
        return await lists.answered(list(looked), caller, lambda pack: lists.acting.send(pack, who, how, _cause(), looked[pack]))


def _of_the_head_of_service(routes: APIRouter, store: Store, lists: Lists) -> None:
    @routes.post("/approve", summary="Approve each of a list of checked packs, as the head of service")
    async def approve(body: ListBody, caller: Approving) -> AllApproved:
        """Each by another person than the one who checked it. The answer names what was let pass in each, and why."""
        who, looked = by(caller, body.name, store.preparing.now()), _revisions(body)
        let_pass: dict[str, tuple[Override, ...]] = {}

        async def one(pack: str) -> Held:
            held, let_pass[pack] = await lists.acting.approve(pack, who, _cause(), looked[pack])
            return held

        came = await lists.answered(list(looked), caller, one)
        packs = [ApprovedOfOne(**dict(answer), let_pass=let_pass.get(answer.pack, ())) for answer in came.packs]
        return AllApproved(done=came.done, refused=came.refused, packs=packs)


def _of_the_head_teacher(routes: APIRouter, store: Store, lists: Lists, waiting: Waiting) -> None:
    @routes.post("/certificates", summary="The certificates and declarations of a list of packs, as they are to be signed")
    async def get_certificates(body: CertificatesBody, caller: Signatory) -> Certificates:
        """With every session and its code, and the check value that the signature names. It changes nothing."""

        async def one(pack: str) -> Certificate:
            return certificate(*await lists.acting.to_sign(pack, _cause()))

        came = await lists.each(body.packs, caller, one)
        shown = [ToSignOfOne(pack=one.pack, outcome="done" if one.done else "refused", why=one.why, certificate=one.done) for one in came]
        return Certificates(done=sum(1 for one in came if one.done), refused=sum(1 for one in came if not one.done), packs=shown)

    @routes.post("/sign", summary="Sign the certificates and declarations of a list of packs: each is frozen and sent")
    async def sign(body: SignListBody, caller: Signatory, afterwards: BackgroundTasks) -> Answers:
        """Each by the check value of what was shown: one whose marks, declaration or parent have changed since is refused. The head
        teacher signs with the school's own token; of signatures on paper an officer names each scan."""
        told = {one.pack: one for one in body.packs}
        who = by(caller, body.name, store.preparing.now(), body.role)

        async def one(pack: str) -> Held:
            check_way(caller, told[pack].document)
            given = Signing(told[pack].check, body.name, body.role, told[pack].on, told[pack].document)
            return await lists.acting.sign(pack, who, given, _cause())

        answers = await lists.answered(list(told), caller, one)
        for answer in answers.packs:
            if answer.outcome == "done":
                afterwards.add_task(waiting.signed, answer.pack)
        return answers


def _revisions(body: ListBody) -> dict[str, int]:
    return {one.pack: one.revision for one in body.packs}


def _cause() -> Cause:
    return Cause.beginning(new_id())
