"""A referral raised by hand, by a school or an officer: why, and what the family was told and has said. Such a proposal does not lapse when
concerns ease: a person asked, and a person decides."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Raiser = Literal["school", "officer", "head of service"]
"""Whose part it is to raise by hand."""


class Raised(BaseModel):
    """What whoever raises it writes down. All of it is private."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: str
    parents_told: str = ""
    """What parents were told of it, by whom and when."""
    parents_said: str = ""
    child_told: str = ""
    child_said: str = ""


class Raising(Raised):
    by: str
    role: Raiser
    at: datetime

    def says(self, told: Raised, by: str) -> bool:
        """Whether the same person said the same before."""
        return self.by == by and self.model_dump(include=set(Raised.model_fields)) == told.model_dump()
