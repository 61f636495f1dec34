"""A notice that something of a pack has changed since it was sent, or that it is taken back.

Of marks it says which, as they were when the pack was sent and as they are now; of parent, address and flag the kind alone.

`notice-of-change.json` is JSON with sorted keys and no white space, UTF-8; `notice-of-change.sig` is the Ed25519 signature of exactly its
bytes, in hexadecimal, by the key that signs packs' manifests.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.contracts.sharing import Rested
from shared.pack.manifest import is_signed
from shared.pack.parts import Id, Sha256
from shared.pack.register import MarkChange, ReliedOn

NOTICE: Final = "notice-of-change.json"
SIGNATURE: Final = "notice-of-change.sig"
FILES: Final = frozenset({NOTICE, SIGNATURE})

_LATER: Final[Mapping[int, tuple[str, ...]]] = {1: ("sessions", "relied_on", "why", "by"), 2: ("relied_on", "why", "by"), 3: ()}
"""By version, the fields that came later: its bytes do not have them, and its signature is over those bytes."""


class NoticeOfChange(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["iewo.notice-of-change"] = "iewo.notice-of-change"
    version: Literal[1, 2, 3] = 3
    """1 has no `sessions`, and neither 1 nor 2 has `relied_on`, `why` and `by`."""
    pack: Id
    """The pack that was sent."""
    notice: Id
    """This notice's own: the folder in which it is saved."""
    authority: Annotated[str, Field(pattern=r"^[0-9]{3}$")]
    told_on: date
    says: Literal["changed since sent", "stands", "withdrawn"]
    """`changed since sent`: wait for what follows. `stands`: what was asked for is asked for all the same."""
    what: tuple[Rested, ...]
    sessions: tuple[MarkChange, ...] = ()
    """Of `sessions`: `before` is the mark when the pack was sent, `after` the mark now, null where there is none."""
    relied_on: ReliedOn | None = None
    """Of a pack that stands, on which the LA may act."""
    why: str | None = None
    """Why it stands, or is taken back, as `by` says it."""
    by: str | None = None
    """Who answers, by name."""
    public_key: Sha256
    """32 bytes as hexadecimal."""

    @model_validator(mode="after")
    def _of_version(self) -> Self:
        if said := [name for name in _LATER[self.version] if getattr(self, name)]:
            raise ValueError(f"a notice of version {self.version} has no `{said[0]}`")
        return self

    def canonical(self) -> bytes:
        said = self.model_dump(mode="json", exclude=set(_LATER[self.version]))
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def signed_by(self) -> str:
        """The fingerprint of the key, as a manifest has it."""
        return hashlib.sha256(bytes.fromhex(self.public_key)).hexdigest()


def public_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def sign(notice: NoticeOfChange, key: Ed25519PrivateKey) -> dict[str, bytes]:
    """Both files by name."""
    raw = notice.canonical()
    return {NOTICE: raw, SIGNATURE: key.sign(raw).hex().encode() + b"\n"}


def read(files: Mapping[str, bytes]) -> NoticeOfChange:
    """ValidationError where it is none."""
    return NoticeOfChange.model_validate_json(files[NOTICE])


def fault(files: Mapping[str, bytes], notice: str, authority: str | None, trusted: str | None) -> str | None:
    """What is wrong with a notice that came under this id for this LA, or for whichever it names; None for a good one. `trusted`: see
    verify.py."""
    try:
        told = read(files)
    except ValidationError:
        return f"{NOTICE} is no notice of a change"
    if trusted is not None and told.public_key != trusted.strip().lower():
        return "it is signed with another key than the trusted one"
    if told.canonical() != files[NOTICE] or not is_signed(files[NOTICE], files[SIGNATURE], told.public_key):
        return "its signature does not fit"
    return None if (told.notice, told.authority) == (notice, authority or told.authority) else "it is another notice"
