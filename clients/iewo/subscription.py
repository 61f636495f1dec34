"""A Local Authority's subscription to its packs, for its own programs and for `iewo packs receive`.

    Subscription("tls://bus.example.org:4222", "803", Path("803.creds"), Path("803.key"), sender).receive(Path("packs"), saved)

Each pack is fetched, opened, held against its signed manifest and saved, whole and synchronised to the disk; then `saved` is called, and
when it is done, the bus is told. A program that is killed anywhere in it, that fails in `saved`, or that finds the disk full, loses no pack
and has none twice in its folder: it is run again. `saved` is told then of the pack that was in hand once more, with `new=False`: a pack
that it has taken up already it passes over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clients.iewo.packs import REDELIVERY_SECONDS, PacksError, receive
from clients.iewo.taking import Received
from shared.provision import jwts
from shared.provision.permissions import inbox_prefix

__all__ = ["NotTheirs", "PacksError", "Received", "Subscription"]


class NotTheirs(PacksError):
    """The credentials are another LA's."""


def _nothing(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Subscription:
    """`code`: the LA's three digits. `credentials`, `key`: its own files, as `iewo authority add` made them. `sender`: the key by which
    every pack has to be signed (64 hexadecimal digits); with None, whichever the manifest itself names."""

    bus: str
    code: str
    credentials: Path
    key: Path
    sender: str | None

    def receive(self, to: Path, saved: Callable[[Received], None], *, follow: bool = False) -> int:
        """Receive every pack that waits, each into `to`/<pack id>/; how many were new. PacksError says in one line what was left.

        A notice of a change comes in the same way, with its own id. `follow`: go on until interrupted, or until the bus goes away.
        """
        return asyncio.run(self.receiving(to, saved, follow=follow))

    async def receiving(
        self,
        to: Path,
        saved: Callable[[Received], None],
        *,
        follow: bool = False,
        on_wait: Callable[[float], None] = _nothing,
        redelivery_seconds: float = REDELIVERY_SECONDS,
    ) -> int:
        """The same within a running loop. `on_wait`, `redelivery_seconds`: of a run that was cut off, see packs.py."""
        return await receive(
            self.bus,
            self.credentials,
            self.key,
            self.account(),
            self.code,
            to,
            on_pack=saved,
            on_wait=on_wait,
            follow=follow,
            trusted=self.sender,
            redelivery_seconds=redelivery_seconds,
        )

    def account(self) -> str:
        """The public key of the account that signed the LA's user: it names the LA's consumer. PacksError, NotTheirs."""
        try:
            token, _ = jwts.parse_credentials(self.credentials.read_text())
            account, hears = str(jwts.decode(token)["iss"]), jwts.claims_of(token)["sub"]["allow"]
        except OSError as error:
            raise PacksError(
                f"{self.credentials} cannot be read ({error.strerror}): an operator makes it with `iewo authority add`"
            ) from None
        except (ValueError, LookupError, TypeError):
            raise PacksError(f"{self.credentials} is not a credentials file of the bus") from None
        if f"{inbox_prefix(self.code)}.>" not in hears:
            raise NotTheirs(f"these credentials are not those of LA {self.code}")
        return account
