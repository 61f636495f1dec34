"""Sweeps: `sweep:{id}`, one running at a time (a unique index holds it)."""

from datetime import date

from services.retention.domain.sweep import Progress, Sweep
from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.store import Change, Documents


class Sweeps:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def running(self) -> Sweep | None:
        found = await self._documents.find("sweep", {"state": "running"})
        return _sweep(found[0]) if found else None

    async def get(self, id_: str) -> Sweep | None:
        document = await self._documents.get(f"sweep:{id_}")
        return _sweep(document) if document else None

    async def keep(self, sweep: Sweep) -> None:
        """Conflict when another replica moved it on, or another sweep is running."""
        await self._documents.write(Change(_document(sweep)), Cause.beginning(sweep.id))


def _sweep(document: Document) -> Sweep:
    return Sweep(
        id=document["_id"].removeprefix("sweep:"),
        on=date.fromisoformat(document["on"]),
        ahead_of_time=document["ahead_of_time"],
        cohorts=tuple(Progress(**cohort) for cohort in document["cohorts"]),
        alarm=document["alarm"],
        alarms=tuple(document["alarms"]),
        version=document["version"],
    )


def _document(sweep: Sweep) -> Document:
    return {
        "_id": f"sweep:{sweep.id}",
        "kind": "sweep",
        "state": "done" if sweep.done else "running",
        "on": sweep.on.isoformat(),
        "ahead_of_time": sweep.ahead_of_time,
        "cohorts": [_progress(progress) for progress in sweep.cohorts],
        "alarm": sweep.alarm,
        "alarms": list(sweep.alarms),
        "version": sweep.version,
    }


def _progress(progress: Progress) -> Document:
    return {
        "cohort": progress.cohort,
        "purge": progress.purge,
        "since": progress.since,
        "step": progress.step,
        "round": progress.round,
        "told_at": progress.told_at,
        "counts": dict(progress.counts),
        "certificate": progress.certificate,
    }
