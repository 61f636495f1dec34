"""`iewo provision` and `iewo deadletters`, the real command on real servers."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.aio.client import Client

from deploy.local.stack import Stack
from shared.provision import authority
from shared.provision.claims import connect
from tests.bus.connections import unrestricted
from tests.support import command

BODY = b'{"forename":"Ottoline"}'
REASON = "The message is not what its subject promises"


async def iewo(servers: Stack, *arguments: str) -> command.Ran:
    told = {"IEWO_CREDENTIALS": str(servers.credentials), "IEWO_NATS_URL": servers.nats_url}
    return await command.iewo(*arguments, told=told, cwd=servers.folder)


@pytest.fixture
async def attendance(servers: Stack) -> AsyncIterator[Client]:
    """What stores dead letters when the service cannot handle a message."""
    client = await connect(servers.nats_url, servers.credentials, "attendance")
    yield client
    await client.close()


@pytest.fixture
async def letters(servers: Stack, attendance: Client) -> AsyncIterator[list[int]]:
    """Three dead letters, stored as the services' middleware stores them, and none before or after."""
    headers = {"origin-subject": "feeds.ticket", "origin-stream": "FEEDS", "durable": "attendance-ticket", "reason": REASON}
    context = attendance.jetstream()
    acks = [
        await context.publish("deadletters.feeds", BODY, stream="DEADLETTERS", headers={**headers, "Nats-Msg-Id": f"{os.urandom(6).hex()}"})
        for _ in range(3)
    ]
    yield [ack.seq for ack in acks]
    async with unrestricted(servers) as everything:
        for stream in ("DEADLETTERS", "FEEDS"):
            await everything.client.jetstream().purge_stream(stream)


async def test_a_provisioned_stack_differs_in_nothing(servers: Stack) -> None:
    assert await iewo(servers, "provision", "--check") == (0, "nothing to do: everything is as it should be\n", "")
    assert await iewo(servers, "provision") == (0, "nothing to do: everything is as it should be\n", "")


async def test_drift_is_told_and_then_mended(servers: Stack) -> None:
    provisioner = await connect(servers.nats_url, servers.credentials, "provision")
    info = await provisioner.request("$JS.API.STREAM.INFO.PACKS", b"", timeout=5)
    config = {**json.loads(info.data)["config"], "max_age": 3_600_000_000_000}
    await provisioner.request("$JS.API.STREAM.UPDATE.PACKS", json.dumps(config).encode(), timeout=5)
    await provisioner.close()
    line = "~ stream PACKS: max_age 3600 s -> 7776000 s\n"
    assert await iewo(servers, "provision", "--check") == (1, line, "iewo: differs in 1: run `iewo provision`\n")
    assert await iewo(servers, "provision") == (0, line, "")
    assert (await iewo(servers, "provision", "--check"))[0] == 0


async def test_preparing_makes_what_nats_server_starts_with(servers: Stack, tmp_path: Path) -> None:
    fresh = ("--credentials", str(tmp_path / "credentials"))
    code, out, _ = await iewo(servers, "provision", "--prepare", *fresh, "--nats-config", str(tmp_path / "nats.conf"))
    assert code == 0
    assert "+ key operator" in out
    assert "sync_interval: always" in (tmp_path / "nats.conf").read_text()
    assert await iewo(servers, "provision", "--prepare", *fresh) == (0, "nothing to do: everything is as it should be\n", "")


async def test_servers_that_do_not_answer_are_exit_code_4(servers: Stack) -> None:
    code, _, err = await iewo(servers, "deadletters", "list", "--nats", "nats://127.0.0.1:9")
    assert code == 4
    assert err.startswith("iewo: the bus at nats://127.0.0.1:9 does not let operator in")
    assert err.count("\n") == 1


async def test_an_authority_is_told_too_that_nothing_answers(servers: Stack, tmp_path: Path) -> None:
    await authority.add(servers.nats_url, servers.credentials, "907")
    own = [f"--{ending}={servers.credentials / 'authorities' / f'907.{ending}'}" for ending in ("creds", "key")]
    receive = ("packs", "receive", "--la", "907", "--to", str(tmp_path / "packs"), *own)
    assert await iewo(servers, *receive) == (0, "no pack waits\n", "")
    code, _, err = await iewo(servers, *receive, "--nats", "nats://127.0.0.1:9")
    assert code == 4
    assert err.startswith("iewo: the bus at nats://127.0.0.1:9 does not let LA 907 in")


async def test_dead_letters_are_told_without_their_bodies(servers: Stack, letters: list[int]) -> None:
    code, out, err = await iewo(servers, "deadletters", "list")
    assert (code, err) == (0, "")
    assert out.count(REASON) == 3
    assert "Ottoline" not in out
    told = json.loads((await iewo(servers, "deadletters", "list", "--json"))[1])
    assert [one["sequence"] for one in told] == letters
    assert {(one["stream"], one["subject"], one["durable"], one["reason"]) for one in told} == {
        ("FEEDS", "feeds.ticket", "attendance-ticket", REASON)
    }


async def test_a_replayed_letter_comes_again_under_a_new_id_and_leaves_the_list(
    servers: Stack, letters: list[int], attendance: Client
) -> None:
    assert await iewo(servers, "deadletters", "replay", str(letters[1])) == (0, "sent again: 1\n", "")
    subscription = await attendance.jetstream().pull_subscribe_bind("attendance-ticket", stream="FEEDS")
    (message,) = await subscription.fetch(1, timeout=5)
    assert (message.subject, message.data) == ("feeds.ticket", BODY)
    assert message.headers is not None
    assert message.headers["Nats-Msg-Id"].startswith(f"replay:{letters[1]}:")
    await message.ack_sync()
    left = json.loads((await iewo(servers, "deadletters", "list", "--json"))[1])
    assert [one["sequence"] for one in left] == [letters[0], letters[2]]


async def test_a_letter_that_is_not_there_is_said(servers: Stack, letters: list[int]) -> None:
    code, _, err = await iewo(servers, "deadletters", "replay", str(letters[2] + 1))
    assert (code, err) == (1, f"iewo: there is no dead letter {letters[2] + 1}: see `iewo deadletters list`\n")


async def test_all_of_them_can_be_sent_at_once(servers: Stack, letters: list[int], attendance: Client) -> None:
    assert await iewo(servers, "deadletters", "replay", "--all") == (0, "sent again: 3\n", "")
    assert await iewo(servers, "deadletters", "list") == (0, "there are no dead letters\n", "")
    subscription = await attendance.jetstream().pull_subscribe_bind("attendance-ticket", stream="FEEDS")
    for message in await subscription.fetch(3, timeout=5):
        assert message.data == BODY
        await message.ack_sync()
