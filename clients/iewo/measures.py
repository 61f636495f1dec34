"""What is asked for against a parent and why: one word of each on the command line, and as the services say it."""

from enum import StrEnum
from typing import Final


class Measure(StrEnum):
    """What is asked for."""

    NOTICE = "notice"
    PROSECUTION = "prosecution"


class Reason(StrEnum):
    """Why."""

    LEAVE = "leave"
    IRREGULAR = "irregular"
    LATENESS = "lateness"


IN_WORDS: Final = {
    Measure.NOTICE: "penalty notice",
    Measure.PROSECUTION: "prosecution",
    Reason.LEAVE: "leave in term time",
    Reason.IRREGULAR: "irregular attendance",
    Reason.LATENESS: "lateness after the register closes",
}
