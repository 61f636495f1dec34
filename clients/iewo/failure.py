"""How a command ends badly: one line that says what to do, and an exit code."""

from enum import IntEnum


class Code(IntEnum):
    """Exit codes, as `iewo --help` tells them."""

    WELL = 0
    FAILED = 1
    USAGE = 2
    ROWS_REFUSED = 3
    NOT_REACHED = 4
    NOT_ALLOWED = 5
    WAITS = 6


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
