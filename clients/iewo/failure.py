"""How a command ends badly: one line that says what to do, and an exit code."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class Code(IntEnum):
    """Exit codes, of every command."""

    WELL = 0
    FAILED = 1
    USAGE = 2
    ROWS_REFUSED = 3
    NOT_REACHED = 4
    NOT_ALLOWED = 5
    WAITS = 6


MEANING: Final[Mapping[Code, str]] = {
    Code.WELL: "all well",
    Code.FAILED: "it failed, or what was looked at is not right, and the line says why",
    Code.USAGE: "wrong usage",
    Code.ROWS_REFUSED: "a file is refused, or some of its rows, or of a list some were not done; what was taken stands",
    Code.NOT_REACHED: "not reached, or its address is not known",
    Code.NOT_ALLOWED: "not allowed: the token or key is wrong, too old, or of another role",
    Code.WAITS: "a whole roll waits for a person's yes",
}
"""What each says: in `iewo --help` and in README.md."""


class Failure(Exception):
    """Shown to the user as its one line."""

    def __init__(self, line: str, code: Code = Code.FAILED) -> None:
        super().__init__(line)
        self.code = code


class Unreachable(Failure):
    """Nothing answers there, or the connection broke off."""

    def __init__(self, line: str) -> None:
        super().__init__(line, Code.NOT_REACHED)


class NotNow(Failure):
    """A part of the system cannot just now; the same request may be sent again after some seconds."""

    def __init__(self, line: str, seconds: float) -> None:
        super().__init__(line, Code.NOT_REACHED)
        self.seconds = seconds


class Refused(Failure):
    """The service does not take what was sent, and will not another time."""


class Missing(Failure):
    """There is no such thing, or none that the caller may see."""


class TooLarge(Refused):
    """It takes nothing of this size."""


class Faulty(Failure):
    """The service failed at it, for a reason of its own."""
