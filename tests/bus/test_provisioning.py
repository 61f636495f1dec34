"""What provisioning makes, that it makes it once, and that `check` tells every kind of drift and changes nothing."""

import json
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from deploy.local.stack import Stack
from shared import collections, topology
from shared.provision import ProvisioningError, Settings, claims, identity, jwts, prepare, provision
from shared.provision.files import write_secret
from tests.bus.connections import as_user, unrestricted

Database = Any


@pytest.fixture
async def database(servers: Stack) -> AsyncIterator[Database]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(servers.mongo_url("admin"))
    yield client[collections.DATABASE]
    await client.close()


async def drifted_then_mended(servers: Stack, *expected: str) -> None:
    """Checking tells exactly this, twice, since it changes nothing; provisioning tells it and mends it."""
    assert await provision(servers.settings, check=True) == list(expected)
    assert await provision(servers.settings, check=True) == list(expected)
    assert await provision(servers.settings) == list(expected)
    assert await provision(servers.settings, check=True) == []


async def test_a_second_run_finds_no_difference(servers: Stack) -> None:
    assert await provision(servers.settings) == []


async def test_every_secret_is_readable_by_its_owner_alone(servers: Stack) -> None:
    for path in servers.credentials.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE(servers.credentials.stat().st_mode) == 0o700


async def test_the_streams_keep_what_the_tables_say(servers: Stack) -> None:
    async with unrestricted(servers) as connection:
        manager = connection.client.jetstream()
        feeds, advisories = [await manager.stream_info(name) for name in ("FEEDS", "ADVISORIES")]
    assert (feeds.config.retention, feeds.config.discard, feeds.config.max_age) == ("workqueue", "new", 0)
    assert advisories.config.subjects == [
        "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
        "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
    ]


async def test_the_server_syncs_always_and_takes_eight_megabytes(servers: Stack) -> None:
    assert "sync_interval: always" in (servers.nats.folder / "nats.conf").read_text()
    async with as_user(servers, "attendance") as connection:
        assert connection.client.max_payload == 8 * topology.MIB


async def test_a_terminated_message_leaves_an_advisory(servers: Stack) -> None:
    async with unrestricted(servers) as connection:
        manager = connection.client.jetstream()
        before = (await manager.stream_info("ADVISORIES")).state.messages
        await manager.publish("feeds.ticket", b"{}", stream="FEEDS")
        subscription = await manager.pull_subscribe_bind("attendance-ticket", stream="FEEDS")
        await (await subscription.fetch(1, timeout=5))[0].term()
        deadline = time.monotonic() + 30
        while (await manager.stream_info("ADVISORIES")).state.messages == before:
            assert time.monotonic() < deadline


async def test_a_deleted_durable_is_found(servers: Stack) -> None:
    async with unrestricted(servers) as connection:
        await connection.client.jetstream().delete_consumer("EVENTS", "retention-clock")
    await drifted_then_mended(servers, "+ durable retention-clock")


async def test_a_changed_stream_and_a_changed_durable_are_found(servers: Stack) -> None:
    async with unrestricted(servers) as connection:
        manager = connection.client.jetstream()
        config = (await manager.stream_info("EVENTS")).config
        await manager.update_stream(config.evolve(max_age=86_400))
        held = (await manager.consumer_info("EVENTS", "referrals-joins")).config
        await manager.add_consumer("EVENTS", held.evolve(ack_wait=20, filter_subjects=["events.attendance.>"]))
    await drifted_then_mended(
        servers,
        "~ stream EVENTS: max_age 86400 s -> 2592000 s",
        '~ durable referrals-joins: filter_subjects ["events.attendance.>"] -> '
        '["events.attendance.children-joined", "events.attendance.children-parted"]',
        "~ durable referrals-joins: ack_wait 20 s -> 10 s",
    )


async def test_a_size_is_a_setting(servers: Stack) -> None:
    larger = Settings(servers.nats_url, servers.credentials, max_bytes={"PACKS": 3 * 1024 * topology.MIB})
    assert await provision(larger) == ["~ stream PACKS: max_bytes 2147483648 -> 3221225472"]
    assert await provision(larger, check=True) == []
    await drifted_then_mended(servers, "~ stream PACKS: max_bytes 3221225472 -> 2147483648")


