"""What is to be done: `task:<id>`, its case, day and officer in clear and what it is sealed; and the next steps of entries beside them."""

from collections.abc import Collection
from typing import Any, Final

from services.referrals.domain.intervention import Intervention
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.referral import Referral
from services.referrals.domain.task import Task, ToDo, done
from services.referrals.errors import NoSuchTask, StillChanging
from services.referrals.store.referrals import Referrals, Same, same, worked
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

_STEP: Final = {"sealed_earlier": 0}


class Tasks:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, referrals: Referrals, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._referrals = referrals
        self._settings = settings

    async def add(self, task: Task, case: Referral, cause: Cause) -> bool:
        """Whether it is new: one with this id may be there. NotPossible in a case that is closed by now."""
        today = self._settings.today()
        year = academic_year.of(today)
        async for _ in tries():
            if await self._documents.get(f"task:{task.id}"):
                return False
            cohort = (await self._disposal.cohorts_for([case.child], year, today))[case.child]
            of_case = {"case": case.id, "school": case.school, "children": [case.child], "year": year, "cohort": cohort}
            base: Document = {"_id": f"task:{task.id}", "kind": "task", "version": 0, **of_case}
            try:
                await self._write(base, task, cause, worked)
                return True
            except Conflict:
                continue
        raise StillChanging

    async def get(self, id_: str) -> Task | None:
        found = await self._documents.get(f"task:{id_}")
        return self._opened(found) if found else None

    async def done(self, id_: str, by: str, cause: Cause) -> Task:
        async for _ in tries():
            found = await self._documents.get(f"task:{id_}")
            if found is None:
                raise NoSuchTask
            after = done(self._opened(found), by, self._settings.now())
            if found["done"]:
                return after
            try:
                await self._write(found, after, cause, same)
                return after
            except Conflict:
                continue
        raise StillChanging

    def handed(self, document: Document, to: str) -> Document:
        """Another's, as it is stored by somebody who writes it together with other documents."""
        return self._document(document, self._opened(document).model_copy(update={"officer": to}))

    # the list -------------------------------------------------------------------------------------------------------

    async def to_do(
        self,
        schools: Collection[str] | None,
        officer: str | None = None,
        until: str | None = None,
        *,
        without: Collection[str] = (),
    ) -> list[ToDo]:
        """What is to be done in open cases of some schools or (None) of all, by one officer or by all, due by a day (ISO) or ever; the
        earliest first. `without`: children whose cases are closed to who asks."""
        by = {"$lte": until} if until else {"$type": "string"}
        steps = await self._documents.find("intervention", {"due": by}, _STEP)
        tasks = await self._documents.find("task", {"done": False, **({"officer": officer} if officer else {})})
        due = [*steps, *(one for one in tasks if until is None or one["due"] <= until)]
        cases = await self._open_cases({one["case"] for one in due}, schools, without)
        found = [(one, self._whose(one, cases[one["case"]])) for one in due if one["case"] in cases]
        lines = [self._line(one, cases[one["case"]], whose) for one, whose in found if officer in (None, whose)]
        return sorted(lines, key=lambda one: (one.due, one.id))

    async def _open_cases(self, ids: Collection[str], schools: Collection[str] | None, without: Collection[str]) -> dict[str, Document]:
        query: dict[str, Any] = {"_id": {"$in": sorted(f"referral:{one}" for one in ids)}, "state": {"$in": list(CASE)}}
        if schools is not None:
            query["school"] = {"$in": sorted(schools)}
        if without:
            query["children"] = {"$nin": sorted(without)}
        found = await self._documents.find("referral", query, {"school": 1, "child": 1, "officer": 1})
        return {one["_id"].partition(":")[2]: one for one in found}

    @staticmethod
    def _whose(document: Document, case: Document) -> str:
        mine = document["officer"] if document["kind"] == "task" else case.get("officer") or document["officer"]
        return str(mine)

    def _line(self, document: Document, case: Document, officer: str) -> ToDo:
        of_case = {"case": document["case"], "school": case["school"], "child": case["child"], "officer": officer}
        if document["kind"] == "task":
            task = self._opened(document)
            return ToDo(id=task.id, of="task", what=task.what, due=task.due, by=task.by, **of_case)
        entry = Intervention.model_validate_json(self._plain(document))
        return ToDo(id=entry.id, of="next step", what=entry.next_step, due=document["due"], by=entry.officer, **of_case)

    # ----------------------------------------------------------------------------------------------------------------

    async def _write(self, before: Document, task: Task, cause: Cause, look: Same) -> None:
        """With what the case shows of it, in one transaction."""
        async with self._documents.transaction() as session:
            await self._documents.write(Change(self._document(before, task)), cause, session=session)
            await self._referrals.acted(task.case, look, cause, session)

    def _document(self, before: Document, task: Task) -> Document:
        clear = {"officer": task.officer, "due": task.due.isoformat(), "done": task.done is not None}
        sealed = self._sealer.seal(before["cohort"], before["_id"], "sealed", task.model_dump_json().encode())
        return {**before, **clear, "sealed": sealed}

    def _opened(self, document: Document) -> Task:
        return Task.model_validate_json(self._plain(document))

    def _plain(self, document: Document) -> bytes:
        return self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
