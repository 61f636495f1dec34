"""Three nats-servers as a cluster, provisioned like one: every stream on all three. No database is started beside them."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from deploy.local.process import HOST, free_port
from deploy.local.servers import NatsServer
from deploy.local.stack import Stack
from shared.provision import bus, claims, identity, prepare

NODES = 3


class Node(NatsServer):
    """One of them. `routes`: the ports at which they meet, its own among them."""

    def __init__(self, folder: Path, credentials: Path, number: int, routes: Sequence[int]) -> None:
        self.name = f"nats-server-{number}"
        super().__init__(folder / self.name, credentials)
        others = ", ".join(f'"nats://{HOST}:{port}"' for port in routes)
        own = f'"{HOST}:{routes[number]}"'
        self._meeting = f"server_name: {self.name}\ncluster: {{ name: three, listen: {own}, routes: [{others}] }}\n"

    def _command(self) -> list[str]:
        command = super()._command()
        with (self.folder / "nats.conf").open("a") as config:
            config.write(self._meeting)
        return command


class Cluster(Stack):
    """An asynchronous context like a stack; `nats_url` is the first node's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        routes = [free_port() for _ in range(NODES)]
        self.nodes = [Node(self.folder, self.credentials, number, routes) for number in range(NODES)]

    @property
    def nats_url(self) -> str:
        return self.nodes[0].url

    async def start_servers(self) -> list[str]:
        lines = prepare(self.credentials)
        await asyncio.gather(*(node.start() for node in self.nodes))
        async with claims.session(self.nats_url, self.credentials) as (accounts, client):
            for name, key, wanted in identity.accounts(identity.load(self.credentials)):
                lines += await accounts.agree(key.public, name, wanted, check=False)
            return lines + await bus.agree(client, replicas=NODES, max_bytes={}, check=False)

    async def stop_servers(self) -> None:
        await asyncio.gather(*(node.stop() for node in self.nodes))

    async def replicas(self, stream: str) -> list[str]:
        """Where a stream is kept."""
        async with claims.session(self.nats_url, self.credentials) as (_, client):
            told = json.loads((await client.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=10)).data)
        cluster = told["cluster"]
        return sorted([cluster["leader"], *(one["name"] for one in cluster["replicas"])])
