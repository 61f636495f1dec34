"""The two servers in containers instead of from their wheels, under the same provisioning and the same services."""

import asyncio
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from testcontainers.community.mongodb import MongoDbContainer
from testcontainers.community.nats import NatsContainer
from testcontainers.core.container import DockerContainer

from deploy.local.lock import FolderLock
from deploy.local.process import HOST, free_port
from deploy.local.running import Running
from deploy.local.services import Service
from deploy.local.stack import Stack
from shared.provision import prepare, provision, server_config
from shared.provision.files import private_folder, write_secret
from tests.docker import engine

USER = f"{os.getuid()}:{os.getgid()}"
"""The servers run as us, since what they read is ours alone."""


class ContainerStack(Stack):
    """The servers of a folder, whose data are gone with their containers. `image` is the project's own, which initiates the replica set."""

    def __init__(self, folder: Path, *, image: str, nats: str, mongo: str) -> None:
        self.folder = private_folder(folder.resolve())
        self.credentials = private_folder(self.folder / "credentials")
        self._image = image
        # one port inside and outside, so that the set's member has one name for mongod itself and for us
        self._mongo_port, self._nats_port = free_port(), free_port()
        self._nats_container = _nats(nats, private_folder(self.folder / "nats"), self._nats_port)
        self._mongo_container = _mongo(mongo, private_folder(self.folder / "mongo"), self._mongo_port)
        self._running: list[DockerContainer] = []

    @property
    def nats_url(self) -> str:
        return f"nats://{HOST}:{self._nats_port}"

    async def start_servers(self) -> list[str]:
        lines = prepare(self.credentials)
        config = server_config(self.credentials, listen="0.0.0.0:4222", store=Path("/data"))
        write_secret(self.folder / "nats" / "nats.conf", config)
        write_secret(self.folder / "mongo" / "members.key", secrets.token_hex(64), mode=0o400)
        try:
            for container in (self._nats_container, self._mongo_container):
                self._running.append(container)
                await asyncio.to_thread(container.start)
            await asyncio.to_thread(self._initiate)
            return lines + await provision(self.settings)
        except BaseException:
            self.close()
            raise

    async def stop_servers(self) -> None:
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        while self._running:
            self._running.pop().stop()

    def _initiate(self) -> None:
        """The job of the compose file: in mongod's network, since from out here nobody is on its loopback."""
        network = f"container:{self._mongo_container.get_container_id()}"
        member = f"IEWO_MONGO_MEMBER={HOST}:{self._mongo_port}"
        vault = f"{self.credentials}:/vault"
        engine.done(
            "docker", "run", "--rm", "--network", network, "--user", USER, "--env", member, "--volume", vault, self._image, "initiate"
        )


def _nats(image: str, folder: Path, port: int) -> NatsContainer:
    container = NatsContainer(image, ready_timeout_secs=30, user=USER)
    container.with_command("--config /etc/iewo/nats.conf").with_volume_mapping(str(folder), "/etc/iewo", "ro")
    container.tmpfs["/data"] = "mode=1777"
    container.ports = {"4222": (HOST, port)}  # type: ignore[dict-item]  # the engine's own form for a port of the loopback alone
    return container


def _mongo(image: str, folder: Path, port: int) -> MongoDbContainer:
    # past the image's own entry point, which would make users before we can
    container = MongoDbContainer(image, port=port, user=USER, entrypoint=["mongod"])
    container.with_command(
        f"--bind_ip_all --port {port} --dbpath /data/db --replSet iewo --keyFile /etc/iewo/members.key --nounixsocket"
        " --wiredTigerCacheSizeGB 0.5 --setParameter shutdownTimeoutMillisForSignaledShutdown=0"
    ).with_volume_mapping(str(folder), "/etc/iewo", "ro")
    container.tmpfs["/data/db"] = "mode=1777"
    container.ports = {str(port): (HOST, port)}  # type: ignore[dict-item]
    return container


class RunningOnContainers(Running):
    """Some services as processes of this machine, on servers in containers."""

    def __init__(self, stack: ContainerStack, services: tuple[str, ...], settings: Mapping[str, str]) -> None:
        self.stack = stack
        self.services = {name: Service(stack, name, settings=settings) for name in services}
        self.replicas = []
        self.changes = []
        self._lock = FolderLock(stack.folder)
