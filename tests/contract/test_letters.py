"""Letters on two replicas of the referrals service: made for each parent, held by flags, printed, sent, come back, gone with the child."""

import asyncio
import io
import itertools
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest
from pypdf import PdfReader

from services.referrals.domain.letters.letter import dispatched
from services.referrals.settings.letter_templates import FOLDER
from services.referrals.store import COHORT_KINDS, Store
from shared import academic_year
from shared.contracts.attendance import Carer, Person
from shared.contracts.envelope import Cause
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.disposal import Disposal
from shared.identity import new_id
from shared.mongo import close
from shared.service import Parts, parts
from shared.settings import Settings
from tests.support import command
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
SOON = (TODAY + timedelta(days=14)).isoformat()
MOTHER = {
    "name": "Ms Alex Larkfield",
    "relationship": "mother",
    "address": "3 Orchard Row, Wexley, WX1 1AB",
    "email": "alex@example.org",
}
FATHER = {"name": "Mr Jo Ashdown", "relationship": "father", "address": "7 Refuge Lane, Wexley, ZZ99 1AA"}
CONCERN = {"kind": "attendance concern", "asked": {"reply by": SOON}}
SUPPORT: dict[str, Any] = {"role": "business support", "sub": "office"}
SCHOOLS = itertools.count(100200)
WRONG: list[dict[str, Any]] = [{"kind": "fine"}, {"asked": {}}, {"asked": {"reply by": "soon"}}, {"asked": {"reply by": SOON, "x": "y"}}]
KINDS = {"$in": ["letter", "document", "chunk"]}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("letters")) as made:
        yield made


async def a_case(world: World, name: str, *carers: dict[str, Any], **more: Any) -> tuple[str, str]:
    """A school of its own with a case of one child: both ids."""
    school = str(next(SCHOOLS))
    placed = tuple(Carer(parent=f"{name}.{place}", **carer) for place, carer in enumerate(carers or (MOTHER, FATHER), 1))
    world.neighbours.known[name] = Person(child=name, upn=None, forename="Robin", surname="Larkfield", carers=placed, **more)
    await world.neighbours.concern(name, "persistent absence", 1, school=school)

    async def proposed() -> list[dict[str, Any]]:
        return await world.proposals(school)

    [proposal] = await until("a proposal", proposed)
    answer = await world.send("POST", f"/referrals/{proposal['referral']}/accept")
    assert answer.status_code == 200, answer.text
    return school, str(answer.json()["case"])


async def make(
    world: World, case: str, body: dict[str, Any] | None = None, parents: list[str] | None = None, **claims: Any
) -> list[dict[str, Any]]:
    to = {"case": case} | ({"parents": parents} if parents else {})
    answer = await world.send("POST", "/letters", {**(body or CONCERN), "to": [to], "again": True}, **claims)
    assert answer.status_code == 201, answer.text
    made: list[dict[str, Any]] = answer.json()["letters"]
    return made


async def done(world: World, path: str, body: dict[str, Any], status: int = 200, **claims: Any) -> dict[str, Any]:
    answer = await world.send("POST", path, body, **claims)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


async def publish(world: World, message: Any) -> None:
    await world.neighbours.bus.jetstream().publish(message.SUBJECT, message.model_dump_json().encode(), headers={"Nats-Msg-Id": message.id})


async def test_a_second_letter_of_a_kind_waits_for_the_first_to_go_or_for_a_word(world: World) -> None:
    _, case = await a_case(world, "twice")
    first = {one["parent"]: one["letter"] for one in await make(world, case)}
    body = {**CONCERN, "to": [{"case": case}]}
    for refused in (await done(world, "/letters", body, 201))["letters"]:
        assert (refused["letter"], first[refused["parent"]] in refused["refused"]) == (None, True)
    gone, _ = first.values()
    await done(world, "/letters/sent", {"letters": [gone], "way": "post", "date": TODAY.isoformat()})
    other = {"letters": [gone], "way": "post", "date": (TODAY - timedelta(days=1)).isoformat()}
    [still] = (await done(world, "/letters/sent", other))["letters"]
    assert f"on {TODAY}: that stands" in still["refused"]
    second = {one["parent"]: one["letter"] for one in (await done(world, "/letters", body, 201))["letters"]}
    assert [second[parent] is not None for parent in first] == [True, False]
    assert all(one["letter"] for one in (await done(world, "/letters", {**body, "again": True}, 201))["letters"])


