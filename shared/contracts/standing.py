"""How children stand by their registers, as `attendance` answers: their sums, and the rules that they meet."""

from datetime import date
from typing import ClassVar, Literal

from shared.frozen import Frozen

Rule = Literal[
    "persistent absence",
    "severe absence",
    "at risk of persistent absence",
    "ten sessions unauthorised",
    "ten days unauthorised",
    "fifteen days of illness",
    "late before the register closed",
    "late after the register closed",
    "same weekday",
    "edge of holidays",
    "sudden drop",
]


class AskStanding(Frozen):
    """query.attendance.standing: the figures behind children's concerns."""

    SUBJECT: ClassVar[str] = "query.attendance.standing"
    school: str
    year: int
    children: tuple[str, ...]
    detailed: bool = False
    """Whether each concern is to be told with the sessions on which it rests."""
    as_judged: bool = False
    """Whether the figures by which a concern over the child has turned will do, where that was seconds ago."""


class ConcernSession(Frozen):
    day: date
    session: Literal["AM", "PM"]
    code: str


class MetConcern(Frozen):
    """A rule that a child's register meets today, worked out from the register when it is asked for."""

    rule: Rule
    profile: str
    """The version of the profile by which it is judged."""
    raised: bool
    """Whether it stands raised. Patterns that propose nothing are shown and never raised."""
    proposes: bool
    since: date
    """The day with whose register it was met and has been since."""
    figures: dict[str, int]
    sessions: tuple[ConcernSession, ...]
    """Those on which it rests, in order."""


class Standing(Frozen):
    child: str
    possible: int
    absent: int
    unauthorised: int
    late: int
    """L: before the register closed, which is attendance (SI 2024/208 reg. 10)."""
    late_after_closing: int = 0
    """U: after the register closed, which is unauthorised absence."""
    rules: tuple[Rule, ...]
    profile: str | None = None
    """The version of the profile by which the rules are judged."""
    concerns: tuple[MetConcern, ...] = ()


class Standings(Frozen):
    standings: tuple[Standing, ...]
