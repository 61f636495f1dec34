"""A referral's history: every change that a person made, with who, when and why. Nothing is ever taken out of it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.lifecycle import State


class Entry(BaseModel):
    """One change. All of it is private."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    by: str
    """The `sub` of the caller's token."""
    act: str
    """An act of the life cycle, or what else was done: in the words in which people name it."""
    before: State
    state: State
    """Before and after it; the same where the act moves nothing."""
    why: str | None = None
    """A reason: one of a list, or in the person's own words."""
    words: str | None = None
    """What was said beside a reason of a list."""
    whom: str | None = None
    """Of an act that concerns a person: an officer to whom it was allocated. To whom it is closed is kept elsewhere (bar.py)."""
