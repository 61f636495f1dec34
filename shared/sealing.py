"""Personal data is sealed before it is stored: AES-256-GCM under the key of its disposal cohort.

Stored format: one byte of version (1), twelve of nonce, then ciphertext and tag. Each document has a subkey of its own
(HMAC-SHA256 over kind and id), so that no key nears the 2^32 seals that AES-GCM with random nonces allows; kind, id and field are
associated data, so a sealed value opens only where it was put.
"""

import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Permanent
from shared.keys import CohortClosing, CohortDisposed, CohortKey, KeyMissing, KeyProvider

VERSION = b"\x01"


class NotOurs(Permanent):
    """A sealed value does not open: it was altered, or moved from another document."""


class Sealer(Protocol):
    """Seals and opens a document's fields. Tests put one that does nothing in its place to show that their search can fail."""

    def seal(self, cohort: str, document: str, field: str, plain: bytes, *, again: bool = False) -> bytes: ...

    def open(self, cohort: str, document: str, field: str, sealed: bytes) -> bytes: ...

    def hash(self, name: str, text: str) -> str: ...

    def gone(self, cohort: str) -> bool: ...

    def takes(self, cohort: str) -> bool: ...


class CohortSealer:
    """Seals under the cohorts' keys that a provider gives. `document` is the `_id`, which begins with the kind."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    def seal(self, cohort: str, document: str, field: str, plain: bytes, *, again: bool = False) -> bytes:
        """CohortClosing and CohortDisposed when the key takes nothing new any more; KeyMissing when there is none yet.

        `again`: it is what is left of something that was sealed under this key before; a closing key takes that.
        """
        key = self._keys.cohort(cohort)
        if key.state == "closing" and not again:
            raise CohortClosing(cohort)
        nonce = os.urandom(12)
        return VERSION + nonce + self._cipher(key, cohort, document).encrypt(nonce, plain, f"{document}\0{field}".encode())

    def open(self, cohort: str, document: str, field: str, sealed: bytes) -> bytes:
        """CohortDisposed when the key is gone; NotOurs when the value was altered or moved."""
        cipher = self._cipher(self._keys.cohort(cohort), cohort, document)
        try:
            return cipher.decrypt(sealed[1:13], sealed[13:], f"{document}\0{field}".encode())
        except InvalidTag:
            raise NotOurs(document.partition(":")[0]) from None

    def hash(self, name: str, text: str) -> str:
        """A keyed hash for look-ups, under a named key."""
        return hmac.digest(self._keys.named(name), text.encode(), "sha256").hex()

    def gone(self, cohort: str) -> bool:
        """Whether the cohort's key has been destroyed; a key that never was has not."""
        try:
            return self._keys.cohort(cohort).state == "destroyed"
        except KeyMissing:
            return False

    def takes(self, cohort: str) -> bool:
        """Whether anything new may come under the cohort; under a key that is yet to be minted it may."""
        try:
            return self._keys.cohort(cohort).state == "open"
        except KeyMissing:
            return True

    @staticmethod
    def _cipher(key: CohortKey, cohort: str, document: str) -> AESGCM:
        if key.state == "destroyed":
            raise CohortDisposed(cohort)
        return AESGCM(hmac.digest(key.secret, document.encode(), "sha256"))