async def test_each_parent_gets_a_letter_with_an_address_and_no_other(world: World) -> None:
    _, case = await a_case(world, "each")
    made = await make(world, case)
    assert [(one["to"], one["state"], one["stops"]) for one in made] == [("Ms Alex Larkfield", "ready", []), ("Mr Jo Ashdown", "ready", [])]
    papers = [words((await world.send("GET", f"/letters/{one['letter']}/letter.pdf")).content) for one in made]
    assert ("3 Orchard Row" in papers[0], "7 Refuge Lane" in papers[0]) == (True, False)
    assert ("3 Orchard Row" in papers[1], "7 Refuge Lane" in papers[1]) == (False, True)
    assert all("Robin Larkfield: attendance at Larkfield Primary School" in paper and "Robin Sen" in paper for paper in papers)
    preview = await world.send("POST", "/letters/preview", {**CONCERN, "case": case})
    assert (preview.status_code, preview.headers["content-type"], len(PdfReader(io.BytesIO(preview.content)).pages)) == (
        200,
        "application/pdf",
        2,
    )
    kept = (await world.send("GET", f"/cases/{case}/letters")).json()["letters"]
    assert [one["letter"] for one in kept] == [one["letter"] for one in made], "a preview keeps nothing"
    assert kept[0]["template"] == "company 2024-08-19"


async def test_sent_it_is_kept_as_it_went_and_starts_the_clock_once(world: World) -> None:
    _, case = await a_case(world, "sent")
    made = [one["letter"] for one in await make(world, case)]
    batch = await world.send("POST", "/letters/print", {"letters": made})
    assert len(PdfReader(io.BytesIO(batch.content)).pages) == 2
    before = (await world.send("GET", f"/letters/{made[0]}/letter.pdf")).content
    body = {"letters": made, "way": "post", "date": TODAY.isoformat()}
    answers = await asyncio.gather(*(done(world, "/letters/sent", body) for _ in range(3)))
    assert [[(one["letter"], one["state"]) for one in answer["letters"]] for answer in answers] == [[(one, "sent") for one in made]] * 3
    shown = (await world.send("GET", f"/letters/{made[0]}")).json()
    assert shown["dispatch"] == {
        "way": "post",
        "date": TODAY.isoformat(),
        "by": "officer-sen",
        "to": ["3 Orchard Row", "Wexley", "WX1 1AB"],
    }
    copy = await world.send("GET", f"/cases/{case}/documents/{shown['document']}/content")
    assert copy.content == before == (await world.send("GET", f"/letters/{made[0]}/letter.pdf")).content
    entries = (await world.send("GET", f"/cases/{case}/interventions")).json()["interventions"]
    assert sorted((one["kind"], one["with_whom"]) for one in entries) == [("letter", "Mr Jo Ashdown"), ("letter", "Ms Alex Larkfield")]
    assert len((await world.send("GET", f"/cases/{case}/documents")).json()["documents"]) == 2

    async def told() -> list[dict[str, Any]]:
        return world.neighbours.events("intervention-recorded", case=case)

    assert len(await until("the clock told", told)) <= 2
    late = await world.send("POST", f"/letters/{made[0]}/cancel", {"why": "too late"})
    assert late.status_code == 409


