"""Commands to purge and their answers: `purge:{id}.{round}:{school or rest}:order` and `...:answer:{service}`.

Each is a document of its own: answers come at once from everywhere and wait for nobody.
"""

from collections.abc import Mapping

from services.retention.domain.answers import Answer, Outcome
from services.retention.domain.sweep import Progress
from services.retention.store.chunks import beginning_with, write_chunks
from services.retention.store.views import Holdings
from shared.contracts.envelope import Cause, Draft
from shared.contracts.retention import Purge, PurgeAnswered
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents

OUTCOMES: Mapping[str, Outcome] = {
    "erased": "erased",
    "nothing_held": "nothing held",
    "retained": "retained",
    "failed": "failed",
}
"""What stands in two counts as the later."""


class Commands:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def order(self, progress: Progress, scope: Holdings, cause: Cause) -> int:
        """Broadcast a command for each school (None: the rest) that was not ordered in this round; how many were new."""
        changes = [_order(progress, school, children) for school, children in scope.items()]
        return len(changes) - len(await write_chunks(self._documents, changes, cause))

    async def ordered(self, purge: str) -> list[tuple[str, str | None]]:
        """Commands given in all rounds: the purge's id in the command, and the school."""
        found = await self._documents.find("purge", _of(purge), {"purge": 1, "school": 1})
        return [(one["purge"], one.get("school")) for one in found if one["_id"].endswith(":order")]

    async def keep(self, event: PurgeAnswered) -> None:
        """One service's answer to one command; twice is once."""
        document: Document = {
            "_id": f"purge:{event.purge}:{event.school or 'rest'}:answer:{event.service}",
            "kind": "purge",
            "purge": event.purge,
            **({"school": event.school} if event.school else {}),
            "service": event.service,
            "at": event.at,
            "records": event.records,
            **{outcome: list(getattr(event, outcome)) for outcome in OUTCOMES},
            "version": 0,
        }
        try:
            await self._documents.write(Change(document), Cause.of(event))
        except Conflict:
            return  # it is there

    async def answers(self, purge: str) -> list[Answer]:
        """Every answer, in the order of the rounds, the schools' before the rest's."""
        answers = [_answer(document) for document in await self._documents.find("purge", _of(purge)) if _is_answer(document)]
        return sorted(answers, key=lambda answer: (int(answer.purge.rpartition(".")[2]), answer.school is None))

    async def forget_children(self, purge: str, cause: Cause) -> None:
        """The certificate stands: answers keep their counts and lose the children."""
        answers = [document for document in await self._documents.find("purge", _of(purge)) if _is_answer(document)]
        emptied = [Change({**document, **{outcome: [] for outcome in OUTCOMES}}) for document in answers]
        await write_chunks(self._documents, emptied, cause)


def _of(purge: str) -> Document:
    return beginning_with(f"purge:{purge}.")


def _is_answer(document: Document) -> bool:
    return ":answer:" in document["_id"]


def _order(progress: Progress, school: str | None, children: frozenset[str]) -> Change:
    document: Document = {
        "_id": f"purge:{progress.command}:{school or 'rest'}:order",
        "kind": "purge",
        "purge": progress.command,
        **({"school": school} if school else {}),
        "version": 0,
    }
    named = tuple(sorted(children))
    return Change(document, [Draft(Purge, purge=progress.command, cohort=progress.cohort, school=school, children=named)])


def _answer(document: Document) -> Answer:
    outcomes = {child: outcome for field, outcome in OUTCOMES.items() for child in document[field]}
    erased = frozenset(document["erased"])
    return Answer(document["purge"], document.get("school"), document["service"], outcomes, document["records"], erased)
