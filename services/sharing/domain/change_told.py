"""What a Local Authority (LA) is told of a pack after it was sent, as it is kept until the LA has fetched it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.sharing.domain.rests import Changed
from shared.pack.register import ReliedOn


class ChangeTold(BaseModel):
    """`name`: what tells it from the pack's other notices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    says: Literal["changed since sent", "stands", "withdrawn"]
    changed: Changed = Changed()
    told_on: date
    relied_on: ReliedOn | None = None
    why: str | None = None
    by: str | None = None
    """Of an answer, as shared/pack/change.py says."""
