"""New credentials for one of our own users, when somebody may have seen the old ones: the bus user's key and the database's password.

Files first, then the servers: what a crash leaves undone, the next provisioning completes.
"""

import json
import time
from pathlib import Path

from shared import topology
from shared.provision import identity, jwts
from shared.provision.errors import ProvisioningError
from shared.provision.files import write_secret


def renew(folder: Path, user: str) -> list[str]:
    """Voids the user's credentials from now on and takes its files away, so that provisioning makes them anew, and its password with them.
    Whoever stands for the user is cut off until it is given the new files. Raises ProvisioningError for a user that is none of ours.
    """
    names = [one.name for one in topology.USERS]
    if user not in names:
        raise ProvisioningError(f"{user} has no credentials to renew: name one of {', '.join(names)}")
    file = folder / "nats" / f"{user}.creds"
    if file.is_file():
        _, key = jwts.parse_credentials(file.read_text())
        void = {**identity.revoked(folder), key.public: int(time.time())}
        write_secret(folder / identity.REVOKED, json.dumps(void, indent=2) + "\n")
        file.unlink()
    (folder / "mongo" / f"{user}.url").unlink(missing_ok=True)
    return [f"- credentials of {user}"]
