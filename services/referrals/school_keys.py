"""A school's own key, as `referrals` takes it: `attendance` keeps the credentials and says for which schools a key stands."""

from typing import Final

from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.attendance import AskCredential, CredentialStands
from shared.recent import Recent
from shared.school_keys import credential_of, key_hash

SECONDS: Final = 10.0
"""So long a key that was good is good without asking; `attendance` may answer from as long ago, so a revoked key ends within twice that."""
KEYS: Final = 10_000


class SchoolKeys:
    """The check that `shared.auth` calls for a key."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._good: Recent[str, Caller] = Recent(SECONDS, KEYS)

    async def caller(self, key: str) -> Caller | None:
        """None for a key that is good for nothing. WorldAway when `attendance` does not say, which is not the same."""
        credential, digest = credential_of(key), key_hash(key)
        if credential is None:
            return None
        if known := self._good.get(digest):
            return known
        said = await self._bus.ask(AskCredential(credential=credential, digest=digest), CredentialStands)
        if said.schools is None:
            return None
        caller = Caller(sub=f"credential {credential}", role="school", schools=said.schools)
        self._good.keep(digest, caller)
        return caller