async def test_it_goes_once_whatever_is_said_of_it_later(world: World) -> None:
    _, case = await a_case(world, "once")
    letter = (await make(world, case))[0]["letter"]
    await done(world, "/letters/sent", {"letters": [letter], "way": "e-mail", "date": TODAY.isoformat()})
    before = await world.collection.find_one({"_id": f"letter:{letter}", "kind": "letter"})
    same = {"letters": [letter], "way": "e-mail", "date": TODAY.isoformat()}
    assert (await done(world, "/letters/sent", same))["letters"][0]["state"] == "sent"
    other = await done(world, "/letters/sent", {**same, "way": "post"})
    assert "by e-mail" in str(other)
    assert "that stands" in str(other)
    assert (await world.send("GET", f"/letters/{letter}")).json()["dispatch"]["to"] == ["alex@example.org"]
    assert before == await world.collection.find_one({"_id": f"letter:{letter}", "kind": "letter"})


async def test_what_a_crash_left_on_its_way_is_carried_on(world: World) -> None:
    _, case = await a_case(world, "crashed")
    letter = (await make(world, case))[0]["letter"]
    store, ours = _store(world)
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await store.letters.change(letter, lambda one: dispatched(one, "post", TODAY, "officer-sen", an_hour_ago), Cause.beginning(new_id()))
    await close(ours.client)

    async def carried_on() -> dict[str, Any] | None:
        shown: dict[str, Any] = (await world.send("GET", f"/letters/{letter}")).json()
        return shown if shown["state"] == "sent" else None

    shown = await until("carried on", carried_on)
    entries = (await world.send("GET", f"/cases/{case}/interventions")).json()["interventions"]
    assert [one["id"] for one in entries] == [shown["entry"]]
    [copy] = (await world.send("GET", f"/cases/{case}/documents")).json()["documents"]
    assert (copy["document"], copy["state"]) == (shown["document"], "kept")
    assert datetime.fromisoformat(copy["added_at"]) > an_hour_ago + timedelta(minutes=30), "or it would be swept while it is written"


async def test_one_that_cannot_be_recorded_keeps_no_other_from_being_carried_on(world: World) -> None:
    _, case = await a_case(world, "held up")
    bad, good = [one["letter"] for one in await make(world, case)]
    store, ours = _store(world)
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    for letter, records in ((bad, "a kind of before"), (good, "letter")):
        await store.letters.change(
            letter,
            lambda one, records=records: dispatched(  # type: ignore[misc]
                one.model_copy(update={"records": records}), "post", TODAY, "officer-sen", an_hour_ago
            ),
            Cause.beginning(new_id()),
        )
    await close(ours.client)

    async def carried_on() -> bool:
        return bool((await world.send("GET", f"/letters/{good}")).json()["state"] == "sent")

    await until("carried on", carried_on)
    assert (await world.send("GET", f"/letters/{bad}")).json()["state"] == "sending"


def _store(world: World) -> tuple[Store, Parts]:
    """The service's own store, in this process."""
    environment = world.services[0]._environment()
    settings = Settings(
        nats_url=world.stack.nats_url,
        nats_credentials=world.stack.creds("referrals"),
        mongo_url_file=world.stack.credentials / "mongo" / "referrals.url",
        key_folder=environment["IEWO_KEY_FOLDER"],
        jwks=str(world.stack.credentials / "jwks.json"),
    )
    made = parts("referrals", settings)
    return Store.of(made.documents, made.sealer, Disposal(made.documents, made.sealer, COHORT_KINDS), settings), made


