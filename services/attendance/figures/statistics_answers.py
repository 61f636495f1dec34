"""What `attendance` answers when it is asked for statistics."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field, create_model

from services.attendance.domain.statistics import NOTHING


class Period(BaseModel):
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    year_group: str | None = Field(description="Where the figures are of one year group alone.")


class _OfSchool(Period):
    school: str = Field(description="URN.")


class _OfAuthority(Period):
    authority: str = Field(description="The LA's three-digit code.")
    num_schools: int


class _OfAll(Period):
    num_schools: int


def _column(name: str, value: float | None) -> tuple[Any, Any]:
    """Of nobody every count is 0, and every rate is of nothing."""
    if value is None:
        return float | None, Field(description="Per cent, not rounded; null where there is nothing that it could be of.")
    return int, Field(description="Sessions." if name.startswith("reason_") or name.endswith("_sessions") else None)


_COLUMNS: dict[str, Any] = {name: _column(name, value) for name, value in NOTHING.columns().items()}
_DOC = "Figures of {} in a period, under the Department's column names and in its order, then ours."

SchoolStatistics = create_model("SchoolStatistics", __base__=_OfSchool, __doc__=_DOC.format("a school"), **_COLUMNS)
AuthorityStatistics = create_model(
    "AuthorityStatistics", __base__=_OfAuthority, __doc__=_DOC.format("the schools of a Local Authority"), **_COLUMNS
)
AllStatistics = create_model("AllStatistics", __base__=_OfAll, __doc__=_DOC.format("all schools"), **_COLUMNS)
