"""What is measured, running: servers, services with their keys, and the plain service, in one folder."""

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo.write_concern import WriteConcern

from bench.cores import Cores
from bench.limit import Limit
from bench.plain import read_marks
from bench.pushing import BenchError, File, Pusher, settled
from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from shared.academic_year import cohort, of
from shared.collections import DATABASE
from shared.development import sign_token
from shared.keys import KeyFolder, KeyMint
from shared.mongo import close, connect
from shared.sealing import CohortSealer

REST, REST_WITHIN, BUSY = 20.0, 300.0, 0.08
"""Seconds over which the services use less than this share of a core; a chore of `referrals` reads what has changed every fifteen."""


class World:
    """An asynchronous context. The services live on 20 November of this academic year: a term lies behind them, whenever this is run.

    `replicas`: how many processes of `attendance` there are. `others`: services beside it, `plain` (the peer) or `referrals`.
    """

    def __init__(self, folder: Path, *, replicas: int = 1, others: Sequence[str] = ()) -> None:
        real = datetime.now(UTC).date()
        self.today = date(of(real), 11, 20)
        self.year = of(self.today)
        self.stack = Stack(folder)
        self._ahead = {"IEWO_CLOCK_OFFSET_DAYS": str((self.today - real).days)}
        self.services = [Service(self.stack, "attendance", replica=n + 1, settings=self._ahead) for n in range(replicas)]
        self.others = {name: self._other(name) for name in others}

    def _other(self, name: str) -> Service:
        if name != "plain":
            return Service(self.stack, name, settings=self._ahead)
        admin = {"IEWO_MONGO_URL_FILE": str(self.stack.credentials / "mongo" / "admin.url")}
        return Service(self.stack, "plain", module="bench.plain", settings=admin)

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def _start(self) -> None:
        await self.stack.start_servers()
        prepare_secrets(self.stack.credentials)
        mint = KeyMint(self.stack.folder / "keys", ("attendance", "referrals"))
        for year in (self.year - 1, self.year):
            mint.mint(cohort(year))
        for name in ("index", "ledger"):
            mint.mint_named(name, ("attendance",))
        await asyncio.gather(*(service.start() for service in self._all()))
        self._client, self._admin = connect(self.stack.mongo_url("attendance")), connect(self.stack.mongo_url("admin"))
        self.collection = self._client[DATABASE].get_collection("attendance", write_concern=WriteConcern("majority", j=True))
        self.settled = settled(self.collection)
        self.sealer = CohortSealer(KeyFolder(self.stack.folder / "keys" / "attendance", hold_seconds=60))
        self.limit = Limit(self.collection, self.sealer)
        self.token = sign_token(self.stack.credentials, role="operator", sub="bench", schools=("*",))
        self.push_ours = Pusher([service.url for service in self.services], self.token)
        head = sign_token(self.stack.credentials, role="head of service", sub="bench", schools=("*",))
        self.read = Pusher([self.services[0].url], head)
        self.push_first = Pusher([self.services[0].url], self.token)
        self.push_plain = Pusher([service.url for name, service in self.others.items() if name == "plain"], self.token)

    @property
    def admin(self) -> Any:
        """The database, for whoever may see all of it."""
        return self._admin[DATABASE]

    async def fill_plain(self, files: Sequence[File]) -> None:
        """Gives the plain service the marks of files that are not measured: inserted straight away, since pushing takes a minute."""
        collection = self._admin[DATABASE].get_collection("plain", write_concern=WriteConcern(1, j=False))
        for school, content in files if "plain" in self.others else ():
            await collection.insert_many(list(read_marks(school.urn, content.decode())), ordered=False)

    async def written_out(self) -> None:
        """Have mongod write out what it has taken so far: the checkpoint of a million children is none of what a few schools cost."""
        await self._admin.admin.command("fsync")

    def cores(self) -> Cores:
        """A measure of what each process spends from now on."""
        pids = {service.folder.name: service.pid for service in self._all()}
        servers = {"mongod": self.stack.mongo.pid, "nats-server": self.stack.nats.pid, "this benchmark": os.getpid()}
        return Cores({name: pid for name, pid in (pids | servers).items() if pid})

    async def at_rest(self) -> None:
        """Until the services have little to do for as long as their chores pause: what was begun before is done."""
        end = time.perf_counter() + REST_WITHIN
        while time.perf_counter() < end:
            before = self.cores()
            await asyncio.sleep(REST)
            if sum(before.spent()[service.folder.name] for service in self._all()) < BUSY * REST:
                return
        raise BenchError("the services did not come to rest")

    def _all(self) -> list[Service]:
        return [*self.services, *self.others.values()]

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.gather(*(pusher.close() for pusher in (self.push_ours, self.push_first, self.push_plain, self.read)))
        await close(self._client)
        await close(self._admin)
        await self._stop()

    async def _stop(self) -> None:
        await asyncio.gather(*(service.stop() for service in self._all()))
        await self.stack.stop_servers()
