"""The sharing service as a process: one pack for each request, closed to its LA's key, logged, fetched, disposed of."""

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from clients.iewo.main import main
from clients.iewo.packs import receive
from clients.iewo.taking import Received
from services.sharing.domain.policy import PACK, VERSION
from services.sharing.exhibit_texts import ExhibitTexts
from services.sharing.gathering import Gathering
from services.sharing.notices import Notices
from services.sharing.preparing import Preparation
from services.sharing.profiles import load_profiles
from services.sharing.store import COHORT_KINDS, OUTBOXES, Store
from shared import academic_year, parcel
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import HiddenParent
from shared.contracts.retention import DisposalDateMoved, Purge, PurgeAnswered
from shared.contracts.sharing import DisclosureMade, DisclosureRefused, PackFetched, PackSent
from shared.disposal import Disposal
from shared.identity import new_id
from shared.mongo import close
from shared.outboxes import Outgoing
from shared.pack.document import Pack
from shared.pack.parts import MAY_BE_CONFIDENTIAL, WORDS_LEFT_OUT
from shared.provision.authority_files import Authority
from shared.store import Change
from shared.sweeping import Sweeper
from tests.bus.connections import connected
from tests.domain.paper_sample import but_own_address
from tests.support.school import until
from tests.support.sharing import (
    CODE,
    HOME,
    OTHER_SCHOOL,
    SCHOOL,
    TODAY,
    World,
    enforcement_request,
    events,
    from_retention,
    peer,
    person,
    stored,
    world,
)

PLACES = (("for_the_authority", "child"), ("for_the_authority", "parent"), ("to_be_served", "parent"))
NEXT = academic_year.cohort(academic_year.of(TODAY) + 1)


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("sharing")) as ready:
        await ready.register()
        yield ready


async def fetch_all(made: World, added: Authority, to: Path) -> list[Received]:
    received: list[Received] = []
    url, code = made.stack.nats_url, added.code
    await receive(url, added.credentials, added.private_key, added.account, code, to, on_pack=received.append)
    return received


