"""The company's own keys that sign certificates of disposal and the manifests of packs, and the public halves that others check them by."""

from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from shared.provision.files import write_secret


class SigningKey(NamedTuple):
    """Two files of the credentials folder. `service`: the only one that is given the private one."""

    service: str
    private: str
    public: str
    signs: str


CERTIFICATES: Final = SigningKey("retention", "certificate-signing.pem", "certificates.pub", "certificates")
PACKS: Final = SigningKey("sharing", "pack-signing.pem", "packs.pub", "packs")
SIGNING_KEYS: Final = (CERTIFICATES, PACKS)


def make_signing_keys(credentials: Path) -> list[str]:
    """Makes each Ed25519 key (PKCS 8, PEM) with its public half (raw, hexadecimal) unless there is one; returns what it did."""
    return [line for names in SIGNING_KEYS for line in _make(credentials, names)]


def _make(credentials: Path, names: SigningKey) -> list[str]:
    signing = credentials / names.private
    if signing.is_file():
        return []
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    (credentials / names.public).write_text(public + "\n")
    write_secret(signing, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    return [f"+ key that signs {names.signs}"]
