"""LAs are added, given new users and revoked while packs flow, on one server and on a cluster of three: none is lost, none goes astray."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import nats
import pytest
from nats.errors import Error as NatsError

from clients.iewo.packs import PacksError, receive
from deploy.local.stack import Stack
from shared.provision import authority, claims
from tests.bus.connections import as_user
from tests.support.agency import Agency, agency_of
from tests.support.cluster import NODES, Cluster
from tests.support.school import until

PACKS = 120
EVERY = 30
"""Packs between one act of the operator's and the next."""


@asynccontextmanager
async def one_server(folder: Path) -> AsyncIterator[tuple[Stack, list[str]]]:
    async with Stack(folder) as stack:
        yield stack, [stack.nats_url]


@asynccontextmanager
async def three_servers(folder: Path) -> AsyncIterator[tuple[Stack, list[str]]]:
    async with Cluster(folder) as cluster:
        assert await cluster.replicas("PACKS") == sorted(node.name for node in cluster.nodes)
        yield cluster, [node.url for node in cluster.nodes]


async def follow(agency: Agency, url: str) -> None:
    """As an LA's job does: begins again whenever the bus closes its connection, with the credentials that it has by then."""
    while True:
        one = agency.added
        files = (one.credentials, one.private_key, one.account, one.code, agency.to)
        with suppress(PacksError):
            await receive(url, *files, on_pack=lambda _: None, follow=True, redelivery_seconds=1)
        await asyncio.sleep(0.05)


async def flow(agencies: list[Agency]) -> AsyncIterator[int]:
    """Packs to all of them in turn, one after the other."""
    async with as_user(agencies[0].stack, "sharing") as sharing:
        for number in range(PACKS):
            one = agencies[number % len(agencies)]
            [pack] = one.prepare(1, size=300)
            await sharing.client.jetstream().publish(f"packs.{one.added.code}", one.message(pack), stream="PACKS")
            yield number


@pytest.mark.parametrize("servers_of", [one_server, three_servers])
async def test_no_pack_is_lost_while_authorities_come_and_change(servers_of: Callable[..., object], tmp_path: Path) -> None:
    async with servers_of(tmp_path / "servers") as (stack, urls):  # type: ignore[attr-defined]
        changed, untouched, revoked = agencies = [await agency_of(stack, tmp_path / name) for name in ("changed", "same", "gone")]
        jobs = [asyncio.create_task(follow(one, urls[number % len(urls)])) for number, one in enumerate(agencies)]
        users, came_later = {changed.added.user}, list[Agency]()
        async for number in flow(agencies):
            if number % EVERY == EVERY - 1:
                changed.added = await authority.rotate(stack.nats_url, stack.credentials, changed.added.code)
                users.add(changed.added.user)
                later = await agency_of(stack, tmp_path / f"later-{number}")
                came_later.append(later)
                await later.send(3)
                jobs.append(asyncio.create_task(follow(later, urls[len(came_later) % len(urls)])))
            if number == PACKS // 2:
                await authority.revoke(stack.nats_url, stack.credentials, revoked.added.code)

        async def all_there() -> bool:
            return all(one.to.exists() and one.saved() == one.sent for one in (changed, untouched, *came_later))

        await until("every pack is with its LA", all_there, seconds=60)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        assert len(users) == 1 + PACKS // EVERY
        for one in (changed, untouched, *came_later):
            assert await one.standing() == (0, 0)
        assert revoked.saved().items() <= revoked.sent.items()
        assert len(revoked.saved()) <= PACKS // 2 // len(agencies) + 1


async def test_every_node_lets_in_whom_it_should_and_no_one_else(tmp_path: Path) -> None:
    async with Cluster(tmp_path / "servers") as cluster:
        first = await agency_of(cluster, tmp_path / "packs")
        (old := tmp_path / "old.creds").write_text(first.added.credentials.read_text())
        await everywhere("lets it in", cluster, partial(let_in, credentials=old))
        after = await authority.rotate(cluster.nats_url, cluster.credentials, first.added.code)
        await everywhere("lets the new user in", cluster, partial(let_in, credentials=after.credentials))
        await everywhere("refuses the old one", cluster, partial(refused, credentials=old))
        (new := tmp_path / "new.creds").write_text(after.credentials.read_text())
        await authority.revoke(cluster.nats_url, cluster.credentials, after.code)
        await everywhere("refuses the revoked", cluster, partial(refused, credentials=new))


async def test_a_node_that_was_away_learns_of_a_new_user_though_both_came_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers take the later of two claims by the second in which they were issued, and any of two of one second."""
    monkeypatch.setattr(claims, "time", SimpleNamespace(time=partial(float, time.time())))
    async with Cluster(tmp_path / "servers") as cluster:
        first = await agency_of(cluster, tmp_path / "packs")
        (old := tmp_path / "old.creds").write_text(first.added.credentials.read_text())
        await everywhere("lets it in", cluster, partial(let_in, credentials=old))
        away = cluster.nodes[NODES - 1]
        await away.kill()
        after = await authority.rotate(cluster.nats_url, cluster.credentials, first.added.code)
        await away.start()
        await everywhere("lets the new user in", cluster, partial(let_in, credentials=after.credentials))
        await everywhere("refuses the old one", cluster, partial(refused, credentials=old))


async def test_an_authority_revoked_while_a_node_was_away_stays_out(tmp_path: Path) -> None:
    """The node that was away holds claims that let it in: they are not the cluster's again."""
    async with Cluster(tmp_path / "servers") as cluster:
        first = await agency_of(cluster, tmp_path / "packs")
        (old := tmp_path / "old.creds").write_text(first.added.credentials.read_text())
        await everywhere("lets it in", cluster, partial(let_in, credentials=old))
        away = cluster.nodes[NODES - 1]
        await away.kill()
        await authority.revoke(cluster.nats_url, cluster.credentials, first.added.code)
        await away.start()
        await everywhere("refuses the revoked", cluster, partial(refused, credentials=old))


async def everywhere(what: str, cluster: Cluster, probe: Callable[[str], Awaitable[bool]]) -> None:
    for node in cluster.nodes:
        await until(f"{node.name} {what}", partial(probe, node.url))


async def let_in(url: str, credentials: Path) -> bool:
    try:
        client = await nats.connect(
            url,
            user_credentials=str(credentials),
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0.1,
            error_cb=_silent,
        )
    except (NatsError, OSError):
        return False
    await client.close()
    return True


async def refused(url: str, credentials: Path) -> bool:
    return not await let_in(url, credentials)


async def _silent(_: Exception) -> None:
    """The refusal is the point."""
