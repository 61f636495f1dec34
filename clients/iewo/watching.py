"""Pushes what lands in a folder, each file once, and waits where the service is away."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from clients.iewo.failure import Failure, Faulty, NotNow, Refused, Unreachable
from clients.iewo.inbox import Inbox, state
from clients.iewo.pushing import has_refusals

Receipts = list[dict[str, Any]]

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds between two tries while the service is away, twice as long each time."""
TRIES = 5
"""A file at which the service itself fails so often is put aside: the next ones wait behind it."""


@dataclass
class Watch:
    """`push` sends one file and gives its receipts, or raises Failure. `told` is called with each file that is done with."""

    inbox: Inbox
    push: Callable[[Path], Receipts]
    told: Callable[[str, Receipts], None]
    say: Callable[[str], None]
    stop: Event = field(default_factory=Event)
    refused: bool = False
    """Whether a row or a file has been refused."""

    def forever(self, poll: float) -> None:
        """Until it is told to stop; a file in hand is finished first."""
        while not self.stop.is_set():
            self._round(self._patiently)
            self.stop.wait(poll)

    def once(self, settle: float) -> None:
        """What is there now, as soon as it has settled. Raises Failure where the service is away: what is left is for the next time."""
        self._round(self.push)
        if self.inbox.settling() and not self.stop.wait(settle):
            self._round(self.push)

    def _round(self, push: Callable[[Path], Receipts]) -> None:
        for file in self.inbox.take(time.monotonic()):
            before = state(file)
            try:
                receipts = push(file)
            except Refused as error:
                receipts = [{"file": file.name, "error": str(error)}]
            if self.stop.is_set() and not receipts:
                return
            if state(file) != before:  # somebody still wrote to it: once more, as a later feed
                continue
            self.inbox.finish(file, receipts, datetime.now(UTC))
            self.refused |= any(map(has_refusals, receipts))
            self.told(file.name, receipts)
            if self.stop.is_set():
                return

    def _patiently(self, file: Path) -> Receipts:
        """The receipts; none if it was told to stop before there were any."""
        pause, failed = FIRST_PAUSE, 0
        while True:
            try:
                return self.push(file)
            except (Unreachable, NotNow) as error:
                line: Failure = error
            except Faulty as error:
                line, failed = error, failed + 1
                if failed == TRIES:
                    return [{"file": file.name, "error": f"put aside after {TRIES} tries: {error}"}]
            if pause == FIRST_PAUSE:
                self.say(f"{file.name}: waiting, {line}")
            if self.stop.wait(pause):
                return []
            pause = min(LONGEST_PAUSE, 2 * pause)
