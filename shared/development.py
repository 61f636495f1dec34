"""Bearer tokens for trying things out: a key made by the runner of a development stack, and tokens signed with it.

    development-token-key.json   the private Ed25519 key as a JWK; where it lies, anybody who reads it is anyone they like
    jwks.json                    its public half, which the services check tokens against

Where real children are, tokens come from the organisation's own issuer and neither file exists.
"""

import json
import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.auth import Role

KEY_FILE = "development-token-key.json"
JWKS_FILE = "jwks.json"
ISSUER = "iewo"
ALGORITHM = "Ed25519"
"""RFC 9864: the name EdDSA, which leaves the curve open, is deprecated."""
HOURS = 8
"""A working day: how long a token is good for."""


class NoTokenKey(Exception):
    """There is no development token key here: tokens are made on a `make up` stack only."""

    def __init__(self) -> None:
        super().__init__((self.__doc__ or "").strip())


def make_token_key(folder: Path) -> Path:
    """Makes the key and its JWKS where they are missing, and returns the JWKS. A key that is there is kept."""
    from joserfc.jwk import OKPKey

    key_file = folder / KEY_FILE
    if not key_file.is_file():
        made = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(8), "use": "sig"})
        _write(key_file, made.as_dict(private=True), 0o600)
    key = OKPKey.import_key(json.loads(key_file.read_text()))
    _write(folder / JWKS_FILE, {"keys": [key.as_dict(private=False)]}, 0o644)
    return folder / JWKS_FILE


def sign_token(
    folder: Path,
    *,
    role: "Role",
    sub: str,
    schools: Collection[str] = (),
    authority: str | None = None,
    hours: float = HOURS,
) -> str:
    """A token with the claims that `shared.auth` checks. Raises NoTokenKey where no key was made."""
    from joserfc import jwt
    from joserfc.jwk import OKPKey

    file = folder / KEY_FILE
    if not file.is_file():
        raise NoTokenKey
    key = OKPKey.import_key(json.loads(file.read_text()))
    now = int(time.time())
    claims: dict[str, object] = {"iss": ISSUER, "sub": sub, "role": role, "schools": list(schools), "iat": now}
    claims["exp"] = now + round(hours * 3600)
    if authority is not None:
        claims["authority"] = authority
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def tokens(folder: Path, officer: str, hours: float = 24 * 30) -> dict[str, str]:
    """A token of each kind, as an endpoints file has them. The officer's and the school's cover every school: they are for trying out."""
    return {
        "operator": sign_token(folder, role="operator", sub="operator", hours=hours),
        "officer": sign_token(folder, role="officer", sub=officer, schools=("*",), hours=hours),
        "head of service": sign_token(folder, role="head of service", sub="head-of-service", hours=hours),
        "school": sign_token(folder, role="school", sub="head-teacher", schools=("*",), hours=hours),
        "dpo": sign_token(folder, role="data protection officer", sub="dpo", hours=hours),
    }


def _write(path: Path, content: object, mode: int) -> None:
    """Whole or not at all: a service that reads it meanwhile sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
    beside.replace(path)
