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
from clients.iewo.names import readable
from clients.iewo.pushing import WAITING, has_refusals

Receipts = list[dict[str, Any]]

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds between two tries while the service is away, twice as long each time."""
LEFT_SECONDS = 300.0
"""For so long a file is left alone that could not be read, or not moved away with its receipt."""
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
    waits: bool = False
    """Whether a whole roll waits for a yes."""
    failed: bool = False
    """Whether a file had to be left where it is."""
    left: dict[Path, float] = field(default_factory=dict)
    """Until when, by the monotonic clock."""

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
            if self.left.get(file, 0) > time.monotonic():
                continue
            try:
                self._deal_with(file, push)
            except (OSError, ValueError) as error:  # it is this file's alone: the others go on
                self.left[file], self.failed = time.monotonic() + LEFT_SECONDS, True
                why = error.strerror if isinstance(error, OSError) else type(error).__name__
                self.say(f"{readable(file.name)}: left in {readable(file.parent)}, {why}")
            if self.stop.is_set():
                return

    def _deal_with(self, file: Path, push: Callable[[Path], Receipts]) -> None:
        before, name = state(file), readable(file.name)
        try:
            receipts = push(file)
        except Refused as error:
            receipts = [{"file": name, "error": str(error)}]
        if self.stop.is_set() and not receipts:
            return
        if state(file) != before:  # somebody still wrote to it: once more, as a later feed
            return
        self.inbox.finish(file, receipts, datetime.now(UTC))
        self.left.pop(file, None)
        self.refused |= any(map(has_refusals, receipts))
        self.waits |= any(receipt.get("state") == WAITING for receipt in receipts)
        self.told(name, receipts)

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
                    return [{"file": readable(file.name), "error": f"put aside after {TRIES} tries: {error}"}]
            if pause == FIRST_PAUSE:
                self.say(f"{readable(file.name)}: waiting, {line}")
            if self.stop.wait(pause):
                return []
            pause = min(LONGEST_PAUSE, 2 * pause)
