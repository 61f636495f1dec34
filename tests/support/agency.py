"""An LA that receives, as tests have one."""

import asyncio
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from nats.js.api import ConsumerInfo

from clients.iewo.packs import receive
from clients.iewo.taking import Received
from deploy.local.stack import Stack
from shared import consignment
from shared.consignment import Consignment
from shared.identity import new_id
from shared.provision import authority, bus, claims
from shared.provision.authority_files import Authority
from shared.topology import pack_durable
from tests.bus.connections import as_user
from tests.support.signed_pack import signed_pack

CODES: Final = iter(range(810, 990))
AGAIN = 1
"""Seconds after which the bus delivers again: a minute for a real LA."""


@dataclass
class Agency:
    """An LA with its folder, and what was sent to it."""

    stack: Stack
    added: Authority
    to: Path
    sent: dict[str, dict[str, bytes]] = field(default_factory=dict)

    async def send(self, count: int = 1, size: int = 2000) -> list[str]:
        ids = self.prepare(count, size)
        for id_ in ids:
            await self.publish(self.message(id_))
        return ids

    def prepare(self, count: int, size: int) -> list[str]:
        """The ids of new packs, which are noted as sent."""
        ids = [new_id() for _ in range(count)]
        for id_ in ids:
            self.sent[id_] = signed_pack(id_, self.added.code, size)
        return ids

    def message(self, pack: str) -> bytes:
        return consignment.close(Consignment(pack, self.added.code, self.sent[pack]), self.added.pack_key)

    async def publish(self, message: bytes) -> None:
        async with as_user(self.stack, "sharing") as sharing:
            await sharing.client.jetstream().publish(f"packs.{self.added.code}", message, stream="PACKS")

    async def receive(
        self, *, key: Path | None = None, to: Path | None = None, account: str | None = None, trusted: str | None = None
    ) -> list[Received]:
        received: list[Received] = []
        await receive(
            self.stack.nats_url,
            self.added.credentials,
            key or self.added.private_key,
            account or self.added.account,
            self.added.code,
            to or self.to,
            on_pack=received.append,
            trusted=trusted,
            redelivery_seconds=AGAIN,
        )
        return received

    async def process(self, *more: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.support.receive_packs", *self.words(), *more)
        return await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)

    def words(self) -> list[str]:
        """What a process is told that receives for this LA."""
        one = self.added
        return [str(word) for word in (self.stack.nats_url, one.credentials, one.private_key, one.account, one.code, self.to, AGAIN)]

    def saved(self) -> dict[str, dict[str, bytes]]:
        folders = [folder for folder in self.to.iterdir() if not folder.name.startswith(".")]
        return {folder.name: {file.name: file.read_bytes() for file in folder.iterdir()} for folder in folders}

    async def asking(self) -> bool:
        """Whether a run asks for a pack just now, or has one in hand."""
        mark = self.to / ".receiving"
        return mark.is_file() and mark.stat().st_size > 0

    async def standing(self) -> tuple[int, int]:
        """Packs that wait, and packs that were delivered and not acknowledged."""
        async with as_user(self.stack, "sharing") as sharing:
            info: ConsumerInfo = await sharing.client.jetstream().consumer_info("PACKS", self.added.account)
            return info.num_pending or 0, info.num_ack_pending or 0


async def agency_of(stack: Stack, to: Path) -> Agency:
    """A new LA, to which the bus delivers again soon."""
    added = await authority.add(stack.nats_url, stack.credentials, str(next(CODES)))
    async with claims.session(stack.nats_url, stack.credentials) as (_, client):
        await bus.agree_durable(client, replace(pack_durable(added.account, added.code), ack_wait=AGAIN), check=False)
    return Agency(stack, added, to)