async def test_one_pack_however_often_the_request_is_heard_and_what_is_fetched_is_what_was_sent(made: World, tmp_path: Path) -> None:
    made.authority_of[SCHOOL] = "801"
    added = await made.register("801")
    request = enforcement_request()
    made.requests[request.request] = request
    await asyncio.gather(*(made.tell(request) for _ in range(5)))
    pack = await made.sent(request)
    await made.tell(request)
    other = await made.ask()  # heard after the sixth telling, so that one has been dealt with
    await made.sent(other)
    made.authority_of[SCHOOL] = CODE

    received = await fetch_all(made, added, tmp_path)

    assert sorted(one.pack for one in received) == sorted([pack["pack"], (await made.sent(other, "fetched"))["pack"]])
    assert await stored(made.stack, "801") == 2
    assert len(await made.packs(request)) == 1
    folder = tmp_path / pack["pack"]
    document = json.loads((folder / "pack.json").read_bytes())
    assert (document["to_be_served"]["child"]["name"], document["to_be_served"]["parent"]["name"]) == ("Merryn Tregear", "Jory Tregear")
    assert document["to_be_served"]["certificate"]["signature"]["name"] == "R. Pascoe"
    async with made.client("officer", SCHOOL) as officer:
        for name in sorted(path.name for path in folder.iterdir()):
            assert (await officer.get(f"/v1/packs/{pack['pack']}/files/{name}")).content == (folder / name).read_bytes()
        told = (await officer.get(f"/v1/packs/{pack['pack']}")).json()
    for file in told["files"]:
        content = (folder / file["name"]).read_bytes()
        assert (file["size"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert {file["name"] for file in told["files"]} == {path.name for path in folder.iterdir()}

    fetched = await made.sent(request, "fetched")
    assert fetched["fetched_at"] is not None
    for event in (PackSent, PackFetched):
        assert [one.case for one in await events(made.stack, event) if one.pack == pack["pack"]] == [request.case]
    assert [one.authority for one in await events(made.stack, DisclosureMade) if one.child == request.child] == ["801"]
    assert await fetch_all(made, added, tmp_path) == []


async def test_a_pack_in_the_agencys_hand_is_not_fetched_before_it_is_acknowledged(made: World) -> None:
    made.authority_of[SCHOOL] = "802"
    added = await made.register("802")
    first = await made.ask()
    await made.sent(first)
    second = await made.ask()
    await made.sent(second)
    made.authority_of[SCHOOL] = CODE
    async with connected(made.stack.nats_url, added.credentials, added.inbox_prefix) as la:
        subscription = await la.client.jetstream().pull_subscribe_bind(added.account, stream="PACKS")
        [one] = await subscription.fetch(1, timeout=5)
        [other] = await subscription.fetch(1, timeout=5)
        await other.ack_sync(timeout=5)  # out of turn
        later = await made.ask()  # a whole round of work and looks passes
        await made.sent(later)
        assert [pack["state"] for request in (first, second) for pack in await made.packs(request)] == ["sent", "sent"]
        await one.ack_sync(timeout=5)
        await made.sent(first, "fetched")
        await made.sent(second, "fetched")


async def test_a_request_waits_for_its_authority_to_be_registered(made: World) -> None:
    made.authority_of[OTHER_SCHOOL] = "803"
    request = await made.ask(school=OTHER_SCHOOL)

    waits = await made.sent(request, "waiting")
    assert (waits["authority"], waits["reason"]) == ("803", "the LA has no key yet: `iewo authority add 803`")
    async with made.client("operator") as client:
        assert (await client.put("/v1/authorities/803", json={"name": "Somewhere Council"})).status_code == 201
    assert [(one["state"], one["sent_at"]) for one in await made.packs(request)] == [("waiting", None)]
    assert (await made.get(f"/v1/packs/{waits['pack']}"))["reason"] == waits["reason"]
    assert await made.status(f"/v1/packs/{waits['pack']}/files/volume-a.pdf", "head of service") == 409
    assert await made.get(f"/v1/disclosures?child={request.child}", "data protection officer") == []

    await asyncio.gather(made.tell(request), made.register("803"), made.tell(request))
    sent = await made.came_to(request, "sent")
    assert (sent["pack"], sent["authority"]) == (waits["pack"], "803")
    await made.tell(request)
    later = await made.ask(school=OTHER_SCHOOL)
    await made.sent(later)

    async def on_the_bus() -> bool:
        return [one["reason"] for one in (*await made.packs(request), *await made.packs(later))] == [None, None]

    await until("both on the bus", on_the_bus)
    assert await stored(made.stack, "803") == 2
    made.authority_of[OTHER_SCHOOL] = CODE


async def test_a_pack_whose_school_comes_to_another_authority_is_a_draft_again(made: World) -> None:
    """What was checked, approved and signed was for the one before."""
    made.authority_of[OTHER_SCHOOL] = "999"
    request = await made.ask(school=OTHER_SCHOOL)
    waits = await made.sent(request, "waiting")
    made.authority_of[OTHER_SCHOOL] = CODE
    draft = await made.came_to(request, "draft")
    assert (draft["pack"], draft["authority"]) == (waits["pack"], CODE)
    assert (await made.sent(request))["pack"] == waits["pack"]
    assert await stored(made.stack, "999") == 0


async def test_a_pack_that_waits_moves_with_its_child_and_is_sent_under_the_later_date(made: World) -> None:
    made.authority_of[OTHER_SCHOOL] = "998"
    request = await made.ask(school=OTHER_SCHOOL)
    await made.sent(request, "waiting")
    await from_retention(made, Draft(DisposalDateMoved, child=request.child, due=NEXT))

    async def moved() -> bool:
        return {document["cohort"] for document in await made.documents({"children": request.child})} == {NEXT}

    await until("all moved", moved)
    await made.register("998")
    assert (await made.came_to(request, "sent"))["authority"] == "998"
    made.authority_of[OTHER_SCHOOL] = CODE
    assert {document["cohort"] for document in await made.documents({"children": request.child})} == {NEXT}


async def test_what_no_row_allows_is_refused_and_logged(made: World) -> None:
    request = enforcement_request()
    made.requests[request.request] = request
    mine = peer(made.stack, "sharing")
    store = Store.of(mine.documents, mine.sealer, Disposal(mine.documents, mine.sealer, COHORT_KINDS), mine.settings)
    profiles = load_profiles()
    gathering = Gathering(mine.bus, store.authorities, profiles, mine.settings, Notices(store, profiles), ExhibitTexts(mine.bus))
    await mine.bus.broker.connect()
    try:
        for _ in range(2):
            await Preparation(mine.bus, store, gathering, mine.settings, table=()).begin(request.request, Cause.beginning(new_id()))
    finally:
        await mine.bus.stop()
    [row] = await made.get(f"/v1/disclosures?child={request.child}", "data protection officer")
    assert (row["state"], row["refused"], row["bases"]) == ("refused", list(PACK), {})
    assert await made.packs(request) == []
    assert [one.disclosure for one in await events(made.stack, DisclosureRefused) if one.child == request.child] == [row["disclosure"]]


async def test_the_log_says_what_was_told_to_whom_and_why(made: World, capsys: pytest.CaptureFixture[str]) -> None:
    request = await made.ask(measure="prosecution")
    pack = await made.sent(request)
    [row] = await made.get(f"/v1/disclosures?child={request.child}&from={TODAY}&to={TODAY}", "data protection officer")
    assert (row["state"], row["authority"], row["pack"], row["policy"]) == ("made", CODE, pack["pack"], VERSION)
    assert (row["requested_by"], row["purpose"]) == ("T. Okafor", "prosecution")
    assert row["categories"] == [one for one in PACK if one in row["bases"]]
    assert {"attendance certificate", "witness statement and exhibits"} <= {*row["categories"]}, "what was in it"
    assert {"other agencies", "identity of brothers and sisters"}.isdisjoint(row["categories"]), "and nothing else"
    assert all("s.446" in basis for basis in row["bases"].values())
    assert await made.get(f"/v1/disclosures?child={request.child}&to=2020-01-01", "data protection officer") == []
    token = made.headers(role="data protection officer", sub="dpo")["Authorization"].removeprefix("Bearer ")
    asked = ["disclosures", "--child", request.child, "--url", made.sharing.url, "--token", token]
    assert main([*asked, "--from", TODAY.isoformat(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [row]
    assert main(asked) == 0
    table = capsys.readouterr().out
    assert all(word in table for word in ("made", f"LA {CODE}", "prosecution", f"{len(row['categories'])}:"))
    assert main([*asked, "--to", "2020-01-01"]) == 0
    assert "Disclosures: none" in capsys.readouterr().out


async def test_a_confidential_address_is_in_no_part_of_a_pack(made: World) -> None:
    """That of the other parent, written down by the officer who met her there; and one that is the pack's own parent's too, who lives there
    in the open: of that nothing is said."""
    request = enforcement_request()
    met = request.chronology[0].model_copy(update={"outcome": "Met at 7 Refuge Lane ZZ9 9ZZ, lives at 7 Refuge Lane now."})
    request = request.model_copy(update={"chronology": (met,)})
    made.requests[request.request] = request
    made.withheld[request.child] = ("7 Refuge Lane ZZ9 9ZZ", HOME)
    await made.tell(request)
    document = await made.get(f"/v1/packs/{(await made.sent(request))['pack']}/files/pack.json")
    assert [document[volume][who]["address"] for volume, who in PLACES] == [MAY_BE_CONFIDENTIAL, HOME, HOME]
    assert document["to_be_served"]["chronology"][0]["outcome"] == f"[{WORDS_LEFT_OUT}]"
    assert "what came of it" not in str(document["to_be_served"]["statement"]["paragraphs"]), "the first draft is silent on it"
    assert "What an officer wrote of contacts with this parent" in str(document["for_the_authority"]["not_included"])
    rest = but_own_address(Pack.model_validate(document))
    for part in ("Refuge", "9ZZ", "Pilchard", "3WZ"):
        assert part not in rest


async def test_an_address_that_only_the_officers_hide_is_in_no_part_of_a_pack_either(made: World) -> None:
    request = enforcement_request()
    met = request.chronology[0].model_copy(update={"outcome": "Met at 7 Refuge Lane ZZ9 9ZZ."})
    hidden = HiddenParent(names=("Somebody Else",), addresses=("7 Refuge Lane ZZ9 9ZZ", HOME))
    request = request.model_copy(update={"chronology": (met,), "hidden": (hidden,)})
    made.requests[request.request] = request
    await made.tell(request)
    document = await made.get(f"/v1/packs/{(await made.sent(request))['pack']}/files/pack.json")
    for part in ("Refuge", "9ZZ", "Pilchard", "3WZ"):
        assert part not in json.dumps(document)


async def test_the_longest_name_that_a_roll_takes_is_in_the_pack(made: World) -> None:
    request = enforcement_request()
    long = {"forename": "F" * 500, "surname": "S" * 500}
    made.people[request.child] = person(request.child).model_copy(update=long)
    made.requests[request.request] = request
    await made.tell(request)
    document = await made.get(f"/v1/packs/{(await made.sent(request))['pack']}/files/pack.json")
    assert document["to_be_served"]["child"]["name"] == f"{'F' * 500} {'S' * 500}"


async def test_a_pack_that_cannot_be_laid_out_is_not_checked_and_the_refusal_names_the_field_alone(made: World) -> None:
    request = enforcement_request()
    made.people[request.child] = person(request.child).model_copy(update={"surname": "S" * 1200})
    made.requests[request.request] = request
    await made.tell(request)
    walk = await made.drafted(request)
    await walk.state_case()
    await walk.override_all()
    answer = await walk.send("POST", "check", {"name": "T. Okafor"})
    assert answer.status_code == 422
    assert "string_too_long" in answer.json()["detail"]
    assert "SSS" not in answer.text


async def test_what_is_stored_names_nobody_in_clear(made: World) -> None:
    request = await made.ask()
    await made.sent(request)
    held = [document for document in await made.documents({}) if request.child in document.get("children", ())]
    assert {document["kind"] for document in held} == {"pack", "chunk", "disclosure"}
    for word in (b"Tregear", b"Merryn", b"B801200005001", b"Okafor", b"bus pass", b"prosecution", b"penalty"):
        assert word not in b"".join(_values(held)), word


def _values(node: Any) -> list[bytes]:
    if isinstance(node, dict):
        return [part for key, value in node.items() for part in (key.encode(), *_values(value))]
    if isinstance(node, list):
        return [part for value in node for part in _values(value)]
    return [bytes(node) if isinstance(node, bytes) else str(node).encode()]


async def test_each_caller_sees_no_more_than_its_own(made: World) -> None:
    request = await made.ask(school=OTHER_SCHOOL)
    pack = (await made.sent(request))["pack"]
    theirs = f"/v1/packs/{pack}"
    for path in (theirs, f"{theirs}/files/pack.json"):
        assert await made.status(path, "officer", OTHER_SCHOOL) == 200
        assert await made.status(path, "officer", SCHOOL) == 404
        assert await made.status(path, "officer") == 404
        assert await made.status(path, "data protection officer") == 403
        assert await made.status(path, "la") == 403
    assert await made.status(f"{theirs}/files/pack.json", "operator") == 403
    assert await made.status(f"{theirs}/files/pack.json", "school", OTHER_SCHOOL) == 403
    shown = await made.get(theirs, "operator")
    assert shown.keys() == {
        *("pack", "school", "authority", "state", "edition", "supersedes"),
        *("asked_at", "sent_at", "fetched_at", "reason"),
    }
    school = await made.get(theirs, "school", OTHER_SCHOOL)
    assert school.keys() == {
        *("pack", "school", "child", "child_name", "parent_name", "authority", "state", "edition"),
        *("measure", "ground", "first", "last", "asked_at", "sent_at", "fetched_at"),
        *("changed_since_checked", "changed_since_sent", "sessions_changed"),  # of its own register
    }
    assert pack in [one["pack"] for one in await made.get("/v1/packs", "officer", OTHER_SCHOOL)]
    assert pack in [one["pack"] for one in await made.get("/v1/packs", "officer", "*")]
    assert pack not in [one["pack"] for one in await made.get("/v1/packs", "officer", SCHOOL)]
    assert await made.get("/v1/packs", "officer") == []
    assert await made.get(f"/v1/packs?school={OTHER_SCHOOL}", "officer", SCHOOL) == []
    assert await made.status("/v1/disclosures", "officer", "*") == 403
    assert await made.status("/v1/packs?state=lost", "operator") == 422


@pytest.mark.parametrize("bounds", ["to=9999-12-31", "from=0001-01-01", "from=9999-12-31", "to=0001-01-01", "from=1999-12-31"])
async def test_the_log_is_asked_for_days_that_it_may_have(made: World, bounds: str) -> None:
    assert await made.status(f"/v1/disclosures?{bounds}", "data protection officer") == 422
    assert await made.status("/v1/disclosures?from=2000-01-01&to=2100-12-31", "data protection officer") == 200


async def test_an_authority_keeps_the_key_that_a_later_word_does_not_name(made: World) -> None:
    _, public = parcel.generate()
    async with made.client("operator") as client:
        assert (await client.put("/v1/authorities/804", json={"name": "One", "public_key": public})).status_code == 201
        again = await client.put("/v1/authorities/804", json={"name": "Two"})
        kept = {"code": "804", "name": "Two", "public_key": public, "account": None, "receives": "stream"}
        assert (again.status_code, again.json()) == (200, kept)
        for body in ({"name": "X", "public_key": "AAAA"}, {"name": "X", "account": "mine"}, {"name": "X", "more": 1}):
            assert (await client.put("/v1/authorities/804", json=body)).status_code == 422
        for name in ("", "  ", "\u00a0", "\u200b", "A\x00B", "A\nB", "A\u202eB", "x" * 201):
            assert (await client.put("/v1/authorities/804", json={"name": name})).status_code == 422, ascii(name)
        for code in ("80", "\u0668\u0660\u0664", "804\n"):
            assert (await client.put(f"/v1/authorities/{quote(code)}", json={"name": "X"})).status_code == 422
        assert again.json() in (await client.get("/v1/authorities")).json()
    assert await made.status("/v1/authorities", "school") == 403


async def test_a_pack_and_its_row_move_with_the_child_and_fall_with_it(made: World) -> None:
    request = await made.ask()
    pack = (await made.sent(request))["pack"]
    sent = await made.get(f"/v1/packs/{pack}/files/pack.json")
    await from_retention(made, Draft(DisposalDateMoved, child=request.child, due=NEXT))

    async def moved() -> bool:
        held = await made.documents({"children": request.child})
        return len(held) == 4 and {document["cohort"] for document in held} == {NEXT}

    await until("the pack, the row and the clock moved", moved)
    assert await made.get(f"/v1/packs/{pack}/files/pack.json") == sent
    earlier = {"first": request.first - timedelta(days=70), "last": request.first - timedelta(days=1)}
    late = await made.ask(child=request.child, **earlier)
    await made.sent(late)
    assert {document["cohort"] for document in await made.documents({"children": request.child})} == {NEXT}

    purge = new_id()
    await from_retention(made, Draft(Purge, purge=purge, cohort=NEXT, school=SCHOOL, children=(request.child, "stranger")))

    async def answered() -> Any:
        return next((one for one in await events_of_sharing(made) if one.purge == purge), None)

    answer = await until("an answer", answered)
    assert (answer.erased, answer.nothing_held, answer.records) == ((request.child,), ("stranger",), 6)
    assert await made.status(f"/v1/packs/{pack}", "head of service") == 404
    assert await made.get(f"/v1/disclosures?child={request.child}", "data protection officer") == []


async def events_of_sharing(made: World) -> list[Any]:
    class Answered(PurgeAnswered):
        SUBJECT = "events.sharing.purge-answered"

    return await events(made.stack, Answered)


async def test_what_is_published_again_keeps_its_place(made: World) -> None:
    """A crash between the broker's acknowledgement and the clearing of the outbox: the sweeper publishes once more."""
    request = await made.ask()
    pack = (await made.sent(request))["pack"]
    before = await stored(made.stack, CODE)
    mine = peer(made.stack, "sharing")
    await mine.bus.broker.connect()
    try:

        async def placed() -> dict[str, Any] | None:
            found = await mine.documents.get(f"pack:{pack}")
            return found if found and "sequence" in found else None

        document = await until("its place is noted", placed)
        place = document.pop("sequence")
        again = Outgoing(f"pack/{pack}/1", "PACKS", f"packs.{CODE}", b"again", note="sequence")
        await mine.documents.store(Change(document, extra=[again]), Cause.beginning(new_id()))

        async def noted() -> bool:
            await Sweeper(mine.documents).sweep(OUTBOXES, 0)
            found = await mine.documents.get(f"pack:{pack}")
            return found is not None and found.get("sequence") == place and not found["outbox"]

        await until("the place is known again", noted)
    finally:
        await mine.bus.stop()
        await close(mine.client)
    assert await stored(made.stack, CODE) == before


async def test_many_requests_at_once_are_a_pack_each(made: World) -> None:
    requests = [enforcement_request() for _ in range(8)]
    made.requests |= {request.request: request for request in requests}
    tellings = [made.tell(request) for request in requests for _ in range(2)]
    random.shuffle(tellings)
    await asyncio.gather(*tellings)
    for request in requests:
        await made.sent(request)
    held = await made.documents({"kind": "pack", "request": {"$in": [request.request for request in requests]}})
    assert len(held) == len(requests)
