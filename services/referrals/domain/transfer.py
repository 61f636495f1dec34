"""A case of a child who moved school: at the new school it is known that there was one and when, and no more, until whoever answers for the
old one has decided to hand it over."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.referrals.errors import NotPossible

State = Literal["asked", "granted", "refused"]


class Transfer(BaseModel):
    """All of it is private but the ids, the two schools and the state."""

    model_config = ConfigDict(frozen=True)

    id: str
    case: str
    child: str
    from_school: str
    to_school: str
    state: State = "asked"
    asked_by: str
    asked_at: datetime
    why: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


class Elsewhere(BaseModel):
    """That there was a case at another school, and when; not at which."""

    model_config = ConfigDict(frozen=True)

    case: str
    opened_on: date
    closed_on: date | None


def decided(handover: Transfer, state: Literal["granted", "refused"], by: str, at: datetime, reason: str) -> Transfer:
    """Decided again in the same way, nothing changes; NotPossible in another, except that what was refused may be granted later."""
    if handover.state == state:
        return handover
    if handover.state == "granted":
        raise NotPossible("it is granted, and what was read cannot be taken back")
    return handover.model_copy(update={"state": state, "decided_by": by, "decided_at": at, "reason": reason})
