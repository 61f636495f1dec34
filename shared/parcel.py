"""What is sent to an agency, encrypted to its public key: only the holder of the private key opens it.

An ephemeral X25519 key agreement, HKDF-SHA256 and AES-256-GCM (after RFC 9180's base mode, in an own file format).
The header, the pack's id and the agency's code are associated data: a parcel cannot be passed off as another pack, or
as another agency's.

    b"IEWOPARCEL" | version (1 byte) | ephemeral public key (32 bytes) | ciphertext and tag
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"IEWOPARCEL"
VERSION = 1
_PUBLIC = 32
_HEADER = len(MAGIC) + 1 + _PUBLIC
_TAG = 16


class ParcelNotOpened(Exception):
    """The parcel cannot be opened: it was altered, is for another key, or not the pack or agency it is said to be."""


class NotAParcelKey(ValueError):
    """Not an X25519 key as base64 text of 32 bytes."""


def generate() -> tuple[str, str]:
    """A new pair for an agency: (private key, public key), each 32 bytes as base64 text."""
    private = X25519PrivateKey.generate()
    return _text(private.private_bytes_raw()), _text(private.public_key().public_bytes_raw())


def public_of(private: str) -> str:
    """The public key that belongs to a private key. Raises NotAParcelKey."""
    return _text(X25519PrivateKey.from_private_bytes(_raw(private)).public_key().public_bytes_raw())


def close(payload: bytes, recipient_public: str, pack_id: str, authority: str) -> bytes:
    """The payload as a parcel for one recipient, bound to a pack's id and an agency's code. Raises NotAParcelKey."""
    recipient = _raw(recipient_public)
    ephemeral = X25519PrivateKey.generate()
    sent = ephemeral.public_key().public_bytes_raw()
    header = MAGIC + bytes([VERSION]) + sent
    try:
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    except ValueError as low_order:
        raise NotAParcelKey from low_order
    cipher, nonce = _cipher(secret, sent, recipient)
    return header + cipher.encrypt(nonce, payload, _bound(header, pack_id, authority))


def open_(parcel: bytes, recipient_private: str, pack_id: str, authority: str) -> bytes:
    """The payload of a parcel. Raises ParcelNotOpened whatever is wrong with it; NotAParcelKey for a bad key."""
    private = X25519PrivateKey.from_private_bytes(_raw(recipient_private))
    header, sealed = parcel[:_HEADER], parcel[_HEADER:]
    if len(sealed) < _TAG or header[: len(MAGIC) + 1] != MAGIC + bytes([VERSION]):
        raise ParcelNotOpened
    sent = header[len(MAGIC) + 1 :]
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(sent))
        cipher, nonce = _cipher(secret, sent, private.public_key().public_bytes_raw())
        return cipher.decrypt(nonce, sealed, _bound(header, pack_id, authority))
    except (InvalidTag, ValueError):  # ValueError: the ephemeral key is a point of low order
        raise ParcelNotOpened from None


def _cipher(secret: bytes, sent: bytes, recipient: bytes) -> tuple[AESGCM, bytes]:
    # Each parcel has a key of its own, so the nonce may come from the same derivation: it never meets that key twice.
    okm = HKDF(algorithm=SHA256(), length=44, salt=sent + recipient, info=b"iewo parcel 1").derive(secret)
    return AESGCM(okm[:32]), okm[32:]


def _bound(header: bytes, pack_id: str, authority: str) -> bytes:
    # Lengths go before the texts: else ("12", "3") and ("1", "23") would be the same associated data.
    texts = (pack_id.encode(), authority.encode())
    return header + b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _raw(key: str) -> bytes:
    try:
        raw = base64.b64decode(key.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise NotAParcelKey from None
    if len(raw) != _PUBLIC:
        raise NotAParcelKey
    return raw
