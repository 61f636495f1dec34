"""`python -m deploy.trial`: tokens and addresses with which a compose stack is tried out from this machine. Not for real children.

Before the first `up` it makes the key that signs tokens, in trial/, and shows the services its public half in jwks/ (IEWO_JWKS_FOLDER).
After each `up` it writes trial/endpoints.json, from which `iewo` knows addresses and tokens: whatever starts anew has another port.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from shared.development import JWKS_FILE, KEY_FILE, make_token_key, tokens
from shared.provision.files import private_folder, write_secret
from shared.topology import SERVICES

FOLDER: Final = Path("trial")
OFFICER: Final = "officer-1"


def compose_command() -> tuple[str, ...] | None:
    """`docker compose` where it is installed, else the older `docker-compose`; None when there is neither."""
    commands = (("docker", "compose"), ("docker-compose",))
    return next((c for c in commands if shutil.which(c[0]) and _run(*c, "version").returncode == 0), None)


def show_keys(folder: Path, jwks: Path) -> None:
    """Makes the key unless there is one. Its public half must be readable by the services' user; another issuer's is left alone."""
    made = make_token_key(private_folder(folder))
    jwks.mkdir(parents=True, exist_ok=True)
    shown = jwks / JWKS_FILE
    if shown.is_file() and shown.read_bytes() != made.read_bytes():
        raise SystemExit(f"{shown} holds another issuer's keys: name another folder in IEWO_JWKS_FOLDER")
    shutil.copyfile(made, shown)
    jwks.chmod(0o755)
    shown.chmod(0o644)


def endpoints(folder: Path, compose: tuple[str, ...]) -> dict[str, Any]:
    """Where the first replica of each service answers, and the bus where it is published; nothing before the first `up`."""
    ports = {name: _published(compose, name, 8000) for name in SERVICES}
    away = [name for name, address in ports.items() if not address]
    if len(away) == len(ports):
        return {}
    if away:
        raise SystemExit(f"not up: {', '.join(away)}. `docker compose up --detach`, then this again")
    bus = _published(compose, "nats", 4222)
    return {
        **{name: f"http://{address}" for name, address in ports.items()},
        **({"nats": f"nats://{bus}"} if bus else {}),
        "tokens": tokens(folder, OFFICER),
        "signing": str((folder / KEY_FILE).resolve()),
    }


def _published(compose: tuple[str, ...], service: str, port: int) -> str:
    """`host:port` on this machine; empty where nothing runs or nothing is published."""
    said = _run(*compose, "port", "--index", "1", service, str(port)).stdout.strip()
    return said if said and not said.endswith(":0") else ""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def main() -> int:
    compose = compose_command()
    if compose is None:
        raise SystemExit("neither `docker compose` nor docker-compose is here")
    show_keys(FOLDER, Path(os.environ.get("IEWO_JWKS_FOLDER", "jwks")))
    file, found = FOLDER / "endpoints.json", endpoints(FOLDER, compose)
    if not found:
        print("tokens can be signed and will be believed; now `docker compose up --detach`, then this again")
        return 0
    write_secret(file, json.dumps(found, indent=2) + "\n")
    print(f"{file} says where everything is: export IEWO_ENDPOINTS={file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
