"""What the credentials folder holds of each Local Authority.

authorities/<code>.nk     the account's seed: signs the LA's users; ours
authorities/<code>.creds  the LA's user; goes to the LA
authorities/<code>.key    the LA's private X25519 key, raw, base64; goes to the LA. None of an LA that made its pair itself
authorities/<code>.json   public: account, user, pack key, revoked users
authorities/closed/<account>  empty: the account of a revoked LA, which lets nobody in any more
"""

import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shared.provision import jwts, permissions
from shared.provision.errors import ProvisioningError
from shared.provision.files import write_secret

_ENDINGS: Final = ("nk", "creds", "key", "json")
_NOT_THERE: Final = "LA {code} is not on the bus: run `iewo authority add {code}`"
_CODE: Final = re.compile(r"[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Authority:
    """What is public about an LA on the bus, and where its two secrets lie.

    `account` is the public key that names its durable on PACKS, `pack_key` its X25519 public key (raw, base64),
    `revoked` the user keys that are void, each up to a second. `own`: the LA made its pair itself, and we have no private key.
    """

    code: str
    account: str
    user: str
    pack_key: str
    revoked: Mapping[str, int]
    credentials: Path
    private_key: Path
    own: bool = False

    @property
    def inbox_prefix(self) -> str:
        """What its client must use as the prefix of its inboxes."""
        return permissions.inbox_prefix(self.code)


def path(folder: Path, code: str, ending: str) -> Path:
    """Raises ProvisioningError when the code is not one: it becomes a file's name and a subject."""
    if not _CODE.fullmatch(code):
        raise ProvisioningError("an LA code is three digits, such as 803")
    return folder / "authorities" / f"{code}.{ending}"


def codes(folder: Path) -> list[str]:
    """The LAs that are on the bus, or are to be."""
    return sorted(_codes(folder) - broken_off(folder).keys())


def broken_off(folder: Path) -> dict[str, str]:
    """The LAs whose revocation has begun and not ended, each with its account: they are not on the bus any more."""
    gone = closed(folder)
    return {code: account for code in _codes(folder) if (account := seed(folder, code).public) in gone}


def _codes(folder: Path) -> set[str]:
    return {file.stem for file in (folder / "authorities").glob("*.nk")}


def missing(folder: Path, code: str) -> list[str]:
    """As differences."""
    wanted = [ending for ending in _ENDINGS if ending != "key" or not _held(folder, code).get("own")]
    return [f"+ file authorities/{code}.{ending}" for ending in wanted if not path(folder, code, ending).is_file()]


def load(folder: Path, code: str) -> Authority:
    """Raises ProvisioningError for an LA that was never added, or is being revoked."""
    file = path(folder, code, "json")
    if not file.is_file():
        raise ProvisioningError(_NOT_THERE.format(code=code))
    if seed(folder, code).public in closed(folder):
        raise ProvisioningError(f"the revocation of LA {code} was broken off: run `iewo authority revoke {code}` once more")
    state = json.loads(file.read_text())
    return Authority(**state, credentials=path(folder, code, "creds"), private_key=path(folder, code, "key"))


def seed(folder: Path, code: str) -> jwts.Key:
    """Of the LA's account. Raises ProvisioningError for an LA that has none."""
    if not path(folder, code, "nk").is_file():
        raise ProvisioningError(_NOT_THERE.format(code=code))
    return jwts.Key.of(path(folder, code, "nk").read_text())


def make(folder: Path, code: str, public_key: str | None = None) -> list[str]:
    """Makes the files that are missing and keeps the others; the seed first, what is derived last. `public_key`: of the pair that the LA
    made itself, in place of one that was made here. Returns the differences.
    """
    lines, held = missing(folder, code), _held(folder, code)
    theirs = {"own": True, "pack_key": public_key} if public_key else {}
    if lines or not theirs.items() <= held.items():
        _write_state(folder, code, {**held, **theirs})
    return lines


def renew_user(folder: Path, code: str) -> None:
    """A new user; the one before is revoked from now on."""
    held = load(folder, code)
    path(folder, code, "creds").unlink(missing_ok=True)
    _write_state(folder, code, {**_held(folder, code), "revoked": {**held.revoked, held.user: int(time.time())}})


def close(folder: Path, account: str) -> None:
    """For ever."""
    write_secret(folder / "authorities" / "closed" / account, "")


def closed(folder: Path) -> frozenset[str]:
    """The accounts of revoked LAs, whether or not their revocation came to its end."""
    return frozenset(file.name for file in (folder / "authorities" / "closed").glob("[!.]*"))


def remove(folder: Path, code: str) -> None:
    """The account's seed goes last: until then the LA is still known here and can be removed again."""
    for ending in reversed(_ENDINGS):
        path(folder, code, ending).unlink(missing_ok=True)


def _held(folder: Path, code: str) -> dict[str, Any]:
    """What is public, as it was written; nothing of an LA that is new here."""
    file = path(folder, code, "json")
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def _write_state(folder: Path, code: str, held: Mapping[str, Any]) -> None:
    account = jwts.Key.of(_kept(path(folder, code, "nk"), lambda: jwts.Key.new("account").seed))
    _, user = jwts.parse_credentials(_kept(path(folder, code, "creds"), lambda: _new_user(account, code)))
    own = bool(held.get("own"))
    state = {
        "code": code,
        "account": account.public,
        "user": user.public,
        "pack_key": held["pack_key"] if own else _public_of(_kept(path(folder, code, "key"), _new_pack_key)),
        "revoked": held.get("revoked", {}),
        "own": own,
    }
    write_secret(path(folder, code, "json"), json.dumps(state, indent=2) + "\n")
    if own:
        path(folder, code, "key").unlink(missing_ok=True)


def _public_of(private: str) -> str:
    return base64.b64encode(X25519PrivateKey.from_private_bytes(base64.b64decode(private)).public_key().public_bytes_raw()).decode()


def _kept(file: Path, new: Callable[[], str]) -> str:
    if not file.is_file():
        write_secret(file, new())
    return file.read_text()


def _new_pack_key() -> str:
    return base64.b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()


def _new_user(account: jwts.Key, code: str) -> str:
    user = jwts.Key.new("user")
    claims = permissions.of_authority(account.public, code)
    token = jwts.encode(claims, subject=user.public, name=f"LA {code}", signer=account, now=int(time.time()))
    return jwts.credentials(token, user)
