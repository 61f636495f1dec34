"""The compose file as a project of its own: up, asked about, down with everything it made."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.auth import Role
from shared.development import JWKS_FILE, make_token_key, sign_token
from tests.docker import engine


@dataclass(frozen=True, slots=True)
class At:
    """Where one replica of a service answers."""

    url: str


class Place:
    """`folder` holds the key that signs this place's tokens; the services are shown its public half only."""

    def __init__(self, folder: Path, project: str, image: str, compose: tuple[str, ...], files: tuple[str, ...] = ()) -> None:
        """`files`: beside docker-compose.yml."""
        self.project = project
        self.image = image
        named = [word for file in ("docker-compose.yml", *files) for word in ("--file", file)]
        self.command = (*compose, "--project-name", project, *named)
        self.signing = folder / "signing"
        self.signing.mkdir(parents=True)
        make_token_key(self.signing)
        jwks = folder / "jwks"
        jwks.mkdir()
        shutil.copy(self.signing / JWKS_FILE, jwks)
        jwks.chmod(0o755)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("IEWO_")}
        self._environment = clean | {"IEWO_IMAGE": image, "IEWO_JWKS_FOLDER": str(jwks), "IEWO_BUILD_NETWORK": "host"}

    def compose(self, *words: str, **more: str) -> str:
        """`more`: environment variables."""
        return engine.done(*self.command, *words, env=self._environment | more)

    def operator(self, *words: str, token: str = "") -> str:
        """The `iewo` command, inside."""
        return self.compose("run", "--rm", "-T", "operator", "iewo", *words, IEWO_TOKEN=token)

    def python(self, program: str) -> str:
        """What a program prints that runs where the operator's command does."""
        return self.compose("run", "--rm", "-T", "--entrypoint", "python", "operator", "-c", program)

    def vault(self, file: str) -> str:
        """What a file of the vault says."""
        return self.compose("run", "--rm", "-T", "--entrypoint", "cat", "operator", f"/vault/{file}")

    def containers(self, service: str | None = None) -> list[dict[str, Any]]:
        """As the engine inspects them, by number; stopped ones too."""
        every = engine.inspect("container", *engine.of_project("container", self.project))
        kept = [one for one in every if service in (None, _label(one, "service"))]
        return sorted(kept, key=lambda one: int(_label(one, "container-number") or 0))

    def replicas(self, service: str) -> list[At]:
        bound = [one["NetworkSettings"]["Ports"]["8000/tcp"][0] for one in self.containers(service)]
        return [At(f"http://{port['HostIp']}:{port['HostPort']}") for port in bound]

    def log(self, service: str) -> list[str]:
        """Lines of the service's first container."""
        return engine.done("docker", "container", "logs", self.containers(service)[0]["Id"]).splitlines()

    def __getitem__(self, service: str) -> At:
        return self.replicas(service)[0]

    def token(self, role: Role, sub: str = "someone", **claims: Any) -> str:
        return sign_token(self.signing, role=role, sub=sub, **claims)

    def healthy(self, service: str, count: int) -> bool:
        states = [one["State"].get("Health", {}).get("Status") for one in self.containers(service)]
        return states == ["healthy"] * count


def _label(container: dict[str, Any], name: str) -> str | None:
    value: str | None = container["Config"]["Labels"].get(f"com.docker.compose.{name}")
    return value
