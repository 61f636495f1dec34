"""The company's public keys, as somebody gives them or as they lie in the credentials folder of a stack that runs here."""

from pathlib import Path

from clients.iewo import endpoints
from clients.iewo.failure import Failure


def trusted(key: str | None, published: str, where: Path | None) -> tuple[str | None, str | None]:
    """The trusted key in hexadecimal, and where it is from; None where nobody gave one. `published`: its file in the credentials folder."""
    if key is not None:
        return (key.strip().lower(), "the key given") if _is_hex(key) else (key_in(Path(key)), key)
    folder = endpoints.find(where).known_credentials
    file = folder / published if folder else None
    return (key_in(file), str(file)) if file and file.is_file() else (None, None)


def key_in(file: Path) -> str:
    """Failure where the file holds no Ed25519 public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        content = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from None
    text = content.decode(errors="replace")
    if _is_hex(text):
        return text.strip().lower()
    try:
        loaded = load_pem_public_key(content)
    except ValueError:
        loaded = None
    if not isinstance(loaded, Ed25519PublicKey):
        raise Failure(f"{file} is not an Ed25519 public key: 64 hexadecimal digits, or PEM")
    return loaded.public_bytes_raw().hex()


def _is_hex(text: str) -> bool:
    try:
        return len(bytes.fromhex(text.strip())) == 32
    except ValueError:
        return False
