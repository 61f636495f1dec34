"""The four services as processes of their own, on the servers of a stack."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deploy.local.process import HOST, Server
from deploy.local.stack import Stack
from shared.development import make_token_key
from shared.provision.files import private_folder
from shared.provision.signing import SIGNING_KEYS, make_signing_keys
from shared.topology import SERVICES

NOT_PASSED: Final = ("IEWO_ENDPOINTS", "IEWO_TOKEN")
READY_SECONDS: Final = 2.0
"""For one answer; it is asked again."""


class Service(Server):
    """One process of a service. `module` is its own, or a test's composition of it."""

    def __init__(
        self, stack: Stack, name: str, *, replica: int = 1, module: str | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        super().__init__(stack.folder / "services" / (name if replica == 1 else f"{name}-{replica}"))
        self._stack = stack
        self.module = module or f"services.{name}"
        self._settings = dict(settings or {})

    def change_settings(self, settings: Mapping[str, str]) -> None:
        """For its next start."""
        self._settings |= settings

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def _command(self) -> list[str]:
        return [sys.executable, "-m", self.module, *([self.name] if not self.module.startswith("services.") else [])]

    def _environment(self) -> dict[str, str]:
        stack, keys = self._stack, private_folder(self._stack.folder / "keys")
        own = {
            "IEWO_HOST": HOST,
            "IEWO_PORT": str(self.port),
            "IEWO_NATS_URL": stack.nats_url,
            "IEWO_NATS_CREDENTIALS": str(stack.creds(self.name)),
            "IEWO_MONGO_URL_FILE": str(stack.credentials / "mongo" / f"{self.name}.url"),
            # retention mints for all; every other service is given its own subfolder and no more
            "IEWO_KEY_FOLDER": str(keys if self.name == "retention" else private_folder(keys / self.name)),
            "IEWO_JWKS": str(stack.credentials / "jwks.json"),
            "IEWO_DEVELOPMENT": "true",
        }
        for key in SIGNING_KEYS:
            if key.service == self.name:
                own["IEWO_SIGNING_KEY"] = str(stack.credentials / key.private)
        if self.name == "referrals":
            own["IEWO_MAIL_FOLDER"] = str(stack.folder / "mail")
        clean = {key: value for key, value in os.environ.items() if not key.startswith("IEWO_") or key in NOT_PASSED}
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        return {**clean, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **own, **self._settings}

    async def _ready(self) -> bool:
        """Asked by hand, every 20 ms: to make a client of HTTP takes longer than the answer."""
        try:
            reader, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return (await asyncio.wait_for(reader.readline(), READY_SECONDS)).split()[1:2] == [b"200"]
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()


def prepare_secrets(credentials: Path) -> None:
    """The development token key with its JWKS, and the keys that sign certificates of disposal and packs; idempotent."""
    make_token_key(credentials)
    make_signing_keys(credentials)


def all_services(stack: Stack, settings: Mapping[str, str] | None = None) -> dict[str, Service]:
    return {name: Service(stack, name, settings=settings) for name in SERVICES}
