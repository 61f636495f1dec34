"""The key with which a service signs what leaves the company: certificates of disposal, manifests of packs; each has one of its own."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shared.errors import Permanent


class SigningKeyMissing(Permanent):
    """Nothing can be signed: set IEWO_SIGNING_KEY to a file with an Ed25519 private key in PEM."""


def read_signing_key(path: Path | None) -> Ed25519PrivateKey:
    """SigningKeyMissing when there is none in the file."""
    try:
        key = load_pem_private_key(path.read_bytes(), None) if path else None
    except (OSError, ValueError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyMissing
    return key
