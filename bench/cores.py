"""Where the processor time goes: what each of some processes has used, in seconds."""

import os
from collections.abc import Mapping
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def used(pid: int) -> float:
    """Processor time of a process so far, its own and the system's for it, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


class Cores:
    """A measure that begins when it is made."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._begun = self._now()

    def spent(self) -> dict[str, float]:
        """Seconds of each process since the beginning."""
        return {name: seconds - self._begun[name] for name, seconds in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: used(pid) for name, pid in self._pids.items()}