async def test_a_flag_holds_it_until_a_person_says_yes_and_a_later_one_holds_it_again(world: World) -> None:
    school, case = await a_case(world, "flagged")
    await done(world, f"/schools/{school}/children/flagged/flags", {"kind": "safeguarding", "why": "strategy meeting on Friday"}, 201)
    letter, other = [one["letter"] for one in await make(world, case)]
    shown = (await world.send("GET", f"/letters/{letter}", **SUPPORT)).json()
    assert (shown["state"], shown["stops"]) == ("held", ["safeguarding flag"])
    for path, body in (("/letters/print", {}), ("/letters/sent", {"way": "post", "date": TODAY.isoformat()})):
        answer = await world.send("POST", path, {"letters": [letter], **body})
        assert "safeguarding flag" in answer.text
        assert answer.status_code == 409 or answer.json()["letters"][0]["state"] is None
    assert (await world.send("POST", f"/letters/{letter}/release", {"why": "x"}, **SUPPORT)).status_code == 403
    free = await done(world, f"/letters/{letter}/release", {"why": "the social worker agreed: Wrenfield"})
    assert (free["state"], free["yes"][0]["by"], free["yes"][0]["why"]) == ("ready", "officer-sen", "the social worker agreed: Wrenfield")
    assert (await world.send("GET", f"/letters/{letter}", **SUPPORT)).json()["yes"][0]["why"] is None
    history = (await world.send("GET", f"/cases/{case}/history")).json()["history"]
    assert [(one["act"], one["why"]) for one in history][-2:] == [
        ("set a flag", "strategy meeting on Friday"),
        ("release a letter", "the social worker agreed: Wrenfield"),
    ]
    parent = shown["parent"]
    flag = {"kind": "do not contact", "parent": parent, "why": "asked us not to"}
    await done(world, f"/schools/{school}/children/flagged/flags", flag, 201)
    assert (await world.send("POST", "/letters/print", {"letters": [letter]})).status_code == 409
    assert (await world.send("GET", f"/letters/{letter}")).json()["stops"] == ["do not contact flag"]
    await done(world, f"/letters/{other}/release", {"why": "agreed"})
    assert (await world.send("POST", "/letters/print", {"letters": [other]})).status_code == 200, "the flag is of the one parent"


async def test_a_looked_after_child_on_the_roll_holds_it_too(world: World) -> None:
    _, case = await a_case(world, "lookedafter", looked_after=True)
    assert [one["stops"] for one in await make(world, case)] == [["looked after flag"]] * 2


async def test_none_goes_to_a_parent_who_may_not_be_written_to(world: World) -> None:
    _, case = await a_case(world, "barred")
    made = await make(world, case)
    ready = {one["to"]: one for one in made}
    jo = ready["Mr Jo Ashdown"]
    link = await world.send("PUT", f"/parents/{jo['parent']}/links/barred", {"may_be_written_to": "no", "why": "a court order"})
    assert link.status_code == 200, link.text
    assert [one["to"] for one in await make(world, case)] == ["Ms Alex Larkfield"]
    [refused] = await make(world, case, parents=[jo["parent"]])
    assert (refused["letter"], refused["refused"]) == (
        None,
        f"The letter cannot be made so: may not be written to about this child: {jo['parent']}",
    )
    answer = await world.send("POST", "/letters/print", {"letters": [jo["letter"]]})
    assert answer.status_code == 409
    assert (await world.send("POST", f"/letters/{jo['letter']}/release", {"why": "I insist"})).status_code == 409
    await done(world, f"/letters/{jo['letter']}/cancel", {"why": "may not be written to"}, **SUPPORT)


