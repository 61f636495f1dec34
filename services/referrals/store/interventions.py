"""What officers did with families.

| `_id` | in clear | sealed |
|---|---|---|
| `intervention:<id>` | case and the case before it, what step is due for whom, whether it is struck | what was written; earlier editions |
| `struck:<id>` | nothing | what was struck out: it falls with the next disposal, whatever the child's date is |

An entry and what its case shows of it (how many, the latest, the next step due) are one transaction.
"""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from services.referrals.domain.corrections import as_it_stood, said
from services.referrals.domain.intervention import Done, Edition, Intervention
from services.referrals.domain.referral import Referral
from services.referrals.store.referrals import Referrals, Same, same, worked
from shared import academic_year
from shared.contracts.envelope import Cause, Draft
from shared.disposal import Disposal
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents

_EARLIER: Final = TypeAdapter(tuple[Edition, ...])
_WITHOUT_EARLIER: Final = {"sealed_earlier": 0}


class Written(BaseModel):
    """An entry with what it said before."""

    entry: Intervention
    earlier: tuple[Edition, ...] = ()


class Words(BaseModel):
    """What an entry said that was struck out."""

    said: Done
    earlier: tuple[Edition, ...] = ()


class Kept(BaseModel):
    """An entry as it was read, with the document that its writer carries over."""

    entry: Intervention
    document: dict[str, Any]

    @property
    def moved_from(self) -> str | None:
        """The case in which it stood before the one in which it stands now. Nobody is shown it: it is another child's."""
        return self.document.get("moved_from")


