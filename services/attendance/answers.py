"""What `attendance` answers over HTTP, where no contract or domain type says it."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field, create_model

from services.attendance.domain.receipts import Receipt
from services.attendance.domain.statistics import NOTHING
from services.attendance.store.schools import School
from shared.contracts.attendance import FeedStanding, Person


class SchoolState(School):
    school: str = Field(description="URN.")


class RollChild(Person):
    """A child on a school's roll of a year."""

    also_elsewhere: bool = Field(
        description="Another school has the child on its roll on the same day: one of them may have to use code D, or a roll is behind. "
        "Their registers are never summed."
    )


class Pushed(Receipt):
    """A feed as its push is answered."""

    state: FeedStanding = Field(
        description="`stored`: in the register or the roll. `waiting for a yes`: a whole roll to be confirmed or declined."
    )
    feed: str = Field(description="The feed's id.")
    number: int = Field(description="Its number among the school's feeds: a later one wins.")
    school: str


class Period(BaseModel):
    school: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")


def _column(name: str, value: float | None) -> tuple[Any, Any]:
    """Of nobody every count is 0, and every rate is of nothing."""
    if value is None:
        return float | None, Field(description="Per cent, not rounded; null where there is nothing that it could be of.")
    return int, Field(description="Sessions." if name.startswith("reason_") or name.endswith("_sessions") else None)


_COLUMNS: dict[str, Any] = {name: _column(name, value) for name, value in NOTHING.columns().items()}

SchoolStatistics = create_model(
    "SchoolStatistics",
    __base__=Period,
    __doc__="""Figures of a school in a period, under the Department's column names and in its order, then ours.""",
    **_COLUMNS,
)
