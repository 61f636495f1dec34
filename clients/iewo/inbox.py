"""A folder into which another program exports, and what becomes of the files there.

DIR            a file lands here; it is taken when it has not changed for some seconds
DIR/sending    it is being sent; what is found here after a crash is sent again, which makes no second feed
DIR/done       it was received, its receipt (JSON) beside it; single rows may have been refused
DIR/refused    it was refused, or every row of it; the receipt says why
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from clients.iewo.failure import Code, Failure
from clients.iewo.names import LONGEST, readable, shortened

ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xml", ".json"})
"""Files of other names are left where they are."""
EMPTY_SECONDS = 60.0
"""An empty file is taken for one that is about to be written for so long."""
BESIDE = len(".receipt.json") + len(" (1000)") + 1
"""Bytes by which the name of a receipt in the making is longer than its file's."""


class Inbox:
    """`settle`: seconds for which a file is as it was before it is taken. Times are those of one monotonic clock, in seconds."""

    def __init__(self, folder: Path, settle: float) -> None:
        self._folder = folder
        self._settle = settle
        self._seen: dict[str, tuple[tuple[int, int], float]] = {}
        self.sending, self.done, self.refused = (folder / name for name in ("sending", "done", "refused"))

    def prepare(self) -> None:
        """Makes the folders. Raises Failure where that is not allowed."""
        try:
            for folder in (self.sending, self.done, self.refused):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise Failure(f"{folder} cannot be made: {error.strerror}", Code.NOT_ALLOWED) from None

    def take(self, now: float) -> Iterator[Path]:
        """Files to be sent: first what was left in `sending`, then what has settled, the oldest first, each moved to `sending`."""
        yield from self._oldest_first(self.sending)
        for file in self._settled(now):
            taken = self.sending / file.name
            try:
                if not taken.exists():
                    file.rename(taken)
                    yield taken
            except OSError:
                continue  # somebody holds it open, or has taken it back: next time

    def settling(self) -> bool:
        """Whether there are files that had no time to settle yet."""
        return bool(self._seen)

    def finish(self, file: Path, receipts: list[dict[str, Any]], at: datetime) -> Path:
        """Moves a file out of `sending`, behind its receipt. Where it lies now."""
        whither = self.done if all(map(_received, receipts)) else self.refused
        called = readable(file.name)
        name = self._free(whither, shortened(f"{at:%Y-%m-%dT%H-%M-%SZ} {called}", LONGEST - BESIDE))
        beside = whither / f"{name}.receipt.json"
        shown = [{**receipt, "file": called} for receipt in receipts]
        unfinished = beside.with_name(f".{beside.name}")
        unfinished.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        unfinished.replace(beside)
        file.rename(whither / name)
        return whither / name

    def _settled(self, now: float) -> list[Path]:
        before, self._seen = self._seen, {}
        settled = []
        for file in self._oldest_first(self._folder):
            looks = state(file)
            if looks is None:
                continue
            known, since = before.get(file.name, (None, now))
            since = since if known == looks else now
            if now - since >= (self._settle if looks[0] else max(self._settle, EMPTY_SECONDS)):
                settled.append(file)
            else:
                self._seen[file.name] = looks, since
        return settled

    @staticmethod
    def _free(folder: Path, name: str) -> str:
        """The name, with a number where there is one of that name already."""
        free, number = name, 2
        while (folder / free).exists() or (folder / f"{free}.receipt.json").exists():
            free, number = f"{Path(name).stem} ({number}){Path(name).suffix}", number + 1
        return free

    def _oldest_first(self, folder: Path) -> list[Path]:
        try:
            with os.scandir(folder) as entries:
                files = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.name) for entry in entries if _is_feed(entry)]
        except OSError:  # a share that is away
            return []
        return [folder / name for _, name in sorted(files)]


def _is_feed(entry: "os.DirEntry[str]") -> bool:
    """A link is not followed: it may lead to any file that the watcher can read."""
    return entry.is_file(follow_symlinks=False) and entry.name[0] not in ".~" and Path(entry.name).suffix.lower() in ENDINGS


def _received(receipt: dict[str, Any]) -> bool:
    return "feed" in receipt and bool(receipt["accepted"] or not receipt["refused_rows"])


def state(file: Path) -> tuple[int, int] | None:
    """Size and time of the last write; None where it is gone."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