async def test_a_confidential_address_is_on_no_paper_for_or_about_either_parent(world: World) -> None:
    _, case = await a_case(world, "confidential", MOTHER, FATHER)
    first = {one["to"]: one for one in await make(world, case)}
    jo = first["Mr Jo Ashdown"]
    gone = {"letters": [(await make(world, case, parents=[jo["parent"]]))[0]["letter"]], "way": "post", "date": TODAY.isoformat()}
    [copy] = (await done(world, "/letters/sent", gone))["letters"]
    hidden = await world.send("PATCH", f"/parents/{jo['parent']}", {"address_confidential": True, "why": "fled"})
    assert hidden.status_code == 200, hidden.text
    assert (await world.send("GET", f"/letters/{jo['letter']}/letter.pdf")).status_code == 409, "made before, with the address"
    head: dict[str, Any] = {"role": "head of service", "sub": "head"}
    for path in (f"/letters/{copy['letter']}/letter.pdf", f"/cases/{case}/documents/{copy['document']}/content"):
        assert (await world.send("GET", path)).status_code == 200, "the case's officer knows it"
        assert (await world.send("GET", path, **head)).status_code == 409
    assert (await world.send("GET", f"/letters/{copy['letter']}", **head)).json()["dispatch"]["to"] is None
    made = {one["to"]: one for one in await make(world, case)}
    papers = {to: words((await world.send("GET", f"/letters/{one['letter']}/letter.pdf")).content) for to, one in made.items()}
    assert not any("Refuge" in paper or "ZZ99" in paper for paper in papers.values())
    shown = (await world.send("GET", f"/letters/{made['Mr Jo Ashdown']['letter']}")).json()
    assert "confidential" in shown["post"]
    assert (await world.send("POST", "/letters/print", {"letters": [shown["letter"]]})).status_code == 409
    by_hand = await done(world, "/letters/sent", {"letters": [shown["letter"]], "way": "by hand", "date": TODAY.isoformat()})
    assert by_hand["letters"][0]["state"] == "sent"
    meeting = {"meeting date": SOON, "meeting time": "3 pm", "meeting place": "at 7, Refuge lane"}
    told = await make(world, case, {"kind": "invitation to a meeting", "asked": meeting})
    assert {one["refused"] for one in told} == {
        "The letter cannot be made so: its words name an address of this family that is confidential"
    }


async def test_returned_mail_marks_the_address_and_tells_the_officer(world: World) -> None:
    _, case = await a_case(world, "returned")
    letter = next(one["letter"] for one in await make(world, case) if one["to"] == "Ms Alex Larkfield")
    early = await world.send("POST", f"/letters/{letter}/returned", {"date": TODAY.isoformat(), "why": "not known"})
    assert early.status_code == 409
    await done(world, "/letters/sent", {"letters": [letter], "way": "post", "date": TODAY.isoformat()})
    back = [
        await done(world, f"/letters/{letter}/returned", {"date": TODAY.isoformat(), "why": f"not known {n}"}, **SUPPORT) for n in (1, 2)
    ]
    assert back[0] == back[1]
    assert (back[0]["state"], back[0]["came_back"]["why"]) == ("returned", "not known 1")
    notices = (await world.send("GET", "/notices")).json()["notices"]
    assert [one["what"] for one in notices if case in one["link"]] == ["letter returned"]
    [task] = [one for one in (await world.send("GET", "/tasks")).json()["tasks"] if one["case"] == case]
    assert task["what"].startswith("A letter to Ms Alex Larkfield came back")
    again = {one["to"]: one["stops"] for one in await make(world, case)}
    assert again == {"Ms Alex Larkfield": ["a letter to this address came back"], "Mr Jo Ashdown": []}


async def test_mail_returned_after_the_case_was_closed_tells_the_officer_and_is_no_task(world: World) -> None:
    _, case = await a_case(world, "closed")
    letter = next(one["letter"] for one in await make(world, case) if one["to"] == "Ms Alex Larkfield")
    await done(world, "/letters/sent", {"letters": [letter], "way": "post", "date": TODAY.isoformat()})
    await done(world, f"/cases/{case}/acts", {"act": "close", "why": "attends again"})
    back = await done(world, f"/letters/{letter}/returned", {"date": TODAY.isoformat(), "why": "not known"}, **SUPPORT)
    assert back["state"] == "returned"
    notices = (await world.send("GET", "/notices")).json()["notices"]
    assert [one["what"] for one in notices if case in one["link"]] == ["letter returned"]
    assert [one for one in (await world.send("GET", "/tasks")).json()["tasks"] if one["case"] == case] == []


