"""Letters to parents and carers: made, looked at, printed, sent, come back."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import StreamingResponse

from services.referrals.api import letter_views as views
from services.referrals.api.access import Key, OfSchool, Worker, case_of, closed, covered, covers
from services.referrals.api.documents import PRIVATE
from services.referrals.api.known import Contact
from services.referrals.api.letter_access import check_seen, hides, letter_of
from services.referrals.api.words_shown import Words
from services.referrals.domain.file_name import disposition, file_name
from services.referrals.domain.letters import letter as acts
from services.referrals.domain.letters.letter import Letter, State
from services.referrals.domain.letters.print import pdf
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchReferral
from services.referrals.letters.merging import Letters, To
from services.referrals.letters.sending import Sending
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.attendance import AskSchool, SchoolFacts
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import URN

PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The PDF", "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}
WAITING: Final[tuple[State, ...]] = ("held", "ready")


def router(bus: Bus, store: Store, sending: Sending) -> APIRouter:
    routes = APIRouter(tags=["letters"], responses=problems(404, 409))
    _kinds(routes, bus, store, sending.letters)
    _making(routes, store, sending.letters)
    words = Words(bus, store)
    _lists(routes, store, words)
    _paper(routes, store, sending)
    _acts(routes, store, sending, words)
    return routes


def _kinds(routes: APIRouter, bus: Bus, store: Store, letters: Letters) -> None:
    @routes.get("/letter-kinds", summary="The letters that a school's families may get, and what each asks for")
    async def get_kinds(caller: Contact, school: Annotated[str | None, Query(pattern=URN)] = None) -> views.Kinds:
        """The school's own wording, else its Local Authority's, else the company's; without a school the company's."""
        if school is None:
            return views.Kinds(kinds=[views.kind(template) for template in letters.templates.all("", "", store.today())])
        await covers(school, caller, store)
        facts = await bus.ask(AskSchool(school=school), SchoolFacts)
        found = letters.templates.all(school, facts.authority, store.today())
        return views.Kinds(kinds=[views.kind(template) for template in found])


def _making(routes: APIRouter, store: Store, letters: Letters) -> None:
    @routes.post("/letters", status_code=201, summary="Make letters: one for each child and each parent who may be written to")
    async def make(body: views.LettersBody, caller: Contact, idempotency_key: Key = None) -> views.MadeList:
        """Nothing goes out by this. Where a safeguarding, looked-after or do-not-contact flag stands the letter is held until a person
        releases it, and so is one to an address from which mail came back. One case that gets none spoils no other."""
        to, refused = await _cases(body, caller, store)
        key = idempotency_key and f"{caller.sub} {idempotency_key}"
        made = await letters.make(body.kind, body.asked, to, caller.sub, key)
        return views.MadeList(letters=[*refused, *map(views.made, made)])

    @routes.post("/letters/preview", response_class=Response, responses=PDF, summary="A letter as it would be, with nothing kept")
    async def preview(body: views.PreviewBody, caller: Contact) -> Response:
        case = await case_of(body.case, caller, store)
        to = To(case, tuple(body.parents) if body.parents else None)
        would_be = await letters.preview(body.kind, body.asked, to, caller.sub)
        return _pdf(await asyncio.to_thread(pdf, [one.words for one in would_be]), "preview")

    @routes.post(
        "/letters/preview-notes", summary="What stands beside a preview: whether each parent may be written to, what would hold it"
    )
    async def notes(body: views.PreviewBody, caller: Contact) -> views.BesideList:
        """With nothing kept. Where nobody has said whether a parent may be written to, it says what the settings make of that."""
        case = await case_of(body.case, caller, store)
        to = To(case, tuple(body.parents) if body.parents else None)
        return views.BesideList(letters=[views.beside(one) for one in await letters.preview(body.kind, body.asked, to, caller.sub)])


def _lists(routes: APIRouter, store: Store, words: Words) -> None:
    @routes.get("/letters", summary="Letters of your schools that wait: held, or ready to be printed or sent")
    async def get_letters(caller: Contact, school: OfSchool = None, state: State | None = None) -> views.LetterList:
        schools = await covered(caller, store)
        if school is not None:
            await covers(school, caller, store)
            schools = frozenset({school})
        found = await store.letters.in_states([state] if state else WAITING, schools)
        barred = await closed(caller, store)
        shown = [views.shown(one, caller) for one in found if one.child not in barred]
        return views.LetterList(letters=await words.each(shown, shown, caller))

    @routes.get("/cases/{case}/letters", summary="Letters of a case, as they were made")
    async def get_letters_of_case(case: str, caller: Contact) -> views.LetterList:
        of = await case_of(case, caller, store)
        view = views.LetterList(letters=[views.shown(one, caller) for one in await store.letters.of_case(case)])
        return await words.shown(view, of, caller)

    @routes.get("/letters/{letter}", summary="A letter: to whom, what stands over it, how it went")
    async def get_letter(letter: str, caller: Contact) -> views.LetterView:
        found = await letter_of(letter, caller, store)
        return await words.shown(views.shown(found, caller, address=not await hides(found, caller, store)), found, caller)


def _paper(routes: APIRouter, store: Store, sending: Sending) -> None:
    @routes.get("/letters/{letter}/letter.pdf", response_class=Response, responses=PDF, summary="A letter as it is printed, or was sent")
    async def get_pdf(letter: str, caller: Contact) -> Response:
        """Once it was sent it is the copy that was kept then, byte for byte."""
        found = await letter_of(letter, caller, store)
        await check_seen(found, caller, store)
        content = await sending.copy(found)
        name = f"{found.kind} {found.words.reference}"
        if isinstance(content, bytes):
            return _pdf(content, name)
        return StreamingResponse(content, media_type="application/pdf", headers=_headers(name))

    @routes.post("/letters/print", response_class=Response, responses=PDF, summary="Letters in one PDF, to be printed")
    async def print_letters(body: views.PrintBody, caller: Contact) -> Response:
        """For window envelopes. It sends nothing: say so by `/v1/letters/sent` when they have gone. 409 names each that may not go."""
        found = [await letter_of(letter, caller, store) for letter in body.letters]
        return _pdf(await sending.printed(found, both_sides=body.both_sides), "letters")


def _acts(routes: APIRouter, store: Store, sending: Sending, words: Words) -> None:
    @routes.post("/letters/sent", summary="Letters have gone: by post, by e-mail or by hand")
    async def sent(body: views.SentBody, caller: Contact) -> views.SentList:
        """The exact copy is kept with the case, and an entry recorded, which starts the clock as its kind says. One that may not go spoils
        no other; sent again it is the same."""
        found = [await letter_of(letter, caller, store) for letter in body.letters]
        outcomes = await sending.send(found, body.way, body.day, caller.sub)
        return views.SentList(letters=[views.outcome(one) for one in outcomes])

    @routes.post("/letters/{letter}/release", summary="Say yes to a letter that is held")
    async def release(letter: str, body: views.WhyBody, caller: Worker) -> views.LetterView:
        """Your yes is to what stands over it now, and is kept with your name and reason; what comes later holds it again."""
        found = await letter_of(letter, caller, store)

        def step(one: Letter) -> Letter:
            return acts.released(one, caller.sub, store.now(), body.why)

        after = await store.letters.change(found.id, step, Cause.beginning(new_id()))
        if len(after.yes) > len(found.yes):
            await store.referrals.change_all([found.case], lambda case: _released(case, after), Cause.beginning(new_id()))
        return await words.shown(views.shown(after, caller), found, caller)

    @routes.post("/letters/{letter}/cancel", summary="Cancel a letter that has not gone")
    async def cancel(letter: str, body: views.WhyBody, caller: Contact) -> views.LetterView:
        found = await letter_of(letter, caller, store)

        def step(one: Letter) -> Letter:
            return acts.cancelled(one, caller.sub, store.now(), body.why)

        after = await store.letters.change(found.id, step, Cause.beginning(new_id()))
        return await words.shown(views.shown(after, caller), found, caller)

    @routes.post("/letters/{letter}/returned", summary="A letter came back")
    async def returned(letter: str, body: views.ReturnedBody, caller: Contact) -> views.LetterView:
        """It opens a task in a case that is open, and the next letter to that address is held."""
        found = await letter_of(letter, caller, store)
        case = await case_of(found.case, caller, store)
        return await words.shown(views.shown(await sending.came_back(found, case, body.day, body.why, caller.sub), caller), found, caller)


def _released(case: Referral, letter: Letter) -> Referral:
    """The latest yes, as a line of the case's history."""
    yes = letter.yes[-1]
    return case.noted("release a letter", yes.by, yes.at, why=yes.why, words=letter.words.reference)


async def _cases(body: views.LettersBody, caller: Caller, store: Store) -> tuple[list[To], list[views.Made]]:
    to: list[To] = []
    refused: list[views.Made] = []
    for one in body.to:
        try:
            to.append(To(await case_of(one.case, caller, store), tuple(one.parents) if one.parents else None, body.again))
        except (NoSuchReferral, HTTPException) as error:
            why = error.detail if isinstance(error, HTTPException) else str(error)
            refused.append(views.Made(case=one.case, parent=None, letter=None, state=None, to=None, stops=[], refused=why))
    return to, refused


def _pdf(content: bytes, name: str) -> Response:
    return Response(content, media_type="application/pdf", headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {**PRIVATE, "Content-Disposition": disposition(file_name(name, "pdf"))}