class Interventions:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, referrals: Referrals, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._referrals = referrals
        self._settings = settings

    # reading --------------------------------------------------------------------------------------------------------

    async def get(self, id_: str) -> Intervention | None:
        found = await self.kept(id_)
        return found.entry if found else None

    async def kept(self, id_: str) -> Kept | None:
        found = await self._documents.get(f"intervention:{id_}")
        return Kept(entry=self._opened(found), document=found) if found else None

    async def written(self, id_: str) -> Written | None:
        """With its earlier editions."""
        found = await self.kept(id_)
        return Written(entry=found.entry, earlier=self._earlier(found.document)) if found else None

    async def words(self, id_: str) -> Words | None:
        """What an entry said that was struck out, until the next disposal."""
        found = await self._documents.get(f"struck:{id_}")
        return Words.model_validate_json(self._open(found, "sealed")) if found else None

    async def of_case(self, case: str) -> list[Intervention]:
        """Of a case, by day and then as they were recorded; what was struck out is among them."""
        found = await self._documents.find("intervention", {"case": case}, _WITHOUT_EARLIER)
        return sorted(map(self._opened, found), key=lambda one: (one.day, one.recorded_at))

    async def written_in(self, case: str) -> list[Written]:
        """Those of a case with their earlier editions, by day and then as they were recorded."""
        found = await self._documents.find("intervention", {"case": case})
        written = [Written(entry=self._opened(one), earlier=self._earlier(one)) for one in found]
        return sorted(written, key=lambda one: (one.entry.day, one.entry.recorded_at))

    async def of_cases(self, cases: Sequence[str]) -> list[Intervention]:
        """Of many cases, in no order; without those that were struck out."""
        found = await self._documents.find("intervention", {"case": {"$in": list(cases)}, "struck": False})
        return [self._opened(document) for document in found]

    # writing --------------------------------------------------------------------------------------------------------

    async def add(self, entry: Intervention, referral: Referral, drafts: Sequence[Draft], cause: Cause) -> None:
        """Conflict when one with this id is there, or the case was written meanwhile; NotPossible when it is closed by now."""
        base: Document = {"_id": f"intervention:{entry.id}", "kind": "intervention", "version": 0}
        await self._write(Change(await self._document(base, entry, referral), drafts), [(referral.id, worked)], cause)

    async def change(self, before: Kept, after: Intervention, referral: Referral, drafts: Sequence[Draft], cause: Cause) -> None:
        """Write what became of an entry; what it said before is kept where that changes. Conflict when it was written meanwhile."""
        earlier = self._earlier(before.document)
        if said(after) != said(before.entry):
            earlier = (*earlier, as_it_stood(before.entry))
        document = await self._document(before.document, after, referral, earlier)
        await self._write(Change(document, drafts), [(referral.id, same)], cause)

    async def strike(
        self, before: Kept, after: Intervention, referral: Referral, drafts: Sequence[Draft], cause: Cause, note: Same
    ) -> None:
        """Its words go where the next disposal takes them. `note`: what the case's own record keeps of it."""
        words = Words(said=said(before.entry), earlier=self._earlier(before.document))
        # the next date on which anything falls; it names no child, so that no later date of the child's moves it
        today = self._settings.today()
        cohort, id_ = self._disposal.cohort(academic_year.of(today) - 1, today), f"struck:{before.entry.id}"
        aside = {
            "_id": id_,
            "kind": "struck",
            "school": referral.school,
            "children": [],
            "cohort": cohort,
            "version": 0,
            "sealed": self._sealer.seal(cohort, id_, "sealed", words.model_dump_json().encode()),
        }
        document = await self._document(before.document, after, referral)
        await self._write(Change(document, drafts), [(referral.id, note)], cause, beside=[Change(aside)])

    async def move(
        self, before: Kept, after: Intervention, to: Referral, drafts: Sequence[Draft], cause: Cause, note_from: Same, note_to: Same
    ) -> None:
        """Into another child's case, with everything that it ever said. NotPossible when that one is closed by now."""
        document = await self._document(before.document, after, to, self._earlier(before.document))
        document["moved_from"] = before.entry.case
        await self._write(Change(document, drafts), [(before.entry.case, note_from), (to.id, lambda case: note_to(worked(case)))], cause)

    async def _write(self, change: Change, cases: Sequence[tuple[str, Same]], cause: Cause, beside: Sequence[Change] = ()) -> None:
        async with self._documents.transaction() as session:
            written = [await self._documents.write(one, cause, session=session) for one in (change, *beside)]
            for case, note in cases:
                await self._referrals.acted(case, note, cause, session)
        await self._documents.publish_or_leave(written)

    async def _document(self, before: Document, entry: Intervention, referral: Referral, earlier: tuple[Edition, ...] = ()) -> Document:
        year, id_ = academic_year.of(entry.day), before["_id"]
        cohort = (await self._disposal.cohorts_for([referral.child], year, self._settings.today()))[referral.child]
        if before.get("children") == [referral.child]:
            cohort = max(cohort, before["cohort"])
        kept = {name: value for name, value in before.items() if name not in ("sealed_earlier", "own")}
        sealed = {"sealed": self._seal(cohort, id_, "sealed", entry.model_dump_json().encode())}
        if earlier:
            sealed["sealed_earlier"] = self._seal(cohort, id_, "sealed_earlier", _EARLIER.dump_json(earlier))
        return {
            **kept,
            "case": entry.case,
            "school": referral.school,
            "children": [referral.child],
            "year": year,
            "cohort": cohort,
            "recorded_at": entry.recorded_at,
            "officer": before.get("officer", entry.officer),
            "due": entry.open_step.isoformat() if entry.open_step else None,
            "struck": not entry.counts,
            **sealed,
        }

    def _seal(self, cohort: str, id_: str, field: str, plain: bytes) -> bytes:
        return self._sealer.seal(cohort, id_, field, plain)

    def _open(self, document: Document, field: str) -> bytes:
        return self._sealer.open(document["cohort"], document["_id"], field, bytes(document[field]))

    def _opened(self, document: Document) -> Intervention:
        return Intervention.model_validate_json(self._open(document, "sealed"))

    def _earlier(self, document: Document) -> tuple[Edition, ...]:
        return _EARLIER.validate_json(self._open(document, "sealed_earlier")) if "sealed_earlier" in document else ()
