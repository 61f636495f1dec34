"""A Local Authority (LA) that is signed in: it sees its own packs, from when they were sent, and nothing else."""

from typing import Annotated

from fastapi import Depends, Path

from services.sharing.domain.life import AT_HOME
from services.sharing.errors import NotOfThisAuthority
from services.sharing.store import Store
from shared.auth import Caller, allow
from shared.mongo import Document
from shared.patterns import AUTHORITY

Code = Annotated[str, Path(pattern=AUTHORITY, description="The LA's three-digit code.")]
Authority = Annotated[Caller, Depends(allow("la"))]


def check_own(code: str, caller: Caller) -> None:
    """Another LA's packs are none."""
    if caller.authority != code:
        raise NotOfThisAuthority


async def of_authority(store: Store, code: str, pack: str, caller: Caller) -> Document:
    """The pack's document; NotOfThisAuthority for another LA's, and for one that was not sent."""
    check_own(code, caller)
    held = await store.preparing.get(pack)
    if held is None or held.pack.authority != code or held.pack.state in AT_HOME or held.pack.state == "cancelled":
        raise NotOfThisAuthority
    return held.document
