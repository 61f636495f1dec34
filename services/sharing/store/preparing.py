"""Packs before they are sent: `pack:<id>` with all that people have done on it sealed in `sealed_work`.

In clear stand request, case, school, child, LA, state, edition, the pack that it supersedes, the days that end what can be done, and keyed
hashes of the scans that show its signatures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services.sharing.domain.life import CHECKED
from services.sharing.domain.material import LegalClocks
from services.sharing.domain.nearest import Days, nearest
from services.sharing.domain.work import Work
from services.sharing.store.files import PackFiles
from services.sharing.store.pack_clocks import in_hand_again, out_of_hand, with_days
from services.sharing.store.packs import Pack, pack_of
from shared.academic_year import of
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackDraftAgain
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents

NONE_BESIDE: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """The enforcement request that a pack and its row in the log answer."""

    request: str
    case: str
    school: str
    child: str
    authority: str


@dataclass(frozen=True, slots=True)
class Held:
    """A pack as it was read, with what people have done on it."""

    pack: Pack
    work: Work
    document: Document


class Preparing:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, files: PackFiles, settings: Settings) -> None:
        self._files = files
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    def now(self) -> datetime:
        at: datetime = self._documents.now()
        return at

    def today(self) -> date:
        return self._settings.today()

    async def of_request(self, request: str) -> Held | None:
        """The latest edition of the request's pack."""
        found = await self._documents.find("pack", {"request": request}, sort=[("edition", -1)], limit=1)
        return self._held(found[0]) if found else None

    async def get(self, pack: str) -> Held | None:
        """NoSuchPack's business where it is None: it is not there, or has been disposed of."""
        found = await self._documents.get(f"pack:{pack}")
        return self._held(found) if found else None

    async def some(self, packs: Sequence[str]) -> list[Held]:
        """Those that are there, in their order."""
        found = await self._documents.find("pack", {"_id": {"$in": [f"pack:{pack}" for pack in packs]}})
        held = {one.pack.pack: one for one in map(self._held, found)}
        return [held[pack] for pack in packs if pack in held]

    async def about(self, children: Sequence[str]) -> list[Document]:
        """Every pack of these children."""
        return await self._documents.find("pack", {"children": {"$in": list(children)}})

    async def scanned_for_another(self, pack: str, work: Work) -> bool:
        """Whether a file that shows a signature of this pack was brought for another pack."""
        hashes = self._hashes(work)
        found = await self._documents.find("pack", {"scans": {"$in": hashes}}, {"_id": 1}) if hashes else []
        return any(one["_id"] != f"pack:{pack}" for one in found)

    async def begin(
        self,
        id_: str,
        asked: Asked,
        work: Work,
        cause: Cause,
        supersedes: str | None = None,
        edition: int = 1,
        days: Days | None = None,
    ) -> Held:
        """A new draft; `supersedes`: the pack whose place it is to take; `days`: its legal clocks, where they are known. Conflict when
        this edition of the request's pack is there already."""
        today = self._settings.today()
        cohort = (await self._disposal.cohorts_for([asked.child], of(today), today))[asked.child]
        document = {
            "_id": f"pack:{id_}",
            "kind": "pack",
            "request": asked.request,
            "case": asked.case,
            "school": asked.school,
            "children": [asked.child],
            "authority": asked.authority,
            "edition": edition,
            "supersedes": supersedes,
            "cohort": cohort,
            "asked_at": self._documents.now(),
            "version": 0,
        }
        document, moved = with_days(document, days) if days else (document, ())
        written = await self._documents.write(Change(self._sealed(document, work), moved), cause)
        await self._disposal.follow(asked.child, cause)
        return self._held(written)

    async def write(self, held: Held, work: Work, cause: Cause, beside: Mapping[str, int]) -> Held:
        """What somebody did. `beside`: other packs, with the version that was looked at. Conflict when somebody else was first, or has
        written one of those since."""
        document, moved = _in_hand(held, work)
        return await self._write(held, document, work, moved, cause, beside)

    async def follow(self, held: Held, work: Work, clocks: LegalClocks, authority: str, cause: Cause) -> Held:
        """The days that end what can be done, and the LA, as they are now: told on where they are others."""
        days = Days(clocks.request_by, clocks.earliest_by)
        document, moved = with_days({**held.document, "authority": authority}, days)
        if document == held.document and work == held.work:
            return held
        return await self._write(held, document, work, moved, cause)

    async def _write(
        self, held: Held, document: Document, work: Work, moved: Sequence[Draft], cause: Cause, beside: Mapping[str, int] = NONE_BESIDE
    ) -> Held:
        document = self._sealed(document, work)
        # what was laid down to be handed over is not what will be
        laid_down = work.state != "waiting" and document.pop("sealed_files", None) is not None
        if work.state == "waiting" and held.work.state != "waiting":
            document["waiting_since"] = self._documents.now()
        document = looked_after(document, self._documents.now())
        moved = (*moved, *_draft_again(held, work, document))
        if not laid_down and not beside:
            return self._held(await self._documents.write(Change(document, moved), cause))
        chunks = await self._files.replaced(document) if laid_down else []
        others = await self._as_looked_at(beside)
        async with self._documents.transaction() as session:
            written = await self._documents.store(Change(document, moved), cause, session=session)
            for other in others:  # as they are: of two that are written at once, each with the other, one conflicts
                await self._documents.store(Change(other), cause, session=session)
            for chunk in chunks:
                await self._documents.delete(chunk, session=session)
        await self._documents.publish_or_leave([written])
        return self._held(written)

    async def _as_looked_at(self, packs: Mapping[str, int]) -> list[Document]:
        found = await self._documents.find("pack", {"_id": {"$in": [f"pack:{pack}" for pack in packs]}}) if packs else []
        if {one["_id"].partition(":")[2]: one["version"] for one in found} != packs:
            raise Conflict("pack")
        return found

    def _sealed(self, document: Document, work: Work) -> Document:
        plain = work.model_dump_json(exclude={"state"}).encode()
        sealed = self._sealer.seal(document["cohort"], document["_id"], "sealed_work", plain, again=document["version"] > 0)
        scans = {"scans": hashes} if (hashes := self._hashes(work)) else {}
        return {**document, **scans, "state": work.state, "sealed_work": sealed}

    def _hashes(self, work: Work) -> list[str]:
        """Keyed: the database tells nobody which file it is. An index sees to it that two packs never have one in common."""
        return sorted({self._sealer.hash("scans", one.sha256) for one in work.scans if one.sha256})

    def with_work(self, held: Held, work: Work) -> Held:
        """With something more done, not written yet."""
        return self._held(self._sealed(held.document, work))

    def opened(self, document: Document) -> Held:
        """Of a pack's document."""
        return self._held(document)

    def _held(self, document: Document) -> Held:
        opened = self._sealer.open(document["cohort"], document["_id"], "sealed_work", bytes(document["sealed_work"]))
        work = Work.model_validate_json(opened).model_copy(update={"state": document["state"]})
        return Held(pack_of(document), work, document)


def _in_hand(held: Held, work: Work) -> tuple[Document, Sequence[Draft]]:
    if work.state == "cancelled":
        return out_of_hand(held.document)
    return in_hand_again(held.document) if held.work.state == "cancelled" else (held.document, ())


def looked_after(document: Document, now: datetime) -> Document:
    """What was checked is looked at again from then on (resting.py), and a draft, or what was given up, no more."""
    if document["state"] in CHECKED:
        return {"looked_at": now, **document}
    return {name: value for name, value in document.items() if name != "looked_at"}


def _draft_again(held: Held, work: Work, document: Document) -> list[Draft]:
    """What is told of a pack that was checked and is a draft, since something changed: not of what a person edits."""
    if held.work.state not in CHECKED or work.state != "draft" or not work.overtaken:
        return []
    pack = pack_of(document)
    return [
        Draft(
            PackDraftAgain,
            pack=pack.pack,
            case=pack.case,
            school=pack.school,
            child=pack.child,
            authority=pack.authority,
            what=work.overtaken,
            people=held.work.answered_for_by,
            signed=held.work.certificate is not None,
            act_by=nearest("draft", pack.request_by, pack.earliest_by),
            edition=work.revision,
        )
    ]
