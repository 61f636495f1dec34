"""NATS JWTs, version 2, signed with Ed25519 nkeys: an operator, its accounts, their users, and the claim that deletes
accounts.

Formats: github.com/nats-io/jwt, v2 (claims), nats.io documentation "JWT authentication" (credentials file). A claims
dictionary here is the `nats` part alone; the envelope is added when it is signed.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import nkeys

Claims = Mapping[str, Any]
Role = Literal["operator", "account", "user"]

_PREFIX: Final[dict[Role, int]] = {
    "operator": nkeys.PREFIX_BYTE_OPERATOR,
    "account": nkeys.PREFIX_BYTE_ACCOUNT,
    "user": nkeys.PREFIX_BYTE_USER,
}
UNLIMITED: Final = -1


@dataclass(frozen=True, slots=True)
class Key:
    """An nkey: the seed is the secret, the public key is the identity."""

    seed: str
    public: str

    @classmethod
    def new(cls, role: Role) -> "Key":
        return cls.of(nkeys.encode_seed(secrets.token_bytes(32), _PREFIX[role]).decode())

    @classmethod
    def of(cls, seed: str) -> "Key":
        return cls(seed, nkeys.from_seed(seed.encode()).public_key.decode())

    def sign(self, data: bytes) -> bytes:
        return bytes(nkeys.from_seed(self.seed.encode()).sign(data))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def encode(claims: Claims, *, subject: str, name: str, signer: Key, now: int) -> str:
    """The signed token. `now` in seconds since the epoch; the id is the hash of the rest, so the same claims at the
    same second are one token.
    """
    body = {"iat": now, "iss": signer.public, "name": name, "sub": subject, "nats": dict(claims)}
    body["jti"] = base64.b32encode(hashlib.sha512(_json(body)).digest()[:32]).decode().rstrip("=")
    text = f"{_b64(_json({'typ': 'JWT', 'alg': 'ed25519-nkey'}))}.{_b64(_json(body))}"
    return f"{text}.{_b64(signer.sign(text.encode()))}"


def decode(token: str) -> dict[str, Any]:
    """The body of a token that we or our own server hold. Checks no signature."""
    payload = token.split(".")[1]
    body: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return body


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = decode(token)["nats"]
    return claims


def operator_claims(system_account: str) -> Claims:
    return {"type": "operator", "version": 2, "system_account": system_account}


_FOR_EVER: Final = 2**53 - 1
"""A second that no token will see, and every JSON reader can."""


def account_claims(
    *,
    exports: tuple[Claims, ...] = (),
    imports: tuple[Claims, ...] = (),
    jetstream: bool = False,
    connections: int = UNLIMITED,
    subscriptions: int = UNLIMITED,
    payload: int = UNLIMITED,
    revocations: Mapping[str, int] | None = None,
) -> Claims:
    """An account. Without JetStream it has no storage of its own. `subscriptions`: of each connection; `payload`: bytes of a message that
    it publishes. `revocations`: user public key to the second up to which its JWTs are void.
    """
    limits = dict.fromkeys(("data", "imports", "exports"), UNLIMITED)
    limits |= {"conn": connections, "subs": subscriptions, "payload": payload, "leaf": 0}
    if jetstream:
        limits |= dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), UNLIMITED)
    claims: dict[str, Any] = {
        "type": "account",
        "version": 2,
        "limits": {**limits, "wildcards": True},
        "default_permissions": {"pub": {}, "sub": {}},
    }
    for field, value in (("exports", exports), ("imports", imports)):
        if value:
            claims[field] = [dict(one) for one in value]
    if revocations:
        claims["revocations"] = dict(revocations)
    return claims


def service_export(name: str, subject: str, *, token_position: int, streamed: bool = False) -> Claims:
    """A service that an importer can use only with its own account's public key at that token of the subject (counted
    from 1).
    """
    response = {"response_type": "Stream"} if streamed else {"response_type": "Singleton"}
    return {"name": name, "subject": subject, "type": "service", "account_token_position": token_position, **response}


def service_import(name: str, subject: str, *, exporter: str) -> Claims:
    return {"name": name, "subject": subject, "type": "service", "account": exporter}


def user_claims(publish: tuple[str, ...], subscribe: tuple[str, ...], *, response_seconds: int = 0) -> Claims:
    """A user that may say and hear these subjects alone; with `response_seconds` it may also answer, once and that
    long, what it is asked.
    """
    claims: dict[str, Any] = {
        "type": "user",
        "version": 2,
        "subs": UNLIMITED,
        "data": UNLIMITED,
        "payload": UNLIMITED,
        "pub": {"allow": list(publish)},
        "sub": {"allow": list(subscribe)},
    }
    if response_seconds:
        claims["resp"] = {"max": 1, "ttl": response_seconds * 1_000_000_000}
    return claims


def closed_account_claims() -> Claims:
    """An account that lets nobody in: no connection, nothing shared with it, and all its users' JWTs void whenever they were issued."""
    return account_claims(connections=0, subscriptions=0, payload=0, revocations={"*": _FOR_EVER})


def credentials(token: str, user: Key) -> str:
    """The text of a `.creds` file."""
    return (
        f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
    )


def parse_credentials(text: str) -> tuple[str, Key]:
    """The token and the key in a `.creds` file."""
    lines = [line for line in text.splitlines() if line and not line.startswith("-")]
    return lines[0], Key.of(lines[1])
