"""Messages that nobody can handle, and a durable that is gone: told at once, mended, and everything else flows on."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from deploy.local.running import Running
from shared.provision import provision
from tests.bus.connections import unrestricted
from tests.support import command
from tests.support.autumn import this_term
from tests.support.casework import DATES, roll
from tests.support.events import CONCERNS, Kept, kept, mongo, publish_again, quiet
from tests.support.marks import children, sheet
from tests.support.plain import PlainRegister
from tests.support.school import School, marks_csv, until
from tests.support.whole import assert_concerns, assert_register

WORD = "Ottoline-Wrenfeather"
"""Of a child that does not exist, where a faulty program might put it."""
UPNS = children(24)

TICKET = "feeds.ticket"


async def outcomes(running: Running, service: str, durable: str) -> dict[str, int]:
    """Messages of a durable so far, by outcome."""
    async with httpx.AsyncClient(timeout=10) as client:
        text = (await client.get(f"{running[service].url}/metrics")).text
    found = re.findall(r'iewo_messages_total\{durable="([^"]+)",outcome="([^"]+)"\} ([0-9.]+)', text)
    return {outcome: int(float(count)) for name, outcome, count in found if name == durable}


async def letters(running: Running, count: int) -> list[Kept]:
    """All dead letters, once there are so many."""

    async def probe() -> list[Kept] | None:
        found = await kept(running.stack, "DEADLETTERS")
        return found if len(found) >= count else None

    return await until(f"{count} dead letters", probe)


async def iewo(running: Running, *words: str) -> str:
    """The operator's command."""
    ran = await command.iewo(*words, told={"IEWO_ENDPOINTS": str(running.endpoints_file)})
    assert ran.code == 0, ran.out + ran.err
    return ran.out


@pytest.mark.parametrize(
    ("subject", "body", "durables"),
    [
        (TICKET, f"{WORD},M,2015-03-02".encode(), {"attendance-ticket"}),
        (TICKET, json.dumps({"type": "store-feed", "school": {WORD: WORD}}).encode(), {"attendance-ticket"}),
        (CONCERNS, json.dumps({"type": WORD}).encode(), {"referrals-concern"}),
        (CONCERNS, json.dumps({"type": "concerns-changed", "version": 1, "raised": [{"child": [WORD]}]}).encode(), {"referrals-concern"}),
        (DATES, b"\xff\x00", {f"{service}-disposal" for service in ("attendance", "referrals", "sharing", "retention")}),
    ],
)
async def test_poison_is_dead_lettered_on_its_first_delivery_without_its_words(
    running: Running, school: School, subject: str, body: bytes, durables: set[str]
) -> None:
    before = await kept(running.stack, "DEADLETTERS")
    counts = {durable: await outcomes(running, durable.partition("-")[0], durable) for durable in durables}
    async with unrestricted(running.stack) as connection:
        await publish_again(connection.client, subject, body)
    # a good one behind it
    rows = sheet(UPNS, this_term(15))
    receipt = await school.put_in(marks_csv(rows))
    new = (await letters(running, len(before) + len(durables)))[len(before) :]
    assert {letter.headers["durable"] for letter in new} == durables
    assert {(letter.headers["origin-subject"], letter.body) for letter in new} == {(subject, body)}
    assert all(letter.headers["reason"] for letter in new)
    assert WORD not in str([letter.headers for letter in new])
    for durable in durables:
        now = await outcomes(running, durable.partition("-")[0], durable)
        assert now.get("dead-lettered", 0) == counts[durable].get("dead-lettered", 0) + 1
        assert now.get("tried again", 0) == counts[durable].get("tried again", 0)
    assert [name for name, service in running.services.items() if WORD in service.log.read_text()] == []
    await assert_concerns(school, PlainRegister.of({receipt["number"]: rows}))


async def test_a_part_that_does_not_open_is_dead_lettered_then_mended_and_replayed(running: Running, school: School) -> None:
    await iewo(running, "deadletters", "replay", "--all")
    await quiet(running)
    before = await kept(running.stack, "DEADLETTERS")
    rows = sheet(UPNS, this_term(15))
    async with paused(running, "FEEDS", "attendance-ticket"):
        receipt = (await school.push(roll(UPNS))).json()
        whole = await _exchange_sealed(running, f"part:{receipt['feed']}:0", lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]))
    letter = (await letters(running, len(before) + 1))[len(before)]
    assert (letter.headers["durable"], letter.told["feed"]) == ("attendance-ticket", receipt["feed"])
    other = await school.put_in(marks_csv([("not-a-upn", *rows[0][1:]), *rows]))
    assert other["accepted"] == len(rows), "others flow on"
    await _exchange_sealed(running, f"part:{receipt['feed']}:0", lambda _: whole)
    await iewo(running, "deadletters", "replay", str(letter.sequence))
    await school.stored(receipt["feed"])
    assert {upn: one["surname"] for upn, one in (await school.children()).items()} == dict.fromkeys(UPNS, "Larkfield")
    register = PlainRegister.of({other["number"]: rows})
    await assert_register(school, register)
    await assert_concerns(school, register)


async def test_a_poison_that_is_replayed_comes_back_as_a_new_letter(running: Running) -> None:
    before = await letters(running, 1)
    await iewo(running, "deadletters", "replay", str(before[0].sequence))
    after = await letters(running, len(before))
    assert after[-1].sequence > before[-1].sequence
    same = ("origin-subject", "durable", "reason")
    assert [after[-1].headers[name] for name in same] == [before[0].headers[name] for name in same]
    assert after[-1].body == before[0].body


async def test_a_durable_that_is_deleted_is_told_by_ready_and_mended_by_provisioning(running: Running, school: School) -> None:
    """Made anew it begins with the first event: what was taken in long ago changes nothing."""
    rows = sheet(UPNS, this_term(15))
    first = await school.put_in(marks_csv(rows))
    await quiet(running)
    async with unrestricted(running.stack) as connection:
        await connection.client.jetstream().delete_consumer("EVENTS", "referrals-concern")
    assert await _ready(running, "referrals") == (503, ["referrals-concern"])
    await provision(running.stack.settings)
    assert await _ready(running, "referrals") == (200, [])
    later = sheet(UPNS, this_term(4), seed=2)
    second = await school.put_in(marks_csv(later))
    await assert_concerns(school, PlainRegister.of({first["number"]: rows, second["number"]: later}))


async def _ready(running: Running, service: str) -> tuple[int, list[str]]:
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(f"{running[service].url}/ready")
    return answer.status_code, answer.json()["lacking"]


@asynccontextmanager
async def paused(running: Running, stream: str, durable: str) -> AsyncIterator[None]:
    """While inside, the broker delivers nothing of a durable."""
    subject = f"$JS.API.CONSUMER.PAUSE.{stream}.{durable}"
    async with unrestricted(running.stack) as connection:
        for until_when in ({"pause_until": "2100-01-01T00:00:00Z"}, {}):
            answer = json.loads((await connection.client.request(subject, json.dumps(until_when).encode(), timeout=5)).data)
            assert "error" not in answer
            if until_when:
                yield


async def _exchange_sealed(running: Running, id_: str, change: Any) -> bytes:
    """Change a document's sealed field behind the service's back; what it was."""
    async with mongo(running) as database:
        found = await database["attendance"].find_one({"_id": id_, "kind": "part"})
        await database["attendance"].update_one({"_id": id_, "kind": "part"}, {"$set": {"sealed": change(bytes(found["sealed"]))}})
        return bytes(found["sealed"])
