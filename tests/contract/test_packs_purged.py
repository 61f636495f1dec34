"""A purge finds a pack in every state, and nothing of it stays: no document, no piece of a file, no parcel on the stream."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from services.sharing.recalling import Recall
from services.sharing.store import COHORT_KINDS, Store
from shared.academic_year import cohort, of
from shared.contracts.attendance_events import RollChanged
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import EnforcementRequest
from shared.contracts.retention import DisposalDateMoved, Purge, PurgeAnswered
from shared.disposal import Disposal
from shared.identity import new_id
from shared.keys import KeyMint
from shared.mongo import close, connect
from shared.outboxes import Outgoing
from shared.topology import SERVICES
from tests.bus.connections import unrestricted
from tests.contract.test_sharing import NEXT
from tests.support.agency import AGAIN, Agency
from tests.support.pack_walk import PackWalk
from tests.support.quiet import until_quiet
from tests.support.school import until
from tests.support.sharing import (
    OTHER_SCHOOL,
    SCHOOL,
    TODAY,
    World,
    dead_letters,
    events,
    from_retention,
    peer,
    person,
    publish,
    stored,
    world,
)

PLANTED = "Zebedee Quillfeather"
STATES = ("draft", "stated", "checked", "approved", "sent", "answered", "withdrawn", "outdated", "superseded")
BY = {"name": "T. Okafor", "why": PLANTED}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("purged"), IEWO_SWEEP_AFTER_SECONDS="0.2") as ready:
        yield ready


@dataclass
class Planted:
    """A pack of a child whose name and mark are looked for afterwards."""

    request: EnforcementRequest
    walk: PackWalk


async def planted(made: World, school: str = SCHOOL) -> Planted:
    child = new_id()
    made.people[child] = person(child).model_copy(update={"surname": PLANTED})
    request = await made.ask(child=child, school=school)
    return Planted(request, await made.drafted(request))


async def carried_to(made: World, state: str, school: str = SCHOOL) -> Planted:
    one = await planted(made, school)
    if state == "stated":
        await one.walk.state_case()
    elif state in ("checked", "approved"):
        await one.walk.state_case()
        await one.walk.override_all()
        await one.walk.done("POST", "check", {"name": "T. Okafor"})
        if state == "approved":
            await one.walk.done("POST", "approve", {"name": "D. Example"}, role="head of service")
    elif state != "draft":
        await made.sent(one.request)
        await _after_sending(made, state, one)
    return one


async def _after_sending(made: World, state: str, one: Planted) -> None:
    if state == "answered":
        heard = {"says": "returned", "questions": [PLANTED], "name": PLANTED, "heard": PLANTED}
        await one.walk.done("POST", "words", heard)
    elif state == "withdrawn":
        await one.walk.done("POST", "withdraw", BY)
    elif state == "superseded":
        edition = await one.walk.done("POST", "supersede", BY)
        await PackWalk(made.sharing.url, made.headers, edition["pack"], one.walk.school).sign()
        await made.came_to(one.request, "superseded")
    elif state == "outdated":
        made.people[one.request.child] = made.people[one.request.child].model_copy(update={"address": f"2 {PLANTED} Lane"})
        await publish(made.attendance, RollChanged, school=SCHOOL, child=one.request.child, year=2026, feed=9, changes=("address",))

        async def shown() -> Any:
            return (await one.walk.done("GET", "changed"))["changed_since_sent"]

        await until("it shows that it changed", shown)


async def purged(made: World, school: str, cohort: str, *children: str) -> Any:
    class Answered(PurgeAnswered):
        SUBJECT = "events.sharing.purge-answered"

    id_ = new_id()
    await from_retention(made, Draft(Purge, purge=id_, cohort=cohort, school=school, children=children))

    async def answered() -> Any:
        return next((one for one in await events(made.stack, Answered) if one.purge == id_), None)

    return await until("an answer", answered)


async def test_a_parcel_is_taken_off_the_stream_once_and_again_does_no_harm(made: World) -> None:
    await made.register("805")
    mine = peer(made.stack, "sharing")
    await mine.bus.broker.connect()
    try:
        place = await mine.bus.publish(Outgoing(new_id(), "PACKS", "packs.805", b"a parcel"))
        for _ in range(2):
            await mine.bus.erase("PACKS", place)
        await mine.bus.erase("PACKS", place + 1000)
        assert await stored(made.stack, "805") == 0
    finally:
        await mine.bus.stop()
        await close(mine.client)


async def test_a_purge_leaves_nothing_of_a_pack_in_any_state_and_all_of_the_others(made: World) -> None:
    added = await made.register()
    agency = Agency(made.stack, added, made.stack.folder / "received")
    await made.impatient(added, AGAIN)
    fetched = await carried_to(made, "sent")
    assert [one.new for one in await agency.receive()] == [True]
    await made.came_to(fetched.request, "fetched")
    going = [fetched, *await asyncio.gather(*(carried_to(made, state) for state in STATES))]
    later, elsewhere = await carried_to(made, "sent"), await carried_to(made, "sent", OTHER_SCHOOL)
    await from_retention(made, Draft(DisposalDateMoved, child=later.request.child, due=NEXT))

    async def moved() -> bool:
        return {one["cohort"] for one in await made.documents({"children": later.request.child})} == {NEXT}

    await until("the other child's records moved", moved)
    cohort = (await made.documents({"_id": f"pack:{fetched.walk.pack}"}))[0]["cohort"]
    children = [one.request.child for one in going]
    answer = await purged(made, SCHOOL, cohort, *children)
    assert (set(answer.erased), answer.failed) == (set(children), ())
    assert await dead_letters(made.stack) == []
    for staying in (later, elsewhere):
        assert (await staying.walk.done("GET", ""))["state"] == "sent"
    received = {one.pack for one in await agency.receive()}
    assert received == {later.walk.pack, elsewhere.walk.pack}, "no notice either of what was disposed of"
    assert await made.documents({"children": {"$in": children}}) == []
    left = await made.documents({"kind": {"$in": ["pack", "chunk", "disclosure", "history"]}})
    assert {one["children"][0] for one in left} == {later.request.child, elsewhere.request.child}


async def test_a_purge_leaves_no_notice_of_change_and_no_parcel_whose_place_is_not_known(made: World) -> None:
    school, next_door = "900141", "900143"
    made.authority_of |= {school: "841", next_door: "841"}
    await made.register("841")
    one, staying = await carried_to(made, "sent", school), await carried_to(made, "sent", next_door)
    for lane in ("first", "second"):
        made.people[one.request.child] = made.people[one.request.child].model_copy(update={"address": f"2 {lane} Lane"})
        await publish(made.attendance, RollChanged, school=school, child=one.request.child, year=2026, feed=9, changes=("address",))

        async def shown() -> Any:
            return (await one.walk.done("GET", "changed"))["changed_since_sent"]

        await until("it shows that it changed", shown)
        await one.walk.done("POST", "changed", {"answer": "stands", "why": "a small thing", "name": "T. Okafor"})

    async def told() -> bool:
        return await stored(made.stack, "841") == 2 + 4

    await until("two parcels, two changes and two words that it stands", told)
    [document] = await made.documents({"_id": f"pack:{one.walk.pack}"})
    client = connect(made.stack.mongo_url("admin"))  # as after a crash
    await client["iewo"]["sharing"].update_one({"_id": document["_id"]}, {"$unset": {"sequence": 1, "notice_place": 1}})
    await close(client)
    answer = await purged(made, school, document["cohort"], one.request.child)
    assert set(answer.erased) == {one.request.child}
    assert await stored(made.stack, "841") == 1
    assert (await staying.walk.done("GET", ""))["state"] == "sent"


@pytest.mark.parametrize("dies", [False, True])
async def test_a_parcel_that_comes_on_the_stream_during_the_purge_is_taken_off_too(
    made: World, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """A process had it in its hand when the labels were listed; or the one that purges dies after the deletion, and another goes on."""
    code, school = ("844", "900146") if dies else ("843", "900145")
    made.authority_of |= {school: code}
    await made.register(code)
    one = await carried_to(made, "sent", school)

    async def on_the_stream() -> bool:
        return await stored(made.stack, code) == 1

    await until("its parcel is on the stream", on_the_stream)
    [document] = await made.documents({"_id": f"pack:{one.walk.pack}"})
    mine = peer(made.stack, "sharing")
    await mine.bus.broker.connect()
    try:
        disposal = Disposal(mine.documents, mine.sealer, COHORT_KINDS)
        disposal.reaches(Recall(mine.bus, Store.of(mine.documents, mine.sealer, disposal, mine.settings)))
        delete_all = mine.documents.delete_all

        async def meanwhile(*what: Any) -> int:
            await mine.bus.publish(Outgoing(f"pack/{one.walk.pack}/2", "PACKS", f"packs.{code}", b"a parcel"))
            count = await delete_all(*what)
            if dies:
                monkeypatch.undo()
                raise TimeoutError
            return count

        monkeypatch.setattr(mine.documents, "delete_all", meanwhile)
        command = Draft(Purge, purge=new_id(), cohort=document["cohort"], school=school, children=(one.request.child,)).write(
            new_id(), 0, mine.documents.now(), Cause.beginning(new_id())
        )
        assert isinstance(command, Purge)
        if dies:
            with pytest.raises(TimeoutError):
                await disposal.purge(command)
            assert await stored(made.stack, code) == 1, "the fault is one"
        await disposal.purge(command)
        assert await stored(made.stack, code) == 0
        [kept] = await made.documents({"_id": f"purge:{command.purge}:{school}"})
        assert (kept["state"], "elsewhere" in kept) == ("answered", False)
    finally:
        await mine.bus.stop()
        await close(mine.client)


async def test_a_purge_takes_no_other_pack_off_a_stream_that_was_made_anew(made: World) -> None:
    """The places of the old stream are those of others on the new one."""
    school, next_door = "900142", "900144"
    made.authority_of |= {school: "842", next_door: "842"}
    await made.register("842")
    one = await carried_to(made, "sent", school)
    [before] = await made.documents({"_id": f"pack:{one.walk.pack}"})
    async with unrestricted(made.stack) as owner:
        stream = owner.client.jetstream()
        await stream.purge_stream("PACKS")
        info, consumers = await stream.stream_info("PACKS"), await stream.consumers_info("PACKS")
        await stream.delete_stream("PACKS")
        await stream.add_stream(info.config)
        for consumer in consumers:
            await stream.add_consumer("PACKS", consumer.config)
        for number in range(before["sequence"] - 1):
            await stream.publish("packs.999", str(number).encode())
    other = await carried_to(made, "sent", next_door)

    async def placed() -> bool:
        return bool((await made.documents({"_id": f"pack:{other.walk.pack}"}))[0].get("sequence") == before["sequence"])

    await until("the other has the first one's place", placed)
    answer = await purged(made, school, before["cohort"], one.request.child)
    assert set(answer.erased) == {one.request.child}
    assert await stored(made.stack, "842") == 1


async def test_what_a_process_had_in_memory_while_another_purged_its_pack_does_not_stay_on_the_stream(made: World) -> None:
    school, next_door = "900145", "900146"
    made.authority_of |= {school: "843", next_door: "843"}
    await made.register("843")
    one, staying = await carried_to(made, "sent", school), await carried_to(made, "sent", next_door)
    [document] = await made.documents({"_id": f"pack:{one.walk.pack}"})
    await purged(made, school, document["cohort"], one.request.child)
    mine = peer(made.stack, "sharing")
    await mine.bus.broker.connect()
    try:
        for late in ("1", "1/change-1"):
            await mine.bus.publish(Outgoing(f"pack/{one.walk.pack}/{late}/again", "PACKS", "packs.843", b"late"))

        async def alone() -> bool:
            return await stored(made.stack, "843") == 1

        await until("the late ones are gone", alone)
    finally:
        await mine.bus.stop()
        await close(mine.client)
    assert (await staying.walk.done("GET", ""))["state"] == "sent"


@pytest.mark.parametrize("destroyed", [False, True])
async def test_a_date_that_is_told_late_leaves_nothing_under_a_key_that_is_closed(made: World, destroyed: bool) -> None:
    """No sweep comes back to a date whose key is destroyed: what came there afterwards would name its child for ever."""
    child, date = new_id(), cohort(of(TODAY) - 1 - destroyed)
    mint = KeyMint(made.stack.folder / "keys", SERVICES)
    mint.mint(date)
    mint.close(date)
    if destroyed:
        mint.destroy(date)
    await asyncio.sleep(1)  # a process holds a key for half a second here
    await from_retention(made, Draft(DisposalDateMoved, child=child, due=date, order=3))
    client = connect(made.stack.mongo_url("admin"))
    async with unrestricted(made.stack) as owner:
        await until_quiet(owner.client, client["iewo"], ["sharing"])
    await close(client)
    assert await made.documents({"children": child}) == []
    assert await dead_letters(made.stack) == []