async def test_of_returned_mail_nobody_is_told_who_has_left(world: World) -> None:
    await world.add_officer("officer-gone", "Kit Example")
    await world.add_officer("officer-stays", "Sam Example")
    school, case = await a_case(world, "leaves")
    await done(world, f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-gone"})
    letter = next(one["letter"] for one in await make(world, case) if one["to"] == "Ms Alex Larkfield")
    await done(world, "/letters/sent", {"letters": [letter], "way": "post", "date": TODAY.isoformat()})
    await done(world, f"/cases/{case}/acts", {"act": "close", "why": "attends again"})
    head: dict[str, Any] = {"role": "head of service", "sub": "head"}
    await done(world, "/officers/officer-gone/away", {"why": "left", "to": "officer-stays"}, **head)
    await done(world, f"/letters/{letter}/returned", {"date": TODAY.isoformat(), "why": "not known"}, **SUPPORT)
    people = {"$in": ["officer-gone", "officer-stays", "officer-sen"]}
    told = [one async for one in world.collection.find({"kind": "notice", "who": people})]
    back = [one["who"] for one in told if one["what"] == "letter returned" and one.get("school") == school]
    assert back == ["officer-sen"], "who accepted it"


async def test_who_may_not_see_the_case_learns_nothing_of_its_letters(world: World) -> None:
    school, case = await a_case(world, "unseen")
    letter = (await make(world, case))[0]["letter"]
    other: dict[str, Any] = {"role": "officer", "sub": "officer-sen", "schools": ("100001",)}
    assert (await world.send("GET", f"/letters/{letter}", **other)).status_code == 404
    assert (await world.send("GET", f"/cases/{case}/letters", **other)).status_code == 404
    assert (await world.send("POST", "/letters/print", {"letters": [letter]}, **other)).status_code == 404
    made = await world.send("POST", "/letters", {**CONCERN, "to": [{"case": case}]}, **other)
    assert made.json()["letters"][0]["refused"] == "There is no such referral or case in your schools"
    assert (await world.send("GET", f"/letters/{letter}", role="school", schools=(school,))).status_code == 403
    assert (await world.send("GET", f"/letter-kinds?school={school}", **other)).status_code == 404
    kinds = (await world.send("GET", f"/letter-kinds?school={school}", **SUPPORT)).json()["kinds"]
    assert {one["kind"]: one["asks"] for one in kinds}["attendance concern"] == {"reply by": "date"}
    waiting = (await world.send("GET", f"/letters?school={school}", **SUPPORT)).json()["letters"]
    assert letter in [one["letter"] for one in waiting]


async def test_a_key_makes_them_once_and_wrong_answers_make_none(world: World) -> None:
    _, case = await a_case(world, "keyed")
    body = {**CONCERN, "to": [{"case": case}]}
    answers = [await world.send("POST", "/letters", body, {"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    for other in ({"asked": {"reply by": TODAY.isoformat()}}, {"kind": "positive letter", "asked": {"what went well": "All."}}):
        assert (await world.send("POST", "/letters", {**body, **other}, {"Idempotency-Key": "one"})).status_code == 409
    assert len((await world.send("GET", f"/cases/{case}/letters")).json()["letters"]) == 2
    for wrong in WRONG:
        made = (await world.send("POST", "/letters", {**body, **wrong})).json()["letters"]
        assert {one["letter"] for one in made} == {None}
        assert all(one["refused"] for one in made)
    closed = await world.send("POST", f"/cases/{case}/close", {"reason": "improved"})
    assert closed.status_code == 200
    [refused] = (await world.send("POST", "/letters", body)).json()["letters"]
    assert "it is closed" in refused["refused"]


async def test_nothing_of_a_letter_is_stored_in_clear_and_nothing_is_left_after_a_purge(world: World) -> None:
    school, case = await a_case(world, "purged")
    letter = (await make(world, case))[0]["letter"]
    await done(world, "/letters/sent", {"letters": [letter], "way": "post", "date": TODAY.isoformat()})
    query = {"kind": KINDS, "children": "purged"}
    stored = await world.collection.find(query).to_list(None)
    assert {one["kind"] for one in stored} == {"letter", "document", "chunk"}
    raw = b"".join(bson.encode(one) for one in stored)
    for said in (b"Larkfield", b"Orchard Row", b"attendance concern", b"alex@", b"%PDF", b"post", b"Wexley"):
        assert said not in raw
    due = academic_year.cohort(YEAR + 1)
    wear: dict[str, Any] = {"at": datetime.now(UTC), "correlation_id": "x", "causation_id": "x"}
    await publish(world, DisposalDateMoved(id=new_id(), child="purged", due=due, **wear))

    async def moved() -> bool:
        found = await world.collection.find(query).to_list(None)
        return {one["cohort"] for one in found} == {due}

    await until("moved", moved)
    assert (await world.send("GET", f"/letters/{letter}/letter.pdf")).status_code == 200
    await publish(world, Purge(id=new_id(), purge="p-letters", cohort=due, school=school, children=("purged",), **wear))

    async def gone() -> bool:
        return not await world.collection.find(query).to_list(None)

    await until("gone", gone)


async def test_many_letters_are_made_printed_and_sent_while_somebody_waits(world: World) -> None:
    cases = [(await a_case(world, f"many{number}"))[1] for number in range(12)]
    body = {**CONCERN, "to": [{"case": case} for case in cases]}
    begun = time.monotonic()
    made = [one["letter"] for one in (await done(world, "/letters", body, 201))["letters"]]
    assert len(made) == 24
    batch = await world.send("POST", "/letters/print", {"letters": made, "both_sides": True})
    assert batch.status_code == 200
    sent = await done(world, "/letters/sent", {"letters": made, "way": "post", "date": TODAY.isoformat()})
    assert {one["state"] for one in sent["letters"]} == {"sent"}
    assert time.monotonic() - begun < 20


async def test_the_command_previews_prints_sends_and_notes_what_came_back(world: World, tmp_path: Path) -> None:
    school, case = await a_case(world, "commanded")

    async def iewo(*arguments: str) -> command.Ran:
        where = ("--url", world.services[0].url)
        return await command.iewo("letter", *arguments, *where, told={"IEWO_TOKEN": world.token()}, cwd=tmp_path)

    assert "reply by (date)" in (await iewo("kinds", "--school", school))[1]
    asked = ("--say", f"reply by={SOON}")
    assert (await iewo("preview", "attendance concern", case, *asked, "--to", "look.pdf"))[0] == 0
    assert "Ms Alex Larkfield" in words((tmp_path / "look.pdf").read_bytes())
    code, said, error = await iewo("batch", "attendance concern", case, *asked, "--to", "batch.pdf", "--json")
    assert (code, error) == (0, "")
    letters = [one["letter"] for one in json.loads(said)]
    assert len(PdfReader(tmp_path / "batch.pdf").pages) == 2
    code, _, error = await iewo("batch", "attendance concern", case, *asked, "--to", "batch.pdf")
    assert (code, error.count("\n")) == (2, 1)
    code, said, error = await iewo("batch", "attendance concern", "0" * 24, *asked, "--to", "none.pdf")
    assert (code, error.count("\n"), "0" * 24 in said) == (3, 1, True)
    assert not (tmp_path / "none.pdf").exists()
    code, said, error = await iewo("print", *letters, "--to", "again.pdf")
    assert (code, error, said.split(";")[0]) == (0, "", "2 saved in again.pdf")
    assert case in (await iewo("list"))[1]
    code, said, _ = await iewo("send", *letters, "--by", "post", "--on", TODAY.isoformat(), "--json")
    assert [one["state"] for one in json.loads(said)] == ["sent", "sent"]
    assert (await iewo("copy", letters[0], "--to", "sent.pdf"))[0] == 0
    assert "Ms Alex Larkfield" in words((tmp_path / "sent.pdf").read_bytes())
    code, said, _ = await iewo("returned", letters[0], "--on", TODAY.isoformat(), "--why", "not known")
    assert said == f"letter {letters[0]} to Ms Alex Larkfield is returned\n"
    assert "a letter to this address came back" in (await iewo("batch", "attendance concern", case, *asked, "--to", "second.pdf"))[1]
    held = next(one for one in json.loads((await iewo("list", "--state", "held", "--json"))[1]) if one["case"] == case)
    assert (await iewo("release", held["letter"], "--why", "she says that she lives there"))[1].endswith("is ready\n")
    assert (await iewo("cancel", held["letter"], "--why", "she came in"))[1].endswith("is cancelled\n")
    assert "post, " in (await iewo("list", "--case", case))[1]
    contract = ("--say", "contract from=2026-11-23", "--line", "parent will=telephone", "--line", "parent will=come")
    code, _, error = await iewo("preview", "attendance contract", case, *contract, "--to", "c.pdf")
    assert (code, error.count("\n"), "contract until: a date" in error) == (1, 1, True)


async def test_beside_a_preview_it_says_whether_each_parent_may_be_written_to(world: World) -> None:
    urn, case = await a_case(world, "maybewritten")
    made = await make(world, case)
    mother = made[0]["parent"]
    notes = await done(world, "/letters/preview-notes", {**CONCERN, "case": case}, **SUPPORT)
    assert [(one["to"], one["may_be_written_to"], one["so"], one["stops"]) for one in notes["letters"]] == [
        (who, "not known", "nobody has said: our settings count that as a yes", []) for who in ("Ms Alex Larkfield", "Mr Jo Ashdown")
    ]
    said = {"may_be_written_to": "yes", "why": "she asked for letters"}
    (await world.send("PUT", f"/parents/{mother}/links/maybewritten", said)).raise_for_status()
    notes = await done(world, "/letters/preview-notes", {**CONCERN, "case": case, "parents": ["maybewritten.1"]})
    [one] = notes["letters"]
    assert (one["parent"], one["so"], one["post"], one["email"]) == (mother, "somebody has said yes", "yes", True), "by place on the roll"
    [again] = await make(world, case, parents=[mother, "maybewritten.1"])
    assert (again["parent"], (await world.send("GET", f"/letters/{again['letter']}")).json()["may_be_written_to"]) == (mother, "yes")
    paper = words((await world.send("GET", f"/letters/{again['letter']}/letter.pdf")).content)
    assert ("Dear Ms Larkfield" in paper, "Ms Alex Larkfield" in paper) == (True, True)
    assert (await world.send("GET", f"/schools/{urn}/children/maybewritten/family")).status_code == 200


async def test_a_letter_waits_for_a_yes_where_the_company_wants_one_of_whom_nobody_has_said_anything(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    letters = tmp_path_factory.mktemp("wording")
    (letters / "company.toml").write_text(
        (FOLDER / "company.toml").read_text().replace('nobody_has_said = "send"', 'nobody_has_said = "ask"')
    )
    async with referrals_world(tmp_path_factory.mktemp("asking"), {"IEWO_LETTERS_FOLDER": str(letters)}) as asking:
        _, case = await a_case(asking, "unsaid", MOTHER)
        [made] = await make(asking, case)
        assert (made["state"], made["stops"]) == ("held", ["nobody has said whether this parent may be written to"])
        [note] = (await done(asking, "/letters/preview-notes", {**CONCERN, "case": case}))["letters"]
        assert note["so"] == "nobody has said: it waits for a person's yes"
        refused = await asking.send("POST", "/letters/print", {"letters": [made["letter"]]})
        assert (refused.status_code, "is held" in refused.text) == (409, True)
        await done(asking, f"/letters/{made['letter']}/release", {"why": "she asked for it at the meeting"})
        assert (await asking.send("POST", "/letters/print", {"letters": [made["letter"]]})).status_code == 200
        said = {"may_be_written_to": "yes", "why": "she said so"}
        (await asking.send("PUT", f"/parents/{made['parent']}/links/unsaid", said)).raise_for_status()
        assert [one["state"] for one in await make(asking, case)] == ["ready"]
