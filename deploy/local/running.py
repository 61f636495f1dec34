"""A whole stack in a folder: servers, provisioning, four services; what `make up`, `make demo` and the tests start."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from deploy.local.lock import FolderLock
from deploy.local.services import Service, all_services, prepare_secrets
from deploy.local.stack import Stack
from shared.auth import Role
from shared.development import sign_token, tokens
from shared.provision.files import write_secret

QUICK: Mapping[str, str] = {"IEWO_KEY_HOLD_SECONDS": "2", "IEWO_SWEEP_AFTER_SECONDS": "3", "IEWO_FEED_RETRY_SECONDS": "5"}
"""For demonstration and tests: the same clocks, faster."""

OFFICER: Final = "officer"
"""Who the officer's token of a stack stands for."""


def cleared(officer: str, today: date) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What an operator posts so that an officer is let in: check and training were shown today."""
    where, day = f"/v1/officers/{officer}", today.isoformat()
    return (
        (f"{where}/dbs", {"level": "enhanced with barred lists", "seen": day}),
        (f"{where}/training", {"subjects": ["data protection", "information sharing", "safeguarding"], "done": day}),
    )


class Running:
    """An asynchronous context. `settings` are further IEWO_ variables of every service."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, **servers: bool) -> None:
        self.stack = Stack(folder, **servers)
        self._lock = FolderLock(self.stack.folder)
        self.services: dict[str, Service] = all_services(self.stack, settings)
        self.replicas: list[Service] = []
        self.changes: list[str] = []
        self._ahead = _ahead(settings or {})

    def __getitem__(self, name: str) -> Service:
        return self.services[name]

    async def start(self) -> None:
        """Servers first, then `retention`, which mints the keys, beside the others, which wait for theirs.

        ServerError, and nothing touched, when a stack already runs from this folder.
        """
        self._lock.take()
        try:
            self.changes = await self.stack.start_servers()
            prepare_secrets(self.stack.credentials)
            await asyncio.gather(*(service.start() for service in self.services.values()))
            if "referrals" in self.services:
                await self._add_officer()
        except BaseException:
            await self.stop()
            raise
        write_secret(self.endpoints_file, json.dumps(self.endpoints(), indent=2) + "\n")

    async def _add_officer(self) -> None:
        """The officer of the endpoints' token, unless the place knows one of that id, with check and training of today."""
        headers = {"Authorization": "Bearer " + self.token("operator", "operator")}
        async with httpx.AsyncClient(base_url=self["referrals"].url, headers=headers, timeout=30) as referrals:
            known = (await referrals.get("/v1/officers")).raise_for_status().json()["officers"]
            if OFFICER not in (officer["id"] for officer in known):
                told: dict[str, Any] = {"name": "Development Officer", "email": "officer@example.org", "schools": []}
                (await referrals.put(f"/v1/officers/{OFFICER}", json=told)).raise_for_status()
            for path, shown in cleared(OFFICER, (datetime.now(UTC) + self._ahead).date()):
                (await referrals.post(path, json=shown)).raise_for_status()

    async def stop(self) -> None:
        """Everything that was started, the last first; also the endpoints of an earlier stack here that was killed."""
        if self._lock.held:
            self.endpoints_file.unlink(missing_ok=True)
        await asyncio.gather(*(service.stop() for service in (*self.services.values(), *self.replicas)))
        await self.stack.stop_servers()
        self._lock.release()

    async def replica(self, name: str, number: int, settings: Mapping[str, str] | None = None) -> Service:
        """One more process of a service; stopped with the rest."""
        service = Service(self.stack, name, replica=number, settings=settings)
        self.replicas.append(service)
        await service.start()
        return service

    async def restart_services(self, settings: Mapping[str, str]) -> None:
        """The same services with other settings, on the same servers."""
        await asyncio.gather(*(service.stop() for service in self.services.values()))
        for service in self.services.values():
            service.change_settings(settings)
        self._ahead = _ahead(settings) or self._ahead
        await asyncio.gather(*(service.start() for service in self.services.values()))
        if "referrals" in self.services:
            await self._add_officer()

    @property
    def endpoints_file(self) -> Path:
        return self.stack.folder / "endpoints.json"

    def token(self, role: Role, sub: str = "someone", **claims: Any) -> str:
        return sign_token(self.stack.credentials, role=role, sub=sub, **claims)

    def endpoints(self) -> dict[str, Any]:
        """Where everything is, for a stranger's program."""
        return {
            **{name: service.url for name, service in self.services.items()},
            "nats": self.stack.nats_url,
            "mongo": self.stack.mongo_url("admin"),
            "tokens": tokens(self.stack.credentials, OFFICER),
            "credentials": str(self.stack.credentials),
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()


def _ahead(settings: Mapping[str, str]) -> timedelta:
    """How far ahead the services live."""
    return timedelta(days=float(settings.get("IEWO_CLOCK_OFFSET_DAYS", "0")))
