"""Documents of cases on real servers: sent and given back in pieces, seen by whom they are for, gone when they are to go."""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import httpx
import pytest

from shared import academic_year
from shared.contracts.referrals import CaseOpened
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.identity import new_id
from tests.support import command, files
from tests.support.files import MARK
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
TOLD = {
    "what": "Letter of Dr Wrenfield",
    "kind": "medical evidence",
    "date": TODAY.isoformat(),
    "audience": "officers",
    "name": "Wrenfield Juniper.pdf",
}
COLLECTED = {"$in": ["document", "chunk"]}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("documents")) as made:
        yield made


async def a_case(world: World, school: str, child: str) -> str:
    await world.neighbours.concern(child, "persistent absence", 1, school=school)

    async def proposed() -> list[dict[str, Any]]:
        return await world.proposals(school)

    [proposal] = await until("a proposal", proposed)
    answer = await world.send("POST", f"/referrals/{proposal['referral']}/accept")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["case"])


async def upload(world: World, path: str, body: Any, **claims: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {world.token(**claims)}"}
    async with httpx.AsyncClient(timeout=90) as client:
        return await client.put(f"{world.services[0].url}/v1{path}", content=body, headers=headers)


async def attach(world: World, case: str, data: bytes, claims: dict[str, Any] | None = None, **told: Any) -> dict[str, Any]:
    added = await world.send("POST", f"/cases/{case}/documents", TOLD | told, **(claims or {}))
    assert added.status_code == 201, added.text
    answer = await upload(world, f"/cases/{case}/documents/{added.json()['document']}/content", data, **(claims or {}))
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def chunks(world: World, document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await world.collection.find({"kind": "chunk", "document": document}).to_list(None)
    return found


async def test_what_is_no_sort_of_document_is_refused_with_the_list(world: World) -> None:
    case = await a_case(world, "160031", "sorted")
    kinds = (await world.send("GET", "/document-kinds", role="school", sub="school 160031", schools=("160031",))).json()["kinds"]
    refused = await world.send("POST", f"/cases/{case}/documents", {**TOLD, "kind": "drawing"})
    assert (refused.status_code, ", ".join(kinds) in refused.text) == (422, True), refused.text
    taken = await world.send("POST", f"/cases/{case}/documents", {**TOLD, "kind": "Medical Evidence"})
    assert (taken.status_code, taken.json()["kind"]) == (201, "medical evidence")


async def publish(world: World, message: Any) -> None:
    """And wait until it is handled."""
    context = world.neighbours.bus.jetstream()
    await context.publish(message.SUBJECT, message.model_dump_json().encode(), headers={"Nats-Msg-Id": message.id})
    await world.quiet()


def wear() -> dict[str, Any]:
    return {"id": new_id(), "at": datetime.now(UTC), "correlation_id": "x", "causation_id": "x"}


async def test_a_document_is_the_copy_of_an_entry_of_its_case_and_of_no_other(world: World) -> None:
    case, other = await a_case(world, "160032", "tied"), await a_case(world, "160033", "untied")
    said = {"date": TODAY.isoformat(), "with_whom": "mother", "engagement": "not applicable", "outcome": "sent", "kind": "formal warning"}
    entry = (await world.send("POST", f"/cases/{case}/interventions", said)).json()["id"]
    told = TOLD | {"kind": "letter", "may_be_served": True, "copy_of": entry}
    refused = await world.send("POST", f"/cases/{other}/documents", told)
    assert (refused.status_code, "no entry of this case" in refused.text) == (422, True), refused.text
    taken = await world.send("POST", f"/cases/{case}/documents", told)
    assert (taken.status_code, taken.json()["copy_of"]) == (201, entry), taken.text
    await world.send("POST", f"/cases/{case}/interventions/{entry}/strike", {"reason": "written twice"})
    assert (await world.send("POST", f"/cases/{case}/documents", told)).status_code == 422, "it says nothing any more"


async def test_a_file_is_given_back_without_its_metadata_under_its_name(world: World) -> None:
    case = await a_case(world, "100001", "given")
    shown = await attach(world, case, files.pdf())
    assert (shown["what"], shown["content"]["type"], shown["content"]["name"]) == (
        "Letter of Dr Wrenfield",
        "application/pdf",
        "Wrenfield Juniper.pdf",
    )
    path = f"/cases/{case}/documents/{shown['document']}/content"
    answer = await world.send("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="Wrenfield Juniper.pdf"')
    assert MARK not in files.all_of_pdf(answer.content)
    assert hashlib.sha256(answer.content).hexdigest() == shown["content"]["sha256"]
    [listed] = (await world.send("GET", f"/cases/{case}/documents")).json()["documents"]
    assert listed == shown


async def test_the_type_is_by_content_whatever_name_and_header_say(world: World) -> None:
    case = await a_case(world, "100002", "typed")
    shown = await attach(world, case, files.jpeg(), name="letter.pdf")
    assert (shown["content"]["type"], shown["content"]["name"]) == ("image/jpeg", "letter.pdf.jpg")
    added = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()
    refused = await upload(world, f"/cases/{case}/documents/{added['document']}/content", b"MZ" + bytes(2000))
    assert refused.status_code == 422
    assert refused.json()["detail"] == "it is none of: PDF, JPEG, PNG, Word (.docx), e-mail (.eml)"
    assert await chunks(world, added["document"]) == []


async def test_large_files_go_in_and_out_in_chunks_and_the_service_stays_small(world: World) -> None:
    case = await a_case(world, "100003", "large")
    data = files.large_jpeg(20 * 1024 * 1024 - 100)
    before = max(_memory(service.pid or 0) for service in world.services)
    for _ in range(2):
        large = await asyncio.gather(*(attach(world, case, data, name=f"{n}.jpg") for n in range(3)))
        stored = await chunks(world, large[0]["document"])
        assert (len(stored), large[0]["content"]["size"]) == (21, len(data))
        assert max(len(bson.encode(one)) for one in stored) < 1_100_000
        given = await asyncio.gather(*(world.send("GET", f"/cases/{case}/documents/{one['document']}/content") for one in large))
        assert {hashlib.sha256(answer.content).hexdigest() for answer in given} == {hashlib.sha256(data).hexdigest()}
    after = max(_memory(service.pid or 0) for service in world.services)
    assert after - before < 60, "MB, while 120 MB went in and out"
    over = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()
    path = f"/cases/{case}/documents/{over['document']}/content"
    assert (await upload(world, path, data + bytes(2000))).status_code == 413
    assert (await upload(world, path, _pieces(data + bytes(2000)))).status_code == 413, "without an announced length too"
    assert await chunks(world, over["document"]) == []


def _memory(process: int) -> float:
    """Of a process, MB in memory at its highest."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for first in range(0, len(data), 300_000):
        yield data[first : first + 300_000]


async def test_an_upload_that_breaks_off_leaves_nothing_and_can_be_sent_again(world: World) -> None:
    case = await a_case(world, "100004", "broken")
    added = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()
    path = f"/cases/{case}/documents/{added['document']}/content"

    async def breaking() -> AsyncIterator[bytes]:
        yield files.pdf()[:200]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await upload(world, path, breaking())
    assert (await world.send("GET", f"/cases/{case}/documents")).json() == {"documents": []}
    assert await chunks(world, added["document"]) == []
    assert (await upload(world, path, files.pdf())).status_code == 200
    again = await upload(world, path, files.pdf())
    assert again.status_code == 409, "a document has one content"
    assert len(await chunks(world, added["document"])) == 1


async def test_of_two_contents_at_once_one_counts_and_nothing_of_the_other_stays(world: World) -> None:
    case = await a_case(world, "100005", "twice")
    added = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()
    path = f"/cases/{case}/documents/{added['document']}/content"
    data = [files.large_jpeg(5_000_100 + n) for n in range(4)]
    answers = await asyncio.gather(*(upload(world, path, one) for one in data))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    kept = await world.send("GET", path)
    assert kept.content in data
    assert len(await chunks(world, added["document"])) == 6


async def test_what_a_crash_left_is_swept(world: World) -> None:
    case = await a_case(world, "100006", "crashed")
    added = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()["document"]
    entry = await world.collection.find_one({"_id": f"document:{added}", "kind": "document"})
    left = {**entry, "_id": f"chunk:{added}.u.0", "kind": "chunk", "document": added, "upload": "u"}
    await world.collection.insert_one({name: value for name, value in left.items() if name not in ("case", "state", "at", "outbox")})
    old = datetime.now(UTC) - timedelta(hours=2)
    await world.collection.update_one({"_id": entry["_id"], "kind": "document"}, {"$set": {"at": old}, "$inc": {"version": 1}})
    await world.services[0].stop()
    await world.services[0].start()

    async def swept() -> bool:
        query = {"kind": COLLECTED, "children": "crashed"}
        return not await world.collection.find(query).to_list(None)

    await until("swept", swept)


async def test_what_is_being_swept_is_not_there(world: World) -> None:
    case = await a_case(world, "100016", "swept")
    added = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()["document"]
    await world.collection.update_one({"_id": f"document:{added}", "kind": "document"}, {"$set": {"state": "abandoned"}})
    path = f"/cases/{case}/documents/{added}"
    answers = [
        await world.send("GET", f"{path}/content"),
        await upload(world, f"{path}/content", files.pdf()),
        await world.send("POST", f"{path}/strike", {"reason": "another child's"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3


async def test_who_may_see_it_sees_it_and_nobody_else_learns_of_it(world: World) -> None:
    case = await a_case(world, "100007", "shown")
    school: dict[str, Any] = {"role": "school", "sub": "school-100007", "schools": ("100007",)}
    head: dict[str, Any] = {"role": "head of service", "sub": "head"}
    made = {
        "officers": await attach(world, case, files.EMAIL, audience="officers"),
        "officers and school": await attach(world, case, files.png(), claims=school, audience="officers and school"),
        "head of service": await attach(world, case, files.docx(), claims=head, audience="head of service"),
    }
    sees: dict[str, tuple[dict[str, Any], set[str]]] = {
        "officer": ({}, {"officers", "officers and school"}),
        "school": (school, {"officers and school"}),
        "head": (head, set(made)),
    }
    for claims, audiences in sees.values():
        listed = (await world.send("GET", f"/cases/{case}/documents", **claims)).json()["documents"]
        assert {one["audience"] for one in listed} == audiences
        for audience, one in made.items():
            answer = await world.send("GET", f"/cases/{case}/documents/{one['document']}/content", **claims)
            assert answer.status_code == (200 if audience in audiences else 404)
    other: dict[str, Any] = {"role": "school", "sub": "school-100008", "schools": ("100008",)}
    assert (await world.send("GET", f"/cases/{case}/documents", **other)).status_code == 404
    assert (await world.send("GET", f"/cases/{case}/documents", role="operator")).status_code == 403
    assert (await world.send("GET", f"/cases/{case}/documents", role="business support")).status_code == 403


async def test_paper_that_lies_elsewhere_is_an_entry(world: World) -> None:
    case = await a_case(world, "100009", "paper")
    paper = {"where": "the school's safe, folder 3", "whose": "Head's office"}
    body = {name: value for name, value in TOLD.items() if name != "name"}
    added = await world.send("POST", f"/cases/{case}/documents", {**body, "paper": paper}, {"Idempotency-Key": "one"})
    assert (added.status_code, added.json()["paper"], added.json()["state"]) == (201, paper, "kept")
    again = await world.send("POST", f"/cases/{case}/documents", {**body, "paper": paper}, {"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (200, added.json())
    other = await world.send("POST", f"/cases/{case}/documents", {**body, "what": "Another", "paper": paper}, {"Idempotency-Key": "one"})
    assert other.status_code == 409
    assert (await world.send("GET", f"/cases/{case}/documents/{added.json()['document']}/content")).status_code == 409
    for wrong in (body, {**TOLD, "paper": paper}, {**TOLD, "date": "2099-01-01"}, {**TOLD, "audience": "everybody"}):
        assert (await world.send("POST", f"/cases/{case}/documents", wrong)).status_code == 422


async def test_what_is_struck_out_is_given_to_nobody_and_its_words_go_at_the_next_disposal(world: World) -> None:
    case = await a_case(world, "100010", "struck")
    shown = await attach(world, case, files.pdf())
    path = f"/cases/{case}/documents/{shown['document']}"
    struck = [await world.send("POST", f"{path}/strike", {"reason": f"another child's {n}"}) for n in range(2)]
    assert struck[0].json()["struck"]["reason"] == "another child's 0"
    assert struck[0].json() == struck[1].json()
    assert (await world.send("GET", f"{path}/content")).status_code == 409
    await publish(world, Purge(purge="p-struck", cohort="2001-08-31", school="999999", children=(), **wear()))
    [left] = (await world.send("GET", f"/cases/{case}/documents")).json()["documents"]
    assert (left["state"], left["what"], left["content"], left["author"]) == ("forgotten", None, None, "officer-sen")
    assert (left["struck"]["by"], left["struck"]["reason"]) == ("officer-sen", "")
    assert await chunks(world, shown["document"]) == []


async def test_nothing_of_a_document_is_stored_in_clear(world: World) -> None:
    case = await a_case(world, "100011", "sealed")
    await attach(world, case, files.EMAIL)
    stored = b"".join(bson.encode(one) for one in await world.collection.find({"kind": COLLECTED, "children": "sealed"}).to_list(None))
    assert b"100011" in stored
    for said in (b"Wrenfield", b"medical", b"not well", b"parent@example.org", b"officers", b"message/rfc822", b"eml"):
        assert said not in stored


async def test_it_moves_with_the_childs_date_and_falls_with_its_cohort_chunks_included(world: World) -> None:
    case = await a_case(world, "100012", "disposed")
    data = files.large_jpeg(3_500_000)
    kept = await attach(world, case, data)
    awaited = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()
    due = academic_year.cohort(YEAR + 1)
    await publish(world, DisposalDateMoved(child="disposed", due=due, **wear()))
    query = {"kind": COLLECTED, "children": "disposed"}
    assert [one["cohort"] for one in await world.collection.find(query).to_list(None)] == [due] * 6
    path = f"/cases/{case}/documents/{kept['document']}/content"
    assert (await world.send("GET", path)).content == data
    late = await upload(world, f"/cases/{case}/documents/{awaited['document']}/content", data)
    assert late.status_code == 200
    await publish(world, Purge(purge="p-documents", cohort=due, school="100012", children=("disposed",), **wear()))
    assert await world.collection.find(query).to_list(None) == []
    assert (await world.send("GET", path)).status_code == 404


async def test_a_date_that_moves_while_a_file_comes_leaves_no_chunk_behind(world: World) -> None:
    case = await a_case(world, "100013", "moving")
    added = (await world.send("POST", f"/cases/{case}/documents", TOLD)).json()
    due = academic_year.cohort(YEAR + 1)
    data = files.large_jpeg(6_000_000)

    async def slowly() -> AsyncIterator[bytes]:
        yield data[:3_000_000]
        await publish(world, DisposalDateMoved(child="moving", due=due, **wear()))
        yield data[3_000_000:]

    path = f"/cases/{case}/documents/{added['document']}/content"
    assert (await upload(world, path, slowly())).status_code == 200
    assert {one["cohort"] for one in await chunks(world, added["document"])} == {due}
    assert (await world.send("GET", path)).content == data


async def test_a_file_begins_no_retention_clock(world: World) -> None:
    case = await a_case(world, "100014", "clockless")
    await attach(world, case, files.EMAIL)
    assert {event["type"] for event in world.neighbours.heard if event.get("case") == case} <= {CaseOpened.model_fields["type"].default}


def test_memory_is_read_where_linux_tells_it() -> None:
    assert _memory(os.getpid()) > 10


async def test_the_command_adds_lists_and_gets(world: World, tmp_path: Path) -> None:
    case = await a_case(world, "100015", "commanded")
    photograph = tmp_path / "scan.jpg"
    photograph.write_bytes(files.jpeg())

    async def iewo(*arguments: str) -> command.Ran:
        where = ("--url", world.services[0].url)
        return await command.iewo("document", *arguments, *where, told={"IEWO_TOKEN": world.token()}, cwd=tmp_path)

    told = ("--what", "A scan", "--kind", "letter", "--on", TODAY.isoformat())
    code, said, _ = await iewo("add", case, str(photograph), *told, "--json")
    assert code == 0
    document = json.loads(said)["document"]
    assert (await iewo("add", case, *told, "--paper-at", "safe", "--paper-of", "Head"))[0] == 0
    code, said, _ = await iewo("list", case, "--json")
    assert [one["what"] for one in json.loads(said)] == ["A scan", "A scan"]
    wrong = await iewo("add", case, *told, "--paper-at", "safe", "--paper-of", "Head", "--entry", "none")
    assert (wrong[0] == 0, "`copy_of` is no entry of this case" in wrong[2]) == (False, True), wrong
    assert "paper: safe (Head)" in (await iewo("list", case))[1]
    assert (await iewo("get", case, document, "--to", "out.jpg"))[0] == 0
    assert MARK not in (tmp_path / "out.jpg").read_bytes()
    assert (await iewo("get", case, document, "--to", "out.jpg"))[0] == 2
    code, _, error = await iewo("add", case, *told)
    assert (code, error.count("\n")) == (2, 1)
    assert (await iewo("strike", case, document, "--why", "another child's"))[0] == 0
    assert "struck out" in (await iewo("list", case))[1]
