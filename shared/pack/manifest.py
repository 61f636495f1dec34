"""The manifest of a pack: each part by its SHA-256, and what it is signed with, so that a folder can be checked offline.

`manifest.json` is JSON with sorted keys and no white space, UTF-8. `manifest.sig` is the Ed25519 signature of exactly its bytes, in
hexadecimal.
The check value that the covers of both volumes print is the beginning of the SHA-256 of `pack.json`: a PDF cannot hold its own.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.pack.document import check_value
from shared.pack.parts import Id, Sha256

DOCUMENT: Final = "pack.json"
VOLUME_A: Final = "volume-a.pdf"
VOLUME_B: Final = "volume-b.pdf"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
ALWAYS: Final = frozenset({DOCUMENT, VOLUME_A, VOLUME_B})

PartName = Annotated[
    str,
    Field(
        pattern=r"^(pack\.json|volume-[ab]\.pdf|exhibit-[A-Za-z0-9]{1,20}-[0-9]{1,4}\.[a-z0-9]{1,5}"
        r"|signed-(certificate|statement)\.[a-z0-9]{1,5})$"
    ),
]


class NotAManifest(Exception):
    """The file is no manifest of a pack: a field is missing, added or malformed, or it is not in its canonical form."""


class PartOf(BaseModel):
    """A file of the pack. `size` in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: PartName
    size: Annotated[int, Field(ge=0, strict=True)]
    sha256: Sha256


class Manifest(BaseModel):
    """What a pack consists of, and whose word that is: `signed_by` is the fingerprint, the SHA-256 of the raw public key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["iewo.pack-manifest"] = "iewo.pack-manifest"
    version: Literal[1] = 1
    pack: Id
    edition: Annotated[int, Field(ge=1, strict=True)]
    supersedes: Id | None
    authority: Annotated[str, Field(pattern=r"^[0-9]{3}$")]
    created: date
    check: Annotated[str, Field(pattern=r"^([0-9a-f]{4} ){5}[0-9a-f]{4}$")]
    parts: tuple[PartOf, ...]
    signed_by: Sha256
    public_key: Sha256
    """32 bytes as hexadecimal."""

    def canonical(self) -> bytes:
        said = self.model_dump(mode="json")
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(
    files: Mapping[str, bytes],
    key: Ed25519PrivateKey,
    *,
    pack: str,
    edition: int,
    supersedes: str | None,
    authority: str,
    created: date,
) -> dict[str, bytes]:
    """The manifest of these files and its signature, by file name."""
    public = key.public_key().public_bytes_raw()
    made = Manifest(
        pack=pack,
        edition=edition,
        supersedes=supersedes,
        authority=authority,
        created=created,
        check=check_value(files[DOCUMENT]),
        parts=tuple(PartOf(name=name, size=len(content), sha256=_hash(content)) for name, content in sorted(files.items())),
        signed_by=_hash(public),
        public_key=public.hex(),
    ).canonical()
    return {MANIFEST: made, SIGNATURE: key.sign(made).hex().encode() + b"\n"}


def read(raw: bytes) -> Manifest:
    """Raises NotAManifest."""
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError:
        raise NotAManifest from None
    if manifest.canonical() != raw:
        raise NotAManifest
    return manifest


def is_signed(raw: bytes, signature: bytes, public_key: str) -> bool:
    """Whether these bytes carry the signature of this key (32 bytes as hexadecimal)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature.decode().strip()), raw)
    except (InvalidSignature, ValueError):
        return False
    return True


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
