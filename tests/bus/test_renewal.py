"""Credentials that somebody may have seen are void at once, on the bus and in the database, and whoever is given the new ones goes on."""

from pathlib import Path

import nats
import pytest
from nats.errors import Error as NatsError

from deploy.local.stack import Stack
from shared.provision import ProvisioningError, identity, provision, replica_set
from shared.provision.permissions import inbox_prefix
from shared.provision.renewal import renew
from tests.bus.connections import as_user, until


async def _silent(_: Exception) -> None:
    """The refusal is raised as well."""


async def test_renewed_credentials_shut_the_old_ones_out(servers: Stack) -> None:
    folder = servers.credentials
    creds, url = folder / "nats" / "referrals.creds", folder / "mongo" / "referrals.url"
    stolen, stolen_url = _copy(servers, creds), url.read_text()
    async with as_user(servers, "referrals") as connection:
        assert renew(folder, "referrals") == ["- credentials of referrals"]
        assert await provision(servers.settings) == [
            "~ token iewo-account",
            "+ bus user referrals",
            "~ account IEWO",
            "~ mongo user referrals",
        ]
        await until(lambda: connection.client.is_closed, "the connection with the old credentials closed")
    with pytest.raises(NatsError):
        await nats.connect(servers.nats_url, user_credentials=str(stolen), allow_reconnect=False, error_cb=_silent)
    assert not await replica_set.logs_in(stolen_url)
    assert await replica_set.logs_in(url.read_text())
    async with as_user(servers, "referrals") as connection:
        assert not await connection.refused_publishing("events.referrals.case-opened")
    assert await provision(servers.settings) == []


async def test_the_user_of_provisioning_itself_can_be_renewed_and_the_void_ones_stay_void(servers: Stack) -> None:
    void = identity.revoked(servers.credentials)
    stolen = _copy(servers, servers.credentials / "nats" / "provision.creds")
    renew(servers.credentials, "provision")
    assert "+ bus user provision" in await provision(servers.settings)
    assert identity.revoked(servers.credentials).items() >= void.items()
    with pytest.raises(NatsError):
        await nats.connect(
            servers.nats_url,
            user_credentials=str(stolen),
            inbox_prefix=inbox_prefix("provision").encode(),
            allow_reconnect=False,
            error_cb=_silent,
        )
    assert await provision(servers.settings) == []


@pytest.mark.parametrize("name", ["system", "803", "../operator"])
def test_whoever_is_no_user_of_ours_is_named(servers: Stack, name: str) -> None:
    with pytest.raises(ProvisioningError, match="name one of attendance"):
        renew(servers.credentials, name)


def _copy(servers: Stack, file: Path) -> Path:
    kept = servers.folder / f"stolen-{file.name}"
    kept.write_text(file.read_text())
    return kept
