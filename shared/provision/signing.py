"""The company's own key that signs certificates of disposal, and the public half that others check them by."""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from shared.provision.files import write_secret

SIGNING_KEY: Final = "certificate-signing.pem"
PUBLIC_KEY: Final = "certificates.pub"


def make_signing_key(credentials: Path) -> list[str]:
    """Makes an Ed25519 key (PKCS 8, PEM) with its public half (raw, hexadecimal) unless there is one; returns what it did."""
    signing = credentials / SIGNING_KEY
    if signing.is_file():
        return []
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    (credentials / PUBLIC_KEY).write_text(public + "\n")
    write_secret(signing, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    return ["+ key that signs certificates"]
