"""An LA on the bus: it fetches and acknowledges its own packs; every way to anything else that we know of is shut."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import nats
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError, ServiceUnavailableError

from deploy.local.stack import Stack
from shared.provision import ProvisioningError, authority, bus, claims, identity, jwts, provision
from shared.provision.authority import Authority
from tests.bus.connections import Connection, as_user, connected, everything, unrestricted, until


@pytest.fixture
async def added(servers: Stack) -> AsyncIterator[tuple[Authority, Authority]]:
    """Two LAs, and no pack on the stream."""
    async with unrestricted(servers) as owner:
        await owner.client.jetstream().purge_stream("PACKS")
    codes = ("801", "802")
    first, second = [await authority.add(servers.nats_url, servers.credentials, code) for code in codes]
    yield first, second
    for code in codes:
        if (servers.credentials / "authorities" / f"{code}.json").exists():
            await authority.revoke(servers.nats_url, servers.credentials, code)


def as_authority(servers: Stack, one: Authority) -> AbstractAsyncContextManager[Connection]:
    return connected(servers.nats_url, one.credentials, one.inbox_prefix)


async def send_pack(servers: Stack, code: str, pack: bytes) -> None:
    async with as_user(servers, "sharing") as sharing:
        await sharing.client.jetstream().publish(f"packs.{code}", pack, stream="PACKS")


async def fetch(connection: Connection, durable: str, *, ack: bool = True) -> bytes:
    subscription = await connection.client.jetstream().pull_subscribe_bind(durable, stream="PACKS")
    message = (await subscription.fetch(1, timeout=5))[0]
    if ack:
        await message.ack_sync(timeout=5)
    return bytes(message.data)


async def test_an_authority_fetches_and_acknowledges_its_own_packs(servers: Stack, added: tuple[Authority, Authority]) -> None:
    first, second = added
    await send_pack(servers, "801", b"for 801")
    await send_pack(servers, "802", b"for 802")
    for one in added:
        async with as_authority(servers, one) as connection:
            assert await fetch(connection, one.account) == f"for {one.code}".encode()
            assert connection.errors == []
    async with as_user(servers, "sharing") as sharing:
        for one in (first, second):
            held = await sharing.client.jetstream().consumer_info("PACKS", one.account)
            assert (held.num_pending, held.num_ack_pending) == (0, 0)


async def test_an_authority_reaches_nothing_else(servers: Stack, added: tuple[Authority, Authority]) -> None:
    first, second = added
    async with as_authority(servers, second) as connection:
        for subject in (
            f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{first.account}",
            f"$JS.API.CONSUMER.INFO.PACKS.{first.account}",
            f"$JS.ACK.PACKS.{first.account}.1.1.1.1.0",
            "$JS.API.STREAM.INFO.PACKS",
            "$JS.API.STREAM.MSG.GET.PACKS",
            "$JS.API.CONSUMER.CREATE.PACKS",
            f"$JS.API.CONSUMER.CREATE.PACKS.{second.account}",
            "$JS.API.CONSUMER.DURABLE.CREATE.PACKS.mine",
            "$JS.API.CONSUMER.MSG.NEXT.EVENTS.referrals-concern",
            "commands.retention.purge",
            "packs.802",
            "query.attendance.certificate",
        ):
            assert await connection.refused_publishing(subject), subject
        for subject in (f"{first.inbox_prefix}.>", "packs.>", "_INBOX.>", ">"):
            assert await connection.refused_subscribing(subject), subject


async def test_an_unrestricted_user_of_another_account_is_refused_by_the_server_itself(
    servers: Stack, added: tuple[Authority, Authority]
) -> None:
    """Were the user's permissions forgotten, and the import forged: the position of the account's key still holds."""
    first, _ = added
    await send_pack(servers, "801", b"for 801")
    rogue, ours = jwts.Key.new("account"), identity.load(servers.credentials).account.public
    imports = (
        jwts.service_import("fetch", f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{first.account}", exporter=ours),
        jwts.service_import("info", "$JS.API.STREAM.INFO.PACKS", exporter=ours),
    )
    async with claims.session(servers.nats_url, servers.credentials) as (accounts, _client):
        await accounts.agree(rogue.public, "rogue", jwts.account_claims(imports=imports), check=False)
        async with connected(servers.nats_url, everything(servers.folder, rogue), "_INBOX_rogue") as connection:
            with pytest.raises((ServiceUnavailableError, TimeoutError)):
                await fetch(connection, first.account)
            # the rogue's own JetStream answers, which has none
            answer = json.loads((await connection.client.request("$JS.API.STREAM.INFO.PACKS", b"", timeout=10)).data)
            assert "config" not in answer
            assert answer["error"]["code"] == 503
            await connection.client.publish("commands.retention.purge", b"{}")
            await connection.client.flush()
        await accounts.agree(rogue.public, "rogue", jwts.closed_account_claims(), check=False)
    async with unrestricted(servers) as owner:
        assert (await owner.client.jetstream().stream_info("COMMANDS")).state.messages == 0
    async with as_authority(servers, first) as connection:
        assert await fetch(connection, first.account) == b"for 801"


async def test_a_reply_cannot_make_the_server_deliver_to_our_subjects(servers: Stack, added: tuple[Authority, Authority]) -> None:
    """The trap inside one account: a fetch that names a control subject as its reply; in ours the server delivers."""
    first, _ = added
    await send_pack(servers, "801", b"for 801")
    async with unrestricted(servers) as owner, as_authority(servers, first) as connection:
        manager = owner.client.jetstream()
        heard = await owner.client.subscribe("query.>")
        await manager.add_consumer("PACKS", durable_name="inside", ack_policy="none")
        await owner.client.publish("$JS.API.CONSUMER.MSG.NEXT.PACKS.inside", b"1", reply="query.attendance.certificate")
        assert (await heard.next_msg(timeout=5)).data == b"for 801"
        await manager.delete_consumer("PACKS", "inside")

        next_pack = f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{first.account}"
        await connection.client.publish(next_pack, b"1", reply="query.attendance.certificate")
        assert await fetch(connection, first.account) == b"for 801"
        await owner.client.flush()
        assert heard.pending_msgs == 0


async def test_adding_again_is_the_same_authority(servers: Stack, added: tuple[Authority, Authority]) -> None:
    assert await authority.add(servers.nats_url, servers.credentials, "801") == added[0]
    assert await provision(servers.settings, check=True) == []


async def test_the_private_key_opens_what_the_public_key_seals(added: tuple[Authority, Authority]) -> None:
    private = X25519PrivateKey.from_private_bytes(base64.b64decode(added[0].private_key.read_text()))
    assert base64.b64encode(private.public_key().public_bytes_raw()).decode() == added[0].pack_key


async def test_a_lost_account_and_durable_are_found_and_mended(servers: Stack, added: tuple[Authority, Authority]) -> None:
    first, _ = added
    await servers.nats.stop()
    (servers.nats.folder / "accounts" / f"{first.account}.jwt").unlink()
    await servers.nats.start()
    async with unrestricted(servers) as owner:
        await owner.client.jetstream().delete_consumer("PACKS", first.account)
    lost = ["+ account LA 801", f"+ durable {first.account}"]
    assert await provision(servers.settings, check=True) == lost
    assert await provision(servers.settings) == lost
    await send_pack(servers, "801", b"again")
    async with as_authority(servers, first) as connection:
        assert await fetch(connection, first.account) == b"again"


async def test_a_rotated_user_takes_over_where_the_old_one_stood(servers: Stack, added: tuple[Authority, Authority]) -> None:
    first, _ = added
    await send_pack(servers, "801", b"one")
    await send_pack(servers, "801", b"two")
    old = first.credentials.read_text()
    async with as_authority(servers, first) as connection:
        assert await fetch(connection, first.account) == b"one"
        after = await authority.rotate(servers.nats_url, servers.credentials, "801")
        await until(lambda: connection.client.is_closed, "the old user's connection closed")
    assert (after.account, after.pack_key) == (first.account, first.pack_key)
    assert after.user != first.user
    async with as_authority(servers, after) as connection:
        assert await fetch(connection, after.account) == b"two"
    kept = servers.folder / "old.creds"
    kept.write_text(old)
    with pytest.raises(NatsError):
        await nats.connect(servers.nats_url, user_credentials=str(kept), allow_reconnect=False, error_cb=_silent)


async def test_a_revoked_authority_is_disconnected_and_not_let_in_again(servers: Stack, added: tuple[Authority, Authority]) -> None:
    first, _ = added
    kept = servers.folder / "revoked.creds"
    kept.write_text(first.credentials.read_text())
    async with as_authority(servers, first) as connection:
        await authority.revoke(servers.nats_url, servers.credentials, "801")
        await until(lambda: connection.client.is_closed, "the revoked LA's connection closed")
    with pytest.raises(NatsError):
        await nats.connect(servers.nats_url, user_credentials=str(kept), allow_reconnect=False, error_cb=_silent)
    async with unrestricted(servers) as owner:
        with pytest.raises(NotFoundError):
            await owner.client.jetstream().consumer_info("PACKS", first.account)
    with pytest.raises(ProvisioningError, match="iewo authority add 801"):
        authority.load(servers.credentials, "801")
    assert await provision(servers.settings, check=True) == []


class Killed(BaseException):
    """A process that ends here."""


@pytest.mark.parametrize("act", ["provision", "revoke", "add"])
@pytest.mark.parametrize("where", ["bus away", "after the first file", "before the durable", "before the last file"])
async def test_a_revocation_that_was_broken_off_is_ended_and_never_undone(
    servers: Stack, added: tuple[Authority, Authority], monkeypatch: pytest.MonkeyPatch, where: str, act: str
) -> None:
    first, _ = added
    kept = servers.folder / "broken-off.creds"
    kept.write_text(first.credentials.read_text())

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        if where == "after the first file":
            dying.setattr(claims, "session", die)
        if where == "before the durable":
            dying.setattr(bus, "delete_durable", die)
        if where == "before the last file":
            unlink = Path.unlink
            dying.setattr(Path, "unlink", lambda path, **given: die() if path.suffix == ".nk" else unlink(path, **given))
        url = "nats://127.0.0.1:1" if where == "bus away" else servers.nats_url
        with pytest.raises((Killed, ProvisioningError)):
            await authority.revoke(url, servers.credentials, "801")
    with pytest.raises(ProvisioningError, match="801"):
        authority.load(servers.credentials, "801")
    assert "- LA 801, whose revocation was broken off" in await provision(servers.settings, check=True)
    if act == "provision":
        await provision(servers.settings)
    elif act == "revoke":
        await authority.revoke(servers.nats_url, servers.credentials, "801")
    else:
        assert (await authority.add(servers.nats_url, servers.credentials, "801")).account != first.account
    assert await provision(servers.settings, check=True) == []
    with pytest.raises(NatsError):
        await nats.connect(servers.nats_url, user_credentials=str(kept), allow_reconnect=False, error_cb=_silent)


async def test_a_bus_restored_from_before_a_revocation_is_closed_again_by_provisioning(
    servers: Stack, added: tuple[Authority, Authority]
) -> None:
    first, _ = added
    kept = servers.folder / "restored.creds"
    kept.write_text(first.credentials.read_text())
    claims_file = servers.nats.folder / "accounts" / f"{first.account}.jwt"
    before = claims_file.read_text()
    await authority.revoke(servers.nats_url, servers.credentials, "801")
    await servers.nats.stop()
    claims_file.write_text(before)
    await servers.nats.start()
    async with connected(servers.nats_url, kept, first.inbox_prefix) as connection:
        assert await provision(servers.settings) == ["~ account of a revoked LA"]
        await until(lambda: connection.client.is_closed, "the revoked LA's connection closed")
    assert await provision(servers.settings, check=True) == []


@pytest.mark.parametrize("code", ["", "80", "8011", "80a", "../", "8.1", "*", "٨٠١"])
async def test_a_code_that_is_not_one_is_refused(servers: Stack, code: str) -> None:
    with pytest.raises(ProvisioningError, match="three digits"):
        await authority.add(servers.nats_url, servers.credentials, code)


async def _silent(_: Exception) -> None:
    """The refusal is the point."""
