"""What officers did with families, `intervention:<id>`: the case and when a next step is due in clear, all that was written sealed."""

from collections.abc import Sequence

from services.referrals.domain.intervention import Intervention
from services.referrals.domain.referral import Referral
from shared import academic_year
from shared.contracts.envelope import Cause, Draft
from shared.disposal import Disposal
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents


class Interventions:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    async def add(self, intervention: Intervention, referral: Referral, drafts: Sequence[Draft], cause: Cause) -> None:
        """Conflict when one with this id is there."""
        id_ = f"intervention:{intervention.id}"
        year = academic_year.of(intervention.day)
        cohort = (await self._disposal.cohorts_for([referral.child], year, self._settings.today()))[referral.child]
        document = {
            "_id": id_,
            "kind": "intervention",
            "version": 0,
            "case": referral.id,
            "school": referral.school,
            "children": [referral.child],
            "year": year,
            "cohort": cohort,
            "recorded_at": intervention.recorded_at,
            "due": intervention.due.isoformat() if intervention.due else None,
            "sealed": self._sealer.seal(cohort, id_, "sealed", intervention.model_dump_json().encode()),
        }
        await self._documents.write(Change(document, drafts), cause)

    async def get(self, id_: str) -> Intervention | None:
        found = await self._documents.get(f"intervention:{id_}")
        return self._opened(found) if found else None

    async def of_case(self, case: str) -> list[Intervention]:
        """Of a case, by day and then as they were recorded."""
        found = [self._opened(document) for document in await self._documents.find("intervention", {"case": case})]
        return sorted(found, key=lambda one: (one.day, one.recorded_at))

    async def of_cases(self, cases: Sequence[str]) -> list[Intervention]:
        """Of many cases, in no order."""
        return [self._opened(document) for document in await self._documents.find("intervention", {"case": {"$in": list(cases)}})]

    async def next_steps(self, cases: Sequence[str]) -> dict[str, list[str | None]]:
        """For each case its interventions' due days (ISO; None where no next step is due)."""
        found = await self._documents.find("intervention", {"case": {"$in": list(cases)}}, {"case": 1, "due": 1})
        steps: dict[str, list[str | None]] = {case: [] for case in cases}
        for document in found:
            steps[document["case"]].append(document["due"])
        return steps

    def _opened(self, document: Document) -> Intervention:
        plain = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
        return Intervention.model_validate_json(plain)
