"""What `attendance` answers over HTTP, where no contract or domain type says it."""

from pydantic import Field

from services.attendance.domain.receipts import Receipt
from services.attendance.store.schools import KnownSchool
from shared.contracts.attendance import Person
from shared.contracts.attendance_events import FeedStanding


class SchoolState(KnownSchool):
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
