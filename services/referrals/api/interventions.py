"""Interventions of a case."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.referrals import asks
from services.referrals.api.access import Key, Worker, case_of
from services.referrals.api.entries_shown import all_shown, check_texts, check_words, keeping, may_be_moved, showing
from services.referrals.api.family_shown import Families
from services.referrals.api.family_views import Speaks, WarningView, speaks
from services.referrals.api.named_parents import placed
from services.referrals.api.words_shown import Words
from services.referrals.cases.recording import Recording
from services.referrals.domain.intervention import Done, Edition, Intervention, Present
from services.referrals.domain.kinds import Engagement, Seen
from services.referrals.families.family import family
from services.referrals.store import Store
from shared.answers import also, problems
from shared.bus import Bus
from shared.contracts.referrals import ContactSaid


def _plain(kind: str) -> str:
    return kind.strip().lower()


KindName = Annotated[
    str, AfterValidator(_plain), Field(max_length=100, examples=["home visit"], description="One of GET /v1/intervention-kinds.")
]
NeededKey = Annotated[
    str, Header(alias="Idempotency-Key", min_length=1, max_length=200, description="The same key is the same visit sent again.")
]
Happened = Annotated[date, Field(description="When it happened: not after today, not before last academic year.")]


class ContactBody(ContactSaid):
    parent: str | None = Field(
        None, max_length=100, examples=["6f1e2d3c4b5a69788796a5b4.1"], description="By place on the roll or by record; none is the child."
    )
    value: str | None = Field(None, min_length=3, max_length=500, description="What it is now; none where the roll's was confirmed.")


class Told(BaseModel):
    """What is said of one family."""

    model_config = ConfigDict(extra="forbid")

    with_whom: str = Field("", max_length=200, examples=["mother, at home"], description="In words; or say it by `people`.")
    people: list[Present] = Field([], max_length=30, description="Who was there, one by one.")
    engagement: Engagement
    seen: Seen | None = Field(None, description="Whether the child was seen; of a visit alone.")
    outcome: str = Field(min_length=1, max_length=2000, examples=["agreed to meet the school on Thursday"])
    notes: str = Field("", max_length=20_000, description="What was said. It stays with the case and goes into no pack.")
    child_view: str = Field("", max_length=10_000, description="The child's own view; a parent is shown it only after review.")
    agreed: str = Field("", max_length=5000, description="What was agreed.")
    reasons: list[str] = Field([], max_length=20, description="Why the child is away, from the list of GET /v1/intervention-kinds.")
    reasons_said: str = Field("", max_length=2000, description="The same in the family's or the child's words.")
    contacts: list[ContactBody] = Field(
        [], max_length=20, description="How parents and the child are reached, confirmed or changed: the school's roll comes to know of it."
    )
    next_step: str = Field("", max_length=2000)
    due: date | None = Field(None, description="When the next step is due.")
    names_address: bool = Field(
        False,
        description="Its words name a confidential address of the family, and are meant to: the case's officer alone may, and sees them. "
        "Or they tell how somebody is reached where packs print it, and are meant to.",
    )


class Interventions(BaseModel):
    interventions: list[Intervention]
    visit_warnings: list[WarningView] = Field(description="To be read before a visit.")
    languages: list[Speaks] = Field(description="Of the parents: who speaks which, and who needs an interpreter.")


class Written(BaseModel):
    """An entry with everything that it said before."""

    entry: Intervention
    earlier: list[Edition] = Field(description="What it said before it was changed, the first first.")
    struck_words: Done | None = Field(description="What it said before it was struck out, until the next disposal.")


class InterventionBody(Told):
    kind: KindName
    day: Happened = Field(alias="date")


class EditBody(InterventionBody):
    edition: int = Field(ge=1, description="The edition that you have read and change.")


class StrikeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, examples=["written twice"])


class MoveBody(StrikeBody):
    to: str = Field(max_length=100, description="The case of the child whom the entry is about.")


class VisitEntry(Told):
    case: str = Field(max_length=100)


class VisitBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: KindName
    day: Happened = Field(alias="date")
    entries: list[VisitEntry] = Field(
        min_length=1,
        max_length=200,
        description="One for each case; what one says stands in no other. All together 2 MB at most: each of 200 may be 10,000 characters.",
    )


class Visit(BaseModel):
    visit: str
    interventions: list[Intervention]


def router(bus: Bus, store: Store, recording: Recording) -> APIRouter:
    routes = APIRouter(tags=["interventions"], responses=problems(404, 409))

    @routes.get("/cases/{case}/interventions", summary="What was done in a case, by day")
    async def get_interventions(case: str, caller: Worker) -> Interventions:
        """What was struck out stands among them without its words."""
        found = await case_of(case, caller, store)
        people, relatives, entries = await asyncio.gather(
            asks.people(bus, [(found.school, found.child)]),
            family(store, found.school, found.child),
            store.interventions.of_case(case),
        )
        shown = await showing(found, caller, store, bus, entries, relatives)
        view = Interventions(
            interventions=[],
            visit_warnings=await Families(bus, store).warnings(relatives, people.get(found.child) if people else None, caller),
            languages=speaks(relatives.relations),
        )
        return (await Words(bus, store).shown(view, found, caller, relatives)).model_copy(
            update={"interventions": await all_shown(entries, shown)}
        )

    @routes.get("/cases/{case}/interventions/{intervention}", summary="An entry with what it said before")
    async def get_intervention(case: str, intervention: str, caller: Worker) -> Written:
        of = await case_of(case, caller, store)
        found = await recording.of_case(of, intervention)
        written = await store.interventions.written(intervention)
        words = await store.interventions.words(intervention) if found.entry.struck else None
        earlier = (words.earlier if words else None) or (written.earlier if written else ())
        said = [found.entry, *(one.done for one in earlier), *([words.said] if words else [])]
        shown = await showing(of, caller, store, bus, said)
        before = [one.model_copy(update={"done": shown(one.done)}) for one in earlier]
        return Written(entry=shown(found.entry), earlier=before, struck_words=shown(words.said) if words else None)

    @routes.post(
        "/cases/{case}/interventions",
        status_code=201,
        responses=also(200, Intervention, "The same `Idempotency-Key` again: recorded before"),
        summary="Record an intervention",
    )
    async def record(case: str, body: InterventionBody, caller: Worker, response: Response, idempotency_key: Key = None) -> Intervention:
        """Which kinds keep the child's records to the end of the academic year that follows the intervention's, the company's settings
        say. With an `Idempotency-Key`, sent again it is the same intervention (200)."""
        found = await case_of(case, caller, store)
        done = await placed(_said(body), found, store, bus)
        await check_words(found, done, caller, store, bus, recording.check_printed, meant=body.names_address)
        entry, new = await recording.record(found, done, caller.sub, idempotency_key)
        response.status_code = 201 if new else 200
        return entry

    @routes.post("/visits", status_code=201, summary="Record a clinic, a register check or another visit with several children")
    async def visit(body: VisitBody, caller: Worker, idempotency_key: NeededKey) -> Visit:
        """One entry in each case, under one visit. Sent again with its `Idempotency-Key`, it makes what is missing and changes nothing."""
        cases = [await case_of(one.case, caller, store) for one in body.entries]
        said = [await placed(_done(body, one), found, store, bus) for found, one in zip(cases, body.entries, strict=True)]
        for found, one, done in zip(cases, body.entries, said, strict=True):
            await check_words(found, done, caller, store, bus, recording.check_printed, meant=one.names_address)
        made, entries = await recording.visit(cases, said, caller.sub, idempotency_key)
        return Visit(visit=made, interventions=entries)

    @routes.put("/cases/{case}/interventions/{intervention}", summary="Change an entry: a new edition, the one before is kept")
    async def edit(case: str, intervention: str, body: EditBody, caller: Worker) -> Intervention:
        """409 when somebody else has changed it since the edition that you read."""
        found = await case_of(case, caller, store)
        entry = (await recording.of_case(found, intervention)).entry
        shown = await showing(found, caller, store, bus, [entry])
        said = await placed(_said(body), found, store, bus, entry)
        await check_words(found, said, caller, store, bus, recording.check_printed, meant=body.names_address)
        done = keeping(said, entry, shown)
        return shown(await recording.edit(found, intervention, done, body.edition, caller.sub))

    @routes.post("/cases/{case}/interventions/{intervention}/view-reviewed", summary="A parent may be shown the child's view")
    async def review(case: str, intervention: str, caller: Worker) -> Intervention:
        """Whoever reviews it has looked whether it puts the child at risk. A change of the view takes the review away."""
        found = await case_of(case, caller, store)
        entry = await recording.review_view(found, intervention, caller.sub)
        return (await showing(found, caller, store, bus, [entry]))(entry)

    @routes.post("/cases/{case}/interventions/{intervention}/strike", summary="Strike out an entry that was made in error")
    async def strike(case: str, intervention: str, body: StrikeBody, caller: Worker) -> Intervention:
        """At once out of packs, statistics and the retention clock. Its words go at the next disposal; who, when and why stay."""
        await check_texts(found := await case_of(case, caller, store), {"reason": body.reason}, caller, store, bus)
        return await Words(bus, store).shown(await recording.strike(found, intervention, body.reason, caller.sub), found, caller)

    @routes.post("/cases/{case}/interventions/{intervention}/move", summary="Move an entry to the case of the child whom it is about")
    async def move(case: str, intervention: str, body: MoveBody, caller: Worker) -> Intervention:
        """Both children's disposal dates are worked out again. 403 for an entry with an address that is not the caller's to see.
        Answered as the case shows it in which the entry stands now."""
        found, to = await case_of(case, caller, store), await case_of(body.to, caller, store)
        await check_texts(found, {"reason": body.reason}, caller, store, bus)
        await may_be_moved(await store.interventions.get(intervention), found, caller, store, bus)
        entry = await recording.move(found, intervention, to, body.reason, caller.sub)
        return (await showing(to, caller, store, bus, [entry]))(entry)

    return routes


def _said(body: InterventionBody) -> Done:
    return Done(**body.model_dump(exclude={"edition", "names_address"}))


def _done(visit: VisitBody, one: VisitEntry) -> Done:
    return Done(kind=visit.kind, day=visit.day, **one.model_dump(exclude={"case", "names_address"}))
