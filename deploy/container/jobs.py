"""The three jobs of a new place, each of which changes nothing when run again.

`prepare`    before any server: the operator, accounts and users; the servers' own configuration files
`initiate`   in mongod's own network: makes the replica set and its administrator (only loopback may, see replica_set.py)
`provision`  streams, durables, collections, users; then hands each service its own credentials and no other's. With `--renew SERVICE ...`
             it first voids those of a service and makes new ones
"""

import asyncio
import json
import os
import secrets
import time
from pathlib import Path
from typing import Final

from shared.provision import ProvisioningError, Settings, replica_set, server_config
from shared.provision import prepare as prepare_identity
from shared.provision import provision as agree
from shared.provision.files import write_secret
from shared.provision.renewal import renew
from shared.provision.signing import SIGNING_KEYS, make_signing_keys
from shared.topology import SERVICES

VAULT: Final = Path("/vault")
"""The whole credentials folder, seeds of the operator included: mounted by these jobs and by the operator's command."""
HANDOUT: Final = Path("/handout")
"""A service's own credentials, one volume each, mounted by the service as /credentials."""
SERVERS: Final = Path("/servers")
"""Configuration and data of the two servers. Being mounted here first is what makes them ours to write."""
NATS_STORE: Final = Path("/data")
"""Where nats-server sees its data."""
MONGO_PORT: Final = 27017
WAIT_SECONDS: Final = 60.0
_POLL: Final = 0.1


async def prepare() -> list[str]:
    _need_jwks(os.environ.get("IEWO_JWKS", ""))
    lines = prepare_identity(VAULT) + make_signing_keys(VAULT)
    config = server_config(VAULT, listen="0.0.0.0:4222", store=NATS_STORE)
    lines += _keep(SERVERS / "nats-config" / "nats.conf", config)
    members = SERVERS / "mongo-config" / "members.key"
    if not members.is_file():
        # mongod takes base64's letters alone, up to 1024 of them
        write_secret(members, secrets.token_urlsafe(96).replace("-", "+").replace("_", "/"), mode=0o400)
        lines.append("+ mongod's key file")
    return lines


async def initiate() -> list[str]:
    """The member is named as services reach it, IEWO_MONGO_MEMBER, by default `mongo:27017`."""
    member = os.environ.get("IEWO_MONGO_MEMBER", f"mongo:{MONGO_PORT}")
    address = f"127.0.0.1:{member.rpartition(':')[2]}"
    await _until_open(address)
    return await replica_set.initiate(address, member, VAULT)


async def provision(*renewed: str) -> list[str]:
    """`renewed`: users whose credentials are made anew."""
    nats_url = os.environ.get("IEWO_NATS_URL", "nats://nats:4222")
    await _until_open(nats_url.rpartition("/")[2])
    lines = [line for user in renewed for line in renew(VAULT, user)]
    lines += await agree(Settings(nats_url=nats_url, credentials=VAULT))
    for service in SERVICES:
        own = HANDOUT / service
        lines += _keep(own / "nats.creds", (VAULT / "nats" / f"{service}.creds").read_text())
        lines += _keep(own / "mongo.url", (VAULT / "mongo" / f"{service}.url").read_text())
    for key in SIGNING_KEYS:
        lines += _keep(HANDOUT / key.service / key.private, (VAULT / key.private).read_text())
    return lines + _keep(VAULT / "endpoints.json", json.dumps(_endpoints(nats_url), indent=2) + "\n")


def _endpoints(nats_url: str) -> dict[str, str]:
    """Where everything is, as the operator's command in this network sees it; its token comes from the environment."""
    return {**{name: f"http://{name}:8000" for name in SERVICES}, "nats": nats_url, "credentials": str(VAULT)}


def _need_jwks(where: str) -> None:
    """Said here, where everything waits for it: without it every caller of every service would be refused."""
    if not where.startswith("https://") and not Path(where).is_file():
        raise ProvisioningError(f"there is no JWKS at {where or 'IEWO_JWKS'}: put the public keys of whoever signs your tokens there")


def _keep(file: Path, text: str) -> list[str]:
    """Writes what is new or different."""
    held = file.read_text() if file.is_file() else None
    if held == text:
        return []
    write_secret(file, text)
    return [f"{'+' if held is None else '~'} {file.parent.name}/{file.name}"]


async def _until_open(address: str) -> None:
    """Waits for a server that is starting beside this job. `address` is `host:port`. Raises ProvisioningError."""
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            if time.monotonic() > deadline:
                raise ProvisioningError(f"nothing answers at {address} after {WAIT_SECONDS:.0f} s: see the server's log") from None
            await asyncio.sleep(_POLL)
        else:
            writer.close()
            return
