"""Servers that an older version provisioned, and services of this one: told in a line, and mended by provisioning."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from deploy.local.services import prepare_secrets
from deploy.local.stack import Stack
from shared import topology
from shared.mongo import close
from shared.provision import identity, jwts, permissions, provision
from shared.provision.files import write_secret
from shared.service import Parts
from tests.support.peers import Peer

NEW = "$JS.API.STREAM.MSG.DELETE.PACKS"
"""What an older version's `sharing` was not permitted."""


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Stack]:
    """Its own, since a service's keys are put beside the credentials."""
    async with Stack(tmp_path / "servers") as stack:
        yield stack


def as_an_older_version_left_it(servers: Stack) -> None:
    file = servers.credentials / "nats" / "sharing.creds"
    sharing = next(user for user in topology.USERS if user.name == "sharing")
    claims = permissions.of_user(sharing)
    allowed = [subject for subject in claims["pub"]["allow"] if subject != NEW]
    assert len(allowed) == len(claims["pub"]["allow"]) - 1
    key = jwts.Key.new("user")
    account = identity.load(servers.credentials).account
    token = jwts.encode({**claims, "pub": {"allow": allowed}}, subject=key.public, name="sharing", signer=account, now=int(time.time()))
    write_secret(file, jwts.credentials(token, key))


async def started(servers: Stack) -> Parts:
    parts = Peer(servers, "sharing", hold_seconds=1).parts
    await parts.bus.start()
    return parts


async def stopped(parts: Parts) -> None:
    await parts.bus.stop()
    await close(parts.client)


async def test_a_user_that_lacks_a_permission_is_told_at_the_start_and_provisioning_mends_it(servers: Stack) -> None:
    prepare_secrets(servers.credentials)
    as_an_older_version_left_it(servers)
    with capture_logs() as logged:
        parts = await started(servers)
    assert await parts.bus.missing() == ["permissions"]
    await stopped(parts)
    told = [one for one in logged if "permissions lacking" in one["event"]]
    assert [(one["log_level"], one["count"], one["subject"]) for one in told] == [("error", 1, f"publish {NEW}")]
    assert "iewo provision" in told[0]["event"]

    assert await provision(servers.settings) == ["~ bus user sharing"]
    assert await provision(servers.settings) == []
    with capture_logs() as logged:
        parts = await started(servers)
    assert await parts.bus.missing() == []
    await stopped(parts)
    assert not [one for one in logged if "permissions lacking" in one["event"]]
