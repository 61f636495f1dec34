"""The kinds of intervention that officers record.

An internal kind is the company's own work on the case: it reaches nobody in the family, so it does not start the retention clock, and no
pack shows it. Every other kind is an intervention with the child or the family.
"""

from dataclasses import dataclass
from typing import Final, Literal

Engagement = Literal["good", "partial", "none", "not applicable"]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    internal: bool = False


KINDS: Final = (
    Kind("telephone call"),
    Kind("text message"),
    Kind("e-mail"),
    Kind("letter"),
    Kind("home visit"),
    Kind("safe-and-well visit"),
    Kind("meeting in school"),
    Kind("meeting"),
    Kind("attendance clinic"),
    Kind("attendance contract"),
    Kind("attendance contract review"),
    Kind("attendance panel"),
    Kind("early help assessment offered"),
    Kind("early help assessment done"),
    Kind("part-time timetable review"),
    Kind("reasonable adjustment"),
    Kind("conversation with the child"),
    Kind("referral to another service"),
    Kind("multi-agency meeting"),
    Kind("formal warning"),
    Kind("notice to improve"),
    Kind("penalty notice"),
    Kind("interview under caution"),
    Kind("court attendance"),
    Kind("case review", internal=True),
    Kind("supervision", internal=True),
    Kind("file note", internal=True),
)

BY_NAME: Final = {kind.name: kind for kind in KINDS}


def starts_clock(name: str) -> bool:
    """Whether the child's records are kept until the end of the academic year that follows this day's."""
    return not BY_NAME[name].internal
