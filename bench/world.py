"""What is measured, running: servers, the attendance service alone with its keys, and the plain service, in one folder."""

import asyncio
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pymongo.write_concern import WriteConcern

from bench.limit import Limit
from bench.plain import read_marks
from bench.pushing import File, Pusher, settled
from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from shared.academic_year import cohort, of
from shared.collections import DATABASE
from shared.development import sign_token
from shared.keys import KeyFolder, KeyMint
from shared.mongo import close, connect
from shared.sealing import CohortSealer


class World:
    """An asynchronous context. The services live on 20 November of this academic year: a term lies behind them, whenever this is run."""

    def __init__(self, folder: Path) -> None:
        real = datetime.now(UTC).date()
        self.today = date(of(real), 11, 20)
        self.year = of(self.today)
        self.stack = Stack(folder)
        ahead = {"IEWO_CLOCK_OFFSET_DAYS": str((self.today - real).days)}
        admin = {"IEWO_MONGO_URL_FILE": str(self.stack.credentials / "mongo" / "admin.url")}
        self.service = Service(self.stack, "attendance", settings=ahead)
        self.plain = Service(self.stack, "plain", module="bench.plain", settings=admin)

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
        mint = KeyMint(self.stack.folder / "keys", ("attendance",))
        for year in (self.year - 1, self.year):
            mint.mint(cohort(year))
        for name in ("index", "ledger"):
            mint.mint_named(name, ("attendance",))
        await asyncio.gather(self.service.start(), self.plain.start())
        self._client, self._admin = connect(self.stack.mongo_url("attendance")), connect(self.stack.mongo_url("admin"))
        collection = self._client[DATABASE].get_collection("attendance", write_concern=WriteConcern("majority", j=True))
        self.settled = settled(collection)
        self.limit = Limit(collection, CohortSealer(KeyFolder(self.stack.folder / "keys" / "attendance", hold_seconds=60)))
        token = sign_token(self.stack.credentials, role="operator", sub="bench", schools=("*",))
        self.push_ours, self.push_plain = Pusher(self.service.url, token), Pusher(self.plain.url, token)

    async def fill_plain(self, files: Sequence[File]) -> None:
        """Gives the plain service the marks of files that are not measured: inserted straight away, since pushing takes a minute."""
        collection = self._admin[DATABASE].get_collection("plain", write_concern=WriteConcern(1, j=False))
        for school, content in files:
            await collection.insert_many(list(read_marks(school.urn, content.decode())), ordered=False)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.gather(self.push_ours.close(), self.push_plain.close())
        await close(self._client)
        await close(self._admin)
        await self._stop()

    async def _stop(self) -> None:
        await asyncio.gather(self.service.stop(), self.plain.stop())
        await self.stack.stop_servers()


def resident(service: Service) -> float:
    """Resident memory of a service's process, in MB."""
    kilobytes = subprocess.run(["ps", "-o", "rss=", "-p", str(service.pid)], capture_output=True, text=True, check=True).stdout
    return int(kilobytes) / 1024
