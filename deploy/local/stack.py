"""The servers of one stack: nats-server and mongod in a folder, provisioned, ready for the services."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.servers import MongoServer, NatsServer
from shared.provision import Settings, prepare, provision
from shared.provision.files import private_folder


class Stack:
    """The two servers of a folder, as an asynchronous context; data and ports stay in the folder, so that a second
    start finds them.

    `plain_files` and `notablescan` are mongod's, see MongoServer. A first start takes about a second and a half.
    """

    def __init__(self, folder: Path, *, plain_files: bool = False, notablescan: bool = False) -> None:
        self.folder = private_folder(folder.resolve())
        self.credentials = self.folder / "credentials"
        self.nats = NatsServer(self.folder / "nats", self.credentials)
        self.mongo = MongoServer(self.folder / "mongo", self.credentials, plain_files=plain_files, notablescan=notablescan)

    @property
    def nats_url(self) -> str:
        return self.nats.url

    @property
    def settings(self) -> Settings:
        return Settings(nats_url=self.nats_url, credentials=self.credentials)

    def mongo_url(self, service: str) -> str:
        """The connection URL of a service's user, or of `admin`, with its password."""
        return (self.credentials / "mongo" / f"{service}.url").read_text()

    def creds(self, user: str) -> Path:
        """The credentials file of a service, of `operator` or of `provision`."""
        return self.credentials / "nats" / f"{user}.creds"

    async def start_servers(self) -> list[str]:
        """Starts and provisions both; returns what provisioning changed. Raises ServerError or ProvisioningError."""
        lines = prepare(self.credentials)
        try:
            await asyncio.gather(self.nats.start(), self.mongo.start())
            return lines + await provision(self.settings)
        except BaseException:
            self.close()
            raise

    async def stop_servers(self) -> None:
        await asyncio.gather(self.nats.stop(), self.mongo.stop())

    def close(self) -> None:
        """`stop_servers` for where no event loop runs."""
        self.nats.close()
        self.mongo.close()

    async def __aenter__(self) -> Self:
        await self.start_servers()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop_servers()
