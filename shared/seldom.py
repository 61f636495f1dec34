"""Lines of the log that anybody can cause, with or without a token: a stranger fills no disk with them."""

import time
from collections.abc import Callable
from typing import Final

SECONDS: Final = 1.0
"""Between two lines for the same reason."""


class Seldom:
    """One line for each reason in so many seconds. Reasons are a few words of our own: nothing that a caller chooses. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def line(self, reason: str) -> int | None:
        """How many were left out since the last line for this reason; None: this one is left out too."""
        now = self._clock()
        if now - self._last.get(reason, -SECONDS) < SECONDS:
            self._left_out[reason] = self._left_out.get(reason, 0) + 1
            return None
        self._last[reason] = now
        return self._left_out.pop(reason, 0)
