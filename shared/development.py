"""Tokens of a development stack, signed by a key that lies beside its other credentials. A real deployment has an identity provider."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

KEY_FILE = "development-token-key.json"
JWKS_FILE = "jwks.json"
ISSUER = "iewo"


def make_token_key(folder: Path) -> None:
    """The key and the JWKS that services check by; idempotent."""
    private = folder / KEY_FILE
    if not private.is_file():
        key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)
        private.touch(mode=0o600)
        private.write_text(json.dumps(key.as_dict(private=True)))
    key = OKPKey.import_key(json.loads(private.read_text()))
    (folder / JWKS_FILE).write_text(json.dumps(KeySet([key]).as_dict(private=False)))


def sign_token(folder: Path, *, role: str, sub: str, schools: Sequence[str] = (), authority: str | None = None, hours: float = 8) -> str:
    """A bearer token. FileNotFoundError where the folder is not a development stack's."""
    key = OKPKey.import_key(json.loads((folder / KEY_FILE).read_text()))
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": sub, "role": role, "schools": list(schools), "iat": now, "exp": now + int(hours * 3600)}
    if authority:
        claims["authority"] = authority
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])
