"""Where the system is: `.local/endpoints.json` of a development stack, a file named by the user, or addresses given one by one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clients.iewo.failure import Code, Failure

PLACE = Path(".local") / "endpoints.json"
HOW = "start the stack with `make up`, or name its file with --endpoints"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What an endpoints file says; all of it may be missing."""

    said: Mapping[str, Any] = field(default_factory=dict)

    def address(self, name: str, option: str = "--url") -> str:
        """A service's URL, or that of `nats` or `mongo`."""
        address = self.said.get(name)
        if not isinstance(address, str):
            raise Failure(f"the address of {name} is not known: {HOW}, or give {option}", Code.NOT_REACHED)
        return address

    def token(self, whose: str) -> str:
        """The development token of `operator`, `officer` or `dpo`."""
        tokens = self.said.get("tokens")
        token = tokens.get(whose) if isinstance(tokens, dict) else None
        if not isinstance(token, str):
            raise Failure("no token: give one by the environment variable IEWO_TOKEN or by --token", Code.NOT_ALLOWED)
        return token

    @property
    def credentials(self) -> Path:
        """The folder of keys and credentials."""
        folder = self.known_credentials
        if folder is None:
            raise Failure(f"the credentials folder is not known: {HOW}, or give --credentials", Code.NOT_REACHED)
        return folder

    @property
    def known_credentials(self) -> Path | None:
        folder = self.said.get("credentials")
        return Path(folder) if isinstance(folder, str) else None

    @property
    def token_keys(self) -> Path | None:
        """The folder of the key that signs development tokens, where the stack has one."""
        signing = self.said.get("signing")
        folder = Path(signing).parent if isinstance(signing, str) else self.known_credentials
        return folder if folder and (folder / "development-token-key.json").is_file() else None


def find(given: Path | None) -> Endpoints:
    """What the given file says, else the nearest `.local/endpoints.json` from here upwards, else nothing."""
    file = given or _nearest(Path.cwd())
    return Endpoints(_read(file)) if file else Endpoints()


def _nearest(here: Path) -> Path | None:
    return next((folder / PLACE for folder in (here, *here.parents) if (folder / PLACE).is_file()), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise Failure(f"{file} is not there: {HOW}", Code.NOT_REACHED) from None
    except (OSError, ValueError):
        raise Failure(f"{file} cannot be read as JSON: {HOW}", Code.NOT_REACHED) from None
    if not isinstance(said, dict):
        raise Failure(f"{file} is not an endpoints file: {HOW}", Code.NOT_REACHED)
    return said
