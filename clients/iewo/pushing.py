"""Files on their way to a school's register."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from clients.iewo import show
from clients.iewo.failure import Code, Failure, Refused, TooLarge
from clients.iewo.http import Service, persist, wait_for
from clients.iewo.names import readable
from clients.iewo.pieces import Piece, pieces, told_of

BUSY_SECONDS = 60.0
"""How long a system that is too busy to take a file is asked again."""
LARGEST = 32 * 1024 * 1024
"""Bytes that are sent as one feed where the service takes as many; half as many are tried where it does not."""
SMALLEST = 1024 * 1024
WAITING = "waiting for a yes"
SETTLED = ("stored", WAITING, "declined", "withdrawing", "withdrawn", "rehearsed")
"""States in which a feed stays until a person does something."""


@dataclass
class Push:
    """Files on their way to one school's register. `patience` in seconds; None waits for nothing."""

    attendance: Service
    school: str | None
    """None: each row of the files names its own."""
    year: int | None = None
    whole: bool = False
    patience: float | None = None
    quiet: bool = True
    busy: float = BUSY_SECONDS
    rehearse: bool = False
    """Nothing is stored; the receipts say what would be."""
    receipts: list[dict[str, Any]] = field(default_factory=list)

    def upload(self, files: list[Path]) -> None:
        """Each file after the one before has its receipt, and a roll is in the register: else every mark after it warns."""
        with show.progress(quiet=self.quiet) as bars:
            for file in files:
                bar = bars.add_task(f"sending {readable(file.name)}", total=max(1, file.stat().st_size))
                try:
                    for receipt in self.send(file, partial(bars.advance, bar)):
                        if receipt.get("kind") != "marks":
                            self.settle(receipt)
                except Failure as error:
                    raise Failure(f"{readable(file)}: {error}", error.code) from None

    def wait(self) -> None:
        """Until every feed is in the register."""
        with show.progress(quiet=self.quiet) as bars:
            bar = bars.add_task("until stored in the register", total=len(self.receipts))
            for receipt in self.receipts:
                self.settle(receipt)
                bars.advance(bar)

    def send(self, file: Path, sent: Callable[[int], None]) -> list[dict[str, Any]]:
        """The receipts: one, or one for each part. A part that went stays, and is the same feed when it is sent again."""
        limit = LARGEST
        while True:
            parts = pieces(file, limit)
            if self.whole and len(parts) > 1:
                raise Refused(
                    "a whole roll goes as one file, and this one is larger than the service takes: push it as part", Code.ROWS_REFUSED
                )
            before = len(self.receipts)
            try:
                for number, part in enumerate(parts, 1):
                    self._send(part, {"part": number, "parts": len(parts)} if len(parts) > 1 else {}, sent)
            except TooLarge:
                if limit <= SMALLEST or (len(parts) == 1 and parts[0].size > limit):
                    raise
                del self.receipts[before:]
                limit //= 2
            else:
                return self.receipts[before:]

    def settle(self, receipt: dict[str, Any]) -> None:
        if self.patience is None or "feed" not in receipt or receipt["state"] in SETTLED:
            return
        feed, seconds = receipt["feed"], self.patience
        late = f"feed {feed} is safely received but not in the register after {seconds:.0f} s: see `iewo feed show {feed}`"
        receipt["state"] = wait_for(partial(self._state, feed), SETTLED.__contains__, seconds, late)

    def _send(self, part: Piece, place: dict[str, int], sent: Callable[[int], None]) -> None:
        asked = {"year": self.year and str(self.year), "whole": "true" * self.whole, "rehearse": "true" * self.rehearse}
        query = {name: value for name, value in asked.items() if value}
        path = f"/v1/schools/{self.school}/feeds" if self.school else "/v1/feeds"
        receipt: dict[str, Any] = {"file": readable(part.file), **place}
        self.receipts.append(receipt)
        try:
            said = persist(lambda: self.attendance.upload(path, part.size, part.chunks(sent), **query), self.busy)
        except Failure as error:
            receipt["error"] = str(error)
            raise
        if self.school:
            receipt |= told_of(part, said)
        else:
            self.receipts[-1:] = [receipt | one for one in _by_school(part, said)]

    def _state(self, feed: str) -> str:
        return str(self.attendance.get(f"/v1/feeds/{feed}")["state"])


def has_refusals(receipt: dict[str, Any]) -> bool:
    """Whether single rows of it were refused, or all that it speaks of."""
    return "error" in receipt or bool(receipt["refused_rows"])


def _by_school(part: Piece, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schools' receipts, and what is to be said of the rest."""
    for receipt in said["feeds"]:
        yield told_of(part, receipt)
    for one in said["not_taken"]:
        yield {"school": one["school"], "error": one["detail"]}
    for tally in told_of(part, said)["refused_by_reason"]:
        yield {"error": f"{tally['rows']} rows refused, the first in line {tally['first_line']}: {tally['reason']}"}
