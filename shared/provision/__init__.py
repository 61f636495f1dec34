"""Brings the bus and the store into agreement with `shared.topology` and `shared.collections`: create or update, tell
the differences.
"""

from dataclasses import dataclass, field
from pathlib import Path

from shared.provision import authority, bus, claims, identity, store
from shared.provision.errors import ProvisioningError
from shared.provision.identity import prepare, server_config

__all__ = ["ProvisioningError", "Settings", "prepare", "provision", "server_config"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the servers are and where the credentials lie.

    `replicas`: 1 for one nats-server, 3 for a cluster. `max_bytes`: a stream's name to its size, where the default is
    not right. `mongo_admin_url`: None reads it from the credentials folder.
    """

    nats_url: str
    credentials: Path
    mongo_admin_url: str | None = None
    replicas: int = 1
    max_bytes: dict[str, int] = field(default_factory=dict)

    def admin_url(self) -> str:
        file = self.credentials / "mongo" / "admin.url"
        if self.mongo_admin_url is None and not file.is_file():
            raise ProvisioningError(f"{file} is missing: initiate the replica set first, or name the administrator's URL")
        return self.mongo_admin_url or file.read_text()


async def provision(settings: Settings, *, check: bool = False) -> list[str]:
    """Creates or updates everything, and returns the differences that there were, one a line; none on a second run.

    With `check` nothing is changed. Raises ProvisioningError, a line that says what to do.
    """
    lines = prepare(settings.credentials, check=check)
    lines += await _bus(settings, check)
    return lines + await store.agree(settings.admin_url(), settings.credentials, check=check)


async def _bus(settings: Settings, check: bool) -> list[str]:
    folder = settings.credentials
    async with claims.session(settings.nats_url, folder) as (accounts, client):
        lines: list[str] = []
        for name, key, wanted in identity.accounts(identity.load(folder)):
            lines += await accounts.agree(key.public, name, wanted, check=check)
        lines += await bus.agree(client, replicas=settings.replicas, max_bytes=settings.max_bytes, check=check)
        return lines + await authority.agree(accounts, client, folder, check=check)
