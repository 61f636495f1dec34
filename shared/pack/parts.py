"""What every part of the pack's document is made of."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Day = date
"""The type, under a name that a field called `date` does not hide."""

Measure = Literal["penalty notice", "prosecution"]
Ground = Literal["leave in term time", "irregular attendance", "lateness after the register closes"]
Session = Literal["AM", "PM"]

WITHHELD: Final = "withheld: confidential"
"""Stands in the place of an address that must not be disclosed, and of how else to reach or find whom it protects."""
MAY_BE_CONFIDENTIAL: Final = "withheld: it may be an address that is confidential"
"""Stands in the place of the address of somebody who has no confidential one, where it may be another's: for the authority alone."""
LEFT_OUT: Final = "left out: another person's"
LEFT_OUT_NAME: Final = "left out: another person"
WORDS_LEFT_OUT: Final = "words left out"
"""Stands in what may be served, in the place of another person's address, telephone, e-mail or date of birth; of a name; of all that
somebody wrote of a contact, where part of it may not be served."""

Text = Annotated[str, Field(min_length=1, max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=1100)]
"""Forename and surname, each as long as a roll takes them (500 characters), and the blank between them."""
LongText = Annotated[str, Field(min_length=1, max_length=20_000)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    """Any part of the pack: frozen, and a field that nobody declared is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Signature(Part):
    """Who signed and when. `way`: in the system, or on paper, of which the scan is kept with the case."""

    name: Name
    role: Text
    on: date
    way: Literal["in the system", "on paper"]


class SessionOf(Part):
    """Half a school day."""

    date: Day
    session: Session


class Contact(Part):
    """An entry of the case. What was said in a conversation is no part of it."""

    date: Day
    kind: Text
    with_whom: Text
    engagement: Text
    outcome: LongText
    officer: Name


class Notice(Part):
    """A penalty notice to this parent for this child, as the Local Authority told it. `authority`: its code."""

    authority: Text
    authority_name: Text | None = None
    issued_on: date
    state: Literal["issued", "paid", "unpaid", "withdrawn", "in court"]
    sessions: tuple[SessionOf, ...]
    """On which it rests, as far as that is known."""


class HistoryAsked(Part):
    """An authority that was asked which notices it knows of; `authority`: its code. `answered_on`: None while it has not answered."""

    authority: Text
    authority_name: Text | None = None
    asked_on: date
    answered_on: date | None


class NoticeHistory(Part):
    """Notices known to us: what was told, never more. `confirmed`: every authority that was to be asked has answered."""

    known_to_us: tuple[Notice, ...]
    asked: tuple[HistoryAsked, ...]
    confirmed: bool
