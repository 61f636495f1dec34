"""Who at a Local Authority (LA) has downloaded which file of a pack, and when: with the pack, sealed in `sealed_downloads`.

In clear stand the places, in the list of its files, of those that were downloaded: once it is all of them the pack is fetched.
"""

from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.sharing.errors import NotPossibleNow
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackFetched
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents
from shared.tries import tries

MOST: Final = 2_000
"""Downloads that are kept of a pack. Beyond, of each person and file the first and the last: a program that asks every day is not to fill
it, and nobody downloads unnoted."""


class Download(BaseModel):
    """The first one of a day by this person. `person`: the `sub` of the token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    person: str
    at: datetime


_DOWNLOADS: TypeAdapter[tuple[Download, ...]] = TypeAdapter(tuple[Download, ...])


class Downloads:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    def of(self, pack: Document) -> tuple[Download, ...]:
        """The earliest first."""
        if "sealed_downloads" not in pack:
            return ()
        sealed = bytes(pack["sealed_downloads"])
        return _DOWNLOADS.validate_json(self._sealer.open(pack["cohort"], pack["_id"], "sealed_downloads", sealed))

    async def note(self, pack: str, file: str, place: int, files: int, person: str, cause: Cause) -> None:
        """Before the file is given: what cannot be noted is not given (NotPossibleNow). `place`: of the file among so many `files`."""
        async for _ in tries():
            document = await self._documents.get(f"pack:{pack}")
            noted = self._noted(document, Download(file=file, person=person, at=self._documents.now()), place) if document else {}
            if document is None or not noted:
                return
            drafts: list[Draft] = []
            if len(noted["taken"]) == files and "fetched_at" not in document:
                noted["fetched_at"] = self._documents.now()
                drafts = [Draft(PackFetched, pack=pack, case=document["case"], authority=document["authority"])]
                if document["state"] in ("sent", "expired"):
                    noted["state"] = "fetched"
            try:
                await self._documents.write(Change({**document, **noted}, drafts), cause)
                return
            except Conflict:
                continue
        raise StillChanging(pack)

    def _noted(self, document: Document, download: Download, place: int) -> Document:
        """The fields that change; none for what the same person has downloaded that day."""
        known = self.of(document)
        taken = sorted({place, *document.get("taken", ())})
        said = any((one.file, one.person, one.at.date()) == (download.file, download.person, download.at.date()) for one in known)
        if said and taken == document.get("taken"):
            return {}
        kept = _DOWNLOADS.dump_json(bounded(known if said else (*known, download)))
        sealed = self._sealer.seal(document["cohort"], document["_id"], "sealed_downloads", kept, again=True)
        return {"taken": taken, "sealed_downloads": sealed}


def bounded(known: tuple[Download, ...], most: int = MOST) -> tuple[Download, ...]:
    """`known`: the earliest first. NotPossibleNow where even the first and the last of each person and file are too many to be kept."""
    if len(known) <= most:
        return known
    first: dict[tuple[str, str], Download] = {}
    last: dict[tuple[str, str], Download] = {}
    for one in known:
        first.setdefault((one.file, one.person), one)
        last[one.file, one.person] = one
    ends = tuple(one for one in known if one is first[one.file, one.person] or one is last[one.file, one.person])
    if len(ends) > most:
        raise NotPossibleNow("more people have downloaded this pack than can be noted: ask the company for it")
    return ends
