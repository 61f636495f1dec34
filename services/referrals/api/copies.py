"""A document that is the copy of a letter of which an entry tells."""

from typing import Annotated

from fastapi import HTTPException
from pydantic import Field

from services.referrals.store import Store

CopyOf = Annotated[
    str | None,
    Field(max_length=64, description="The entry of the case that records a letter of which this is the copy: packs say that it is held."),
]


async def check_entry(case: str, entry: str | None, store: Store) -> None:
    """422 for an entry of another case, and for one that was struck out."""
    found = await store.interventions.get(entry) if entry else None
    if entry and (found is None or found.case != case or not found.counts):
        raise HTTPException(422, "`copy_of` is no entry of this case that stands: see `iewo intervention list`")
