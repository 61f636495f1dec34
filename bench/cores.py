"""What processes use: processor time and resident memory."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK_EVERY = 0.25


def used(pid: int) -> float:
    """Processor time of a process so far, its own and the system's for it, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def resident(pid: int) -> float:
    """Resident memory of a process, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1_000_000


class Cores:
    """A measure that begins when it is made."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._begun = self._now()

    def spent(self) -> dict[str, float]:
        """Seconds of each process since the beginning."""
        return {name: seconds - self._begun[name] for name, seconds in self._now().items()}

    def told(self, marks: int) -> str:
        """Where the processor time of so many marks went."""
        return ", ".join(f"{name} {1e6 * seconds / marks:.1f}" for name, seconds in self.spent().items()) + " us of processor a mark"

    def _now(self) -> dict[str, float]:
        return {name: used(pid) for name, pid in self._pids.items()}


class Memory:
    """The resident memory of processes, looked at all the while inside."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self.seen: dict[str, list[float]] = {name: [] for name in pids}

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._task.cancel()

    async def _look(self) -> None:
        while True:
            for name, pid in self._pids.items():
                self.seen[name].append(resident(pid))
            await asyncio.sleep(LOOK_EVERY)

    def thirds(self, name: str) -> tuple[float, float]:
        """Medians of the first and of the last third."""
        seen = self.seen[name]
        third = max(1, len(seen) // 3)
        return median(seen[:third]), median(seen[-third:])
