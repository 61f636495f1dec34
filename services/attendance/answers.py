"""What `attendance` answers over HTTP, where no contract or domain type says it."""

from pydantic import Field

from services.attendance.domain.receipts import Receipt
from services.attendance.store.schools import School
from shared.contracts.attendance import FeedStanding


class SchoolState(School):
    school: str = Field(description="URN.")


class Pushed(Receipt):
    """A feed as its push is answered."""

    state: FeedStanding = Field(
        description="`stored`: in the register or the roll. `waiting for a yes`: a whole roll to be confirmed or declined."
    )
    feed: str = Field(description="The feed's id.")
    number: int = Field(description="Its number among the school's feeds: a later one wins.")
    school: str
