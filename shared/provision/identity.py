"""Who the bus trusts: the operator, the system account, our account and its users, as files in the credentials folder.

    operator.nk  operator.jwt  system-account.nk  system-account.jwt  iewo-account.nk  iewo-account.jwt
    revoked.json (users of ours whose key was renewed)
    nats/<user>.creds  mongo/<service>.url  mongo/admin.url  authorities/<LA code>.{json,creds,key}

All of it must exist before the first nats-server starts, since the server's configuration names the operator. The seeds
are read by provisioning and by whoever adds an LA, by no service: a service is given its own `.creds` and `.url` alone.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shared import topology
from shared.provision import jwts, permissions
from shared.provision.errors import ProvisioningError
from shared.provision.files import private_folder, write_secret

MAX_PAYLOAD: Final = 8 * topology.MIB
SYSTEM_USER: Final = "system"
REVOKED: Final = "revoked.json"

EXPORTS: Final = (
    jwts.service_export("fetch packs", "$JS.API.CONSUMER.MSG.NEXT.PACKS.*", token_position=7, streamed=True),
    jwts.service_export("acknowledge packs", "$JS.ACK.PACKS.*.>", token_position=4),
)
"""The only way into our account: the server puts the importer's own key where the durable's name stands, so no account
can use another's.
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What signs: the operator its accounts, our account its users."""

    operator: jwts.Key
    system: jwts.Key
    account: jwts.Key
    revoked: Mapping[str, int] = field(default_factory=dict)
    """Users of our account that are void, by public key, each up to a second."""


def load(folder: Path) -> Identity:
    """Raises ProvisioningError when the folder holds no keys."""

    def key(name: str) -> jwts.Key:
        path = folder / f"{name}.nk"
        if not path.is_file():
            raise ProvisioningError(f"{path} is missing: run `iewo provision` on the machine that holds the operator's key")
        return jwts.Key.of(path.read_text().strip())

    return Identity(key("operator"), key("system-account"), key("iewo-account"), revoked(folder))


def revoked(folder: Path) -> dict[str, int]:
    """Our users whose credentials were renewed: public key to the second up to which they are void."""
    file = folder / REVOKED
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def prepare(folder: Path, *, check: bool = False) -> list[str]:
    """Makes what is missing and signs again what no longer says what the tables say. Returns the differences; changes
    nothing when checking.
    """
    if not check:
        private_folder(folder)
    missing: list[str] = []
    roles: dict[str, jwts.Role] = {"operator": "operator", "system-account": "account", "iewo-account": "account"}
    for name, role in roles.items():
        if not (folder / f"{name}.nk").is_file():
            missing.append(f"+ key {name}")
            if not check:
                write_secret(folder / f"{name}.nk", jwts.Key.new(role).seed)
    if missing and check:
        return missing
    identity = load(folder)
    return missing + _sign_tokens(folder, identity, check) + _sign_users(folder, identity, check)


def accounts(identity: Identity) -> tuple[tuple[str, jwts.Key, jwts.Claims], ...]:
    """The two accounts that are ours, each with its name, key and claims: the servers' own, and that of everything
    else.
    """
    return (
        ("SYS", identity.system, jwts.account_claims()),
        ("IEWO", identity.account, jwts.account_claims(exports=EXPORTS, jetstream=True, revocations=identity.revoked)),
    )


def _tokens(identity: Identity) -> Iterator[tuple[str, str, jwts.Key, jwts.Claims]]:
    yield "operator", "IEWO operator", identity.operator, jwts.operator_claims(identity.system.public)
    for file, (name, key, claims) in zip(("system-account", "iewo-account"), accounts(identity), strict=True):
        yield file, name, key, claims


def _sign_tokens(folder: Path, identity: Identity, check: bool) -> list[str]:
    lines = []
    for file, name, key, claims in _tokens(identity):
        path = folder / f"{file}.jwt"
        held = path.read_text() if path.is_file() else None
        if held and jwts.claims_of(held) == claims:
            continue
        lines.append(f"{'~' if held else '+'} token {file}")
        if not check:
            token = jwts.encode(claims, subject=key.public, name=name, signer=identity.operator, now=int(time.time()))
            write_secret(path, token)
    return lines


def _users(identity: Identity) -> Iterator[tuple[str, jwts.Key, jwts.Claims]]:
    for user in topology.USERS:
        yield user.name, identity.account, permissions.of_user(user)
    system = ("$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.DELETE", "$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP")
    inbox = f"{permissions.inbox_prefix(SYSTEM_USER)}.>"
    yield SYSTEM_USER, identity.system, jwts.user_claims(system, (inbox,))


def _sign_users(folder: Path, identity: Identity, check: bool) -> list[str]:
    """A user keeps its key when its permissions change; a user signed by a key that is no longer ours is made anew."""
    lines = []
    for name, account, claims in _users(identity):
        path = folder / "nats" / f"{name}.creds"
        key, difference = jwts.Key.new("user"), "+"
        if path.is_file():
            token, key = jwts.parse_credentials(path.read_text())
            if jwts.decode(token)["iss"] == account.public and jwts.claims_of(token) == claims:
                continue
            difference = "~"
        lines.append(f"{difference} bus user {name}")
        if not check:
            token = jwts.encode(claims, subject=key.public, name=name, signer=account, now=int(time.time()))
            write_secret(path, jwts.credentials(token, key))
    return lines


def server_config(folder: Path, *, listen: str, store: Path, monitor: str | None = None, room: str | None = None) -> str:
    """The configuration of a nats-server that trusts this folder's operator. `listen` and `monitor` are `host:port`;
    `room` is what the streams together may reserve ("8GB"), by default three quarters of what the disk has free.

    A node of a cluster that was away learns within `interval` of the users and accounts that were revoked meanwhile; until then it
    knows them still. Accounts are closed, never deleted: nodes exchange what they hold, so one that was away brings a deleted one back.
    The preloaded accounts are taken only where the server's own folder holds nothing newer: what a claims update
    changed stays changed.
    """
    identity = load(folder)
    preload = {
        key.public: (folder / f"{file}.jwt").read_text()
        for file, key in (("system-account", identity.system), ("iewo-account", identity.account))
    }
    lines = [
        f"listen: {json.dumps(listen)}",
        f"max_payload: {MAX_PAYLOAD}",
        f"operator: {json.dumps((folder / 'operator.jwt').read_text())}",
        f"system_account: {identity.system.public}",
        f"resolver: {{ type: full, dir: {json.dumps(str(store / 'accounts'))}, interval: '10s' }}",
        f"resolver_preload: {json.dumps(preload)}",
        # without it an acknowledged message can be lost with the power
        f"jetstream: {{ store_dir: {json.dumps(str(store))}, sync_interval: always{f', max_file: {room}' if room else ''} }}",
    ]
    if monitor:
        lines.append(f"http: {json.dumps(monitor)}")
    return "\n".join(lines) + "\n"
