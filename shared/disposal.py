"""How a service obeys `retention`: it moves a child's records to a later date, and deletes a cohort when told to.

Every service's own part is which kinds of document it holds and how a child leaves a document that several children share.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from shared.academic_year import cohort_on_arrival, next_date, of
from shared.contracts.envelope import Cause, Draft, Ground
from shared.contracts.retention import DisposalDateMoved, Purge, PurgeAnswered
from shared.errors import Conflict, Permanent, Transient
from shared.keys import CohortDisposed
from shared.logging import logger
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

TRIES = 8
"""A document that is written by others between reading and writing is read again this often."""

MoveShared = Callable[[Document, str, str, Cause], Awaitable[None]]
"""Takes one child out of a document that it shares with others, whose outbox is empty: document, child, due, cause. Conflict is answered by
reading again."""


class Elsewhere(Protocol):
    """What documents have elsewhere than in the database."""

    async def named(self, scope: Document) -> list[str]:
        """Names of what the documents of this scope have there: ids that tell nothing."""
        ...

    async def take_away(self, names: Iterable[str]) -> None:
        """It may be called again for what was taken away before."""
        ...


class SharedWithoutMover(Permanent):
    """A document of several children cannot be moved for one of them."""


class StillChanging(Transient):
    """A document kept changing while it was to be written."""


class Disposal:
    """Built in the composition root with the service's kinds of document that have a cohort."""

    def __init__(self, documents: Documents, sealer: Sealer, kinds: Sequence[str]) -> None:
        self._documents = documents
        self._sealer = sealer
        self._kinds = ["clock", *kinds]
        self._movers: dict[str, MoveShared] = {}
        self._whole: list[str] = []
        self._staying = ["clock"]
        self._elsewhere: Elsewhere | None = None

    def shares(self, kind: str, mover: MoveShared, *, whole: bool = False, forward: bool = True) -> None:
        """Documents of this kind hold several children: one leaves by `mover`, and the others stay as they are.

        `whole`: they are of several records of one child, and stay as they are until the latest of their dates. `forward`: not those whose
        date the mover works out from the others', and only ever makes later.
        """
        self._movers[kind] = mover
        if not forward:
            self._staying.append(kind)
        if whole:
            self._whole.append(kind)

    def reaches(self, elsewhere: Elsewhere) -> None:
        """What the documents have there is taken away before they are deleted, and once more afterwards: another process may have had it in
        its hand. Its names are kept until the purge is answered, so that this is done where it broke off too."""
        self._elsewhere = elsewhere

    def cohort(self, year: int, today: date) -> str:
        """The cohort of what arrives today for an academic year, of a child whose date has not moved."""
        own = cohort_on_arrival(year, today)
        while self._sealer.gone(own):  # disposed of ahead of its date, on a development stack
            own = next_date(own)
        return own

    async def cohorts_for(self, children: Iterable[str], year: int, today: date) -> dict[str, str]:
        """The cohort under which a new record of each child is sealed: its own date by rule, or the later one to which it was moved."""
        ids = list(children)
        own = self.cohort(year, today)
        moved = await self.moved(ids)
        return {child: max(own, moved.get(child, own)) for child in ids}

    async def moved(self, children: Iterable[str]) -> dict[str, str]:
        """The dates to which children's records were moved, of those whose were."""
        ids = list(children)
        clocks = await self._documents.find("clock", {"_id": {"$in": [f"clock:{child}" for child in ids]}}, {"due": 1})
        return {clock["_id"].removeprefix("clock:"): clock["due"] for clock in clocks}

    async def begun(self, scope: Document) -> bool:
        """Whether the disposal of one of these documents has begun: what is said from now on may come too late to keep them."""
        found = await self._documents.find_all(scope, self._kinds, {"cohort": 1})
        return not all(self._sealer.takes(cohort) for cohort in {document["cohort"] for document in found})

    # moving ---------------------------------------------------------------------------------------------------------

    async def move(self, event: DisposalDateMoved) -> None:
        """Keep every record of the child until `due`, each that was kept for longer no longer than that and its own date ask for.

        Does no harm when repeated; an older word than the one that is known changes nothing. CohortDisposed for a word of a date whose
        disposal has begun, which comes late: nothing would ever take away what it left there.
        """
        if event.due and not self._sealer.takes(event.due):
            raise CohortDisposed(event.due)
        if await self._note_clock(event, Cause.of(event)):
            await self._move_all(event.child, event.due, Cause.of(event), back=event.order > 0)

    async def follow(self, child: str, cause: Cause) -> None:
        """After writing several documents of a child one by one: its date may have moved between the first and the last."""
        await self.follow_all([child], cause)

    async def follow_all(self, children: Iterable[str], cause: Cause) -> None:
        """`follow` for each of many: two questions where no document of theirs is astray."""
        dues = await self.moved(children)
        if not dues:
            return
        earlier = {"children": {"$in": sorted(dues)}, "cohort": {"$lt": max(dues.values())}}
        found = await self._documents.find_all(earlier, self._kinds, {"children": 1, "cohort": 1})
        astray = {child for document in found for child in document["children"] if document["cohort"] < dues.get(child, "")}
        for child in sorted(astray):
            await self._move_all(child, dues[child], cause)

    async def _move_all(self, child: str, due: str, cause: Cause, *, back: bool = False) -> None:
        """`back`: what is kept for longer than it has to be comes forward too."""
        for _ in range(TRIES):
            astray = [*await self._due_earlier(child, due), *(await self._kept_too_long(child, due) if back else ())]
            if not astray:
                return
            for found, until in astray:
                # one at a time: a child's documents may be many and large
                document = await self._documents.get(found["_id"])
                if document is None or document["cohort"] != found["cohort"] or child not in document["children"]:
                    continue  # looked at again in the next round
                try:
                    await self._move(document, child, until, cause)
                except Conflict:
                    continue
        raise StillChanging(child)

    async def _move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        if mover := self._movers.get(document["kind"]):
            # what it has to tell of the child would be deleted with the others, and nobody would look for it
            await self._documents.publish([document])
            await mover(document, child, due, cause)
        elif document["children"] != [child]:
            raise SharedWithoutMover(document["kind"])
        else:
            await self._documents.write(Change(resealed(document, due, self._sealer)), cause)

    async def _due_earlier(self, child: str, due: str) -> list[tuple[Document, str]]:
        earlier = await self._documents.find_all({"children": child, "cohort": {"$lt": due}}, self._kinds, {"cohort": 1})
        return [(document, due) for document in earlier]

    async def _kept_too_long(self, child: str, due: str) -> list[tuple[Document, str]]:
        """The child's documents that stand under a later date than the child's and their own, with that date; where they are whole, than
        the latest of all their children's."""
        kinds = [kind for kind in self._kinds if kind not in self._staying]
        later = {"children": child, "cohort": {"$gt": due}}
        found = await self._documents.find_all(later, kinds, {"kind": 1, "children": 1, "cohort": 1, "year": 1, "own": 1})
        whole = [document for document in found if document["kind"] in self._whole]
        dues = await self.moved({one for document in whole for one in document["children"]} - {child})
        latest = {document["_id"]: max((dues.get(one, due) for one in document["children"]), default=due) for document in whole}
        until = [(document, max(self._own(document), due, latest.get(document["_id"], due))) for document in found]
        return [(document, day) for document, day in until if day < document["cohort"]]

    def _own(self, document: Document) -> str:
        """The date of a document whose child's date never moved. What knows neither that nor its year stays where it is."""
        if own := document.get("own"):
            return str(own)
        return self.cohort(document["year"], self._documents.now().date()) if "year" in document else str(document["cohort"])

    async def _note_clock(self, event: DisposalDateMoved, cause: Cause) -> bool:
        """Whether no later word of the child's date is known."""
        for _ in range(TRIES):
            clock = await self._documents.get(f"clock:{event.child}")
            order, due = (clock.get("order", 0), clock["due"]) if clock else (-1, "")
            if (event.order, event.due) <= (order, due):
                return bool(event.order == order)
            clock = clock or {"_id": f"clock:{event.child}", "kind": "clock", "children": [event.child], "version": 0}
            today = self._documents.now().date()
            cohort = event.due or self.cohort(of(today), today)
            try:
                await self._documents.write(Change({**clock, "due": event.due, "order": event.order, "cohort": cohort}), cause)
                return True
            except Conflict:
                continue
        raise StillChanging(event.child)

    # purging --------------------------------------------------------------------------------------------------------

    async def purge(self, command: Purge) -> None:
        """Delete what the command names and answer for every child of it. A command delivered twice gives one answer."""
        cause = Cause.of(command)
        answer = await self._begin(command, cause)
        if answer["state"] == "answered":
            return
        scope: Document = {"cohort": command.cohort, **({"school": command.school} if command.school else {})}
        elsewhere = sorted({*answer.get("elsewhere", ()), *await self._named(scope)})
        await self._take_away(elsewhere)
        erased: int = answer["records"] + await self._documents.delete_all(scope, self._kinds)
        await self._take_away(elsewhere)
        outstaying = await self._outstaying(answer["held"], command)
        held = set(answer["held"])
        others = [child for child in command.children if child not in held]
        retained = outstaying | await self._retained(others, command)
        draft = Draft(
            PurgeAnswered,
            purge=command.purge,
            cohort=command.cohort,
            school=command.school,
            service=self._documents.name,
            erased=tuple(sorted(held)),
            nothing_held=tuple(child for child in others if child not in retained),
            retained=retained,
            failed=(),
            records=max(erased, answer["found"]),
        )
        done = {key: value for key, value in answer.items() if key not in ("held", "elsewhere")} | {"state": "answered", "records": erased}
        await self._documents.write(Change(done, [draft]), cause)
        logger().info("purged", purge=command.purge, cohort=command.cohort, records=erased, count=len(held))

    async def _begin(self, command: Purge, cause: Cause) -> Document:
        """Note which children are held before anything is deleted, so that a crash between loses no answer."""
        id_ = f"purge:{command.purge}:{command.school or 'rest'}"
        if found := await self._documents.get(id_):
            return found
        scope: Document = {"cohort": command.cohort, **({"school": command.school} if command.school else {})}
        holding = await self._documents.find_all(scope, self._kinds, {"children": 1, "kind": 1})
        held = sorted({child for document in holding for child in document.get("children", ())})
        answer = {"_id": id_, "kind": "purge", "state": "erasing", "held": held, "found": len(holding), "records": 0, "version": 0}
        answer |= {"elsewhere": names} if (names := await self._named(scope)) else {}
        try:
            return await self._documents.write(Change(answer), cause)
        except Conflict:
            return await self._begin(command, cause)

    async def _named(self, scope: Document) -> list[str]:
        return await self._elsewhere.named(scope) if self._elsewhere else []

    async def _take_away(self, names: Sequence[str]) -> None:
        if self._elsewhere and names:
            await self._elsewhere.take_away(names)

    async def _outstaying(self, held: Sequence[str], command: Purge) -> dict[str, Ground]:
        """Those of the children whom a document names still, kept for another record of the same child."""
        scope: Document = {"children": {"$in": list(held)}, "cohort": {"$gt": command.cohort}}
        later = await self._documents.find_all(scope, self._whole, {"children": 1}) if self._whole else []
        kept = {child for document in later if len(document["children"]) > 1 for child in document["children"]}
        return {child: "later date" for child in held if child in kept}

    async def _retained(self, children: Sequence[str], command: Purge) -> dict[str, Ground]:
        later = await self._documents.find_all(
            {"children": {"$in": list(children)}, "cohort": {"$gt": command.cohort}}, self._kinds, {"children": 1}
        )
        kept = {child for document in later for child in document["children"]}
        return {child: "later date" for child in children if child in kept}


def resealed(document: Document, cohort: str, sealer: Sealer) -> Document:
    """The document with every sealed field (`sealed...`) opened and sealed again under another cohort. Where no year says which is its own
    date, the first that it had is kept."""
    moved: dict[str, Any] = {
        field: sealer.seal(cohort, document["_id"], field, sealer.open(document["cohort"], document["_id"], field, bytes(value)))
        for field, value in document.items()
        if field.startswith("sealed")
    }
    own = {} if "year" in document or "own" in document else {"own": document["cohort"]}
    return {**document, **own, **moved, "cohort": cohort}