async def test_an_account_that_the_server_holds_otherwise_is_signed_again(servers: Stack) -> None:
    held = identity.load(servers.credentials)
    without = jwts.account_claims(jetstream=True)
    async with claims.session(servers.nats_url, servers.credentials) as (accounts, _):
        await accounts.agree(held.account.public, "IEWO", without, check=False)
    await drifted_then_mended(servers, "~ account IEWO")


async def test_a_user_of_the_bus_with_other_permissions_keeps_its_key(servers: Stack) -> None:
    file, account = servers.creds("referrals"), identity.load(servers.credentials).account
    _, key = jwts.parse_credentials(file.read_text())
    token = jwts.encode(jwts.user_claims((">",), (">",)), subject=key.public, name="x", signer=account, now=1)
    write_secret(file, jwts.credentials(token, key))
    await drifted_then_mended(servers, "~ bus user referrals")
    assert jwts.parse_credentials(file.read_text())[1] == key


async def test_changed_missing_and_foreign_indexes_are_found(servers: Stack, database: Database) -> None:
    await database.attendance.drop_index("by_child")
    await database.attendance.create_index({"school": 1}, name="by_child")
    await database.referrals.drop_index("referral_open")
    await database.sharing.create_index({"case": 1}, name="of_yesteryear", unique=True)
    await drifted_then_mended(servers, "~ index attendance.by_child", "+ index referrals.referral_open", "- index sharing.of_yesteryear")


async def test_a_changed_validator_and_view_are_found(servers: Stack, database: Database) -> None:
    await database.command({"collMod": "sharing", "validator": {}})
    await database.command({"collMod": "sharing_holdings", "viewOn": "sharing", "pipeline": []})
    await drifted_then_mended(servers, "~ collection sharing: validator", "~ view sharing_holdings")


async def test_a_missing_collection_is_found(servers: Stack, database: Database) -> None:
    await database.retention.drop()
    indexes = [f"+ index retention.{index.name}" for index in collections.INDEXES["retention"]]
    await drifted_then_mended(servers, "+ collection retention", *indexes)


async def test_a_missing_user_and_a_wider_role_are_found(servers: Stack, database: Database) -> None:
    await database.command({"dropUser": "attendance"})
    everything = [{"resource": {"db": collections.DATABASE, "collection": ""}, "actions": ["find"]}]
    await database.command({"updateRole": "sharing", "privileges": everything})
    await drifted_then_mended(servers, "~ mongo role sharing", "+ mongo user attendance")


async def test_a_user_gets_the_password_of_its_file(servers: Stack, database: Database) -> None:
    await database.command({"updateUser": "referrals", "pwd": "another"})
    before = servers.mongo_url("referrals")
    await drifted_then_mended(servers, "~ mongo user referrals")
    assert servers.mongo_url("referrals") == before


async def test_checking_an_empty_folder_makes_nothing(tmp_path: Path) -> None:
    assert prepare(tmp_path / "none", check=True) == [
        "+ key operator",
        "+ key system-account",
        "+ key iewo-account",
    ]
    assert not (tmp_path / "none").exists()


async def test_preparing_twice_makes_the_same(tmp_path: Path) -> None:
    assert prepare(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert prepare(tmp_path) == []
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


async def test_another_operators_folder_is_told_in_one_line(servers: Stack, tmp_path: Path) -> None:
    prepare(tmp_path)
    with pytest.raises(ProvisioningError, match="does not let system in") as told:
        await provision(Settings(servers.nats_url, tmp_path, servers.mongo_url("admin")))
    assert "\n" not in str(told.value)


def test_claims_come_back_as_they_were_signed() -> None:
    key = jwts.Key.new("account")
    token = jwts.encode(jwts.account_claims(jetstream=True), subject=key.public, name="IEWO", signer=key, now=5)
    body = jwts.decode(token)
    assert (body["iss"], body["sub"], body["iat"]) == (key.public, key.public, 5)
    assert jwts.claims_of(token) == json.loads(json.dumps(jwts.account_claims(jetstream=True)))
    assert jwts.parse_credentials(jwts.credentials(token, key)) == (token, key)
