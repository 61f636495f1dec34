"""An intervention: what an officer did with a child or family, and what came of it."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from services.referrals.domain.kept import is_kept
from services.referrals.domain.kinds import BY_NAME, Engagement
from services.referrals.errors import BadPeriod, KeyUsedTwice


class Done(BaseModel):
    """What the officer writes down. All of it is private."""

    model_config = ConfigDict(frozen=True)

    kind: str
    day: date = Field(serialization_alias="date")
    with_whom: str
    engagement: Engagement
    outcome: str
    notes: str = ""
    """The conversation: it stays with the case and goes into no pack."""
    reasons: str = ""
    """Why the child is away, as the family or the child says."""
    next_step: str = ""
    due: date | None = None


class Intervention(Done):
    id: str
    case: str
    officer: str
    recorded_at: datetime

    @property
    def for_others(self) -> bool:
        """Whether a pack may tell of it."""
        return not BY_NAME[self.kind].internal


def check_day(day: date, today: date) -> None:
    """BadPeriod for a day to come and for one whose records are no longer kept."""
    if day > today:
        raise BadPeriod("`date` is after today: an intervention is recorded when it has happened")
    if not is_kept(day, today):
        raise BadPeriod("`date` is before last academic year, whose records are the oldest that are kept")


def same_again(earlier: Intervention, done: Done) -> Intervention:
    """The one recorded under this key; KeyUsedTwice when it is told differently now."""
    if earlier.model_dump(include=set(Done.model_fields)) != done.model_dump():
        raise KeyUsedTwice
    return earlier
