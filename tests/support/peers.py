"""A service that only holds records and obeys `retention`: on the real bus and database, under the service's own credentials."""

import json
from datetime import UTC, date, datetime
from typing import Any

from deploy.local.services import Service
from deploy.local.stack import Stack
from shared.contracts.attendance import AskFingerprints, Fingerprint, Fingerprints
from shared.contracts.envelope import Cause, Draft, Event
from shared.contracts.retention import AskDisposed, DisposalDateMoved, Disposed, Purge
from shared.disposal import Disposal
from shared.errors import Transient
from shared.identity import new_id
from shared.mongo import Document, close
from shared.service import Parts, parts, tell_what_is_untold
from shared.settings import Settings
from shared.store import Change

KIND = {"attendance": "page", "referrals": "intervention", "sharing": "disclosure"}


class Peer:
    """One process' worth of a service, living in the test."""

    def __init__(self, stack: Stack, name: str, *, hold_seconds: float) -> None:
        environment = Service(stack, name)._environment()
        settings = Settings(
            nats_url=stack.nats_url,
            nats_credentials=stack.creds(name),
            mongo_url_file=stack.credentials / "mongo" / f"{name}.url",
            key_folder=environment["IEWO_KEY_FOLDER"],
            jwks=str(stack.credentials / "jwks.json"),
            key_hold_seconds=hold_seconds,
        )
        self.name = name
        self.parts: Parts = parts(name, settings)
        self.answers_no_fingerprints = False
        self.disposal = Disposal(self.parts.documents, self.parts.sealer, [KIND[name]])
        self._subscribe()

    def _subscribe(self) -> None:
        bus = self.parts.bus

        @bus.handles("EVENTS", f"{self.name}-disposal", DisposalDateMoved)
        async def move(event: DisposalDateMoved) -> None:
            await self.disposal.move(event)

        @bus.handles("COMMANDS", f"{self.name}-purge", Purge)
        async def purge(command: Purge) -> None:
            await self.disposal.purge(command)

        if self.name != "sharing":
            tell_what_is_untold(self.parts, ["clock", KIND[self.name]])

        if self.name == "attendance":

            @bus.answers(AskFingerprints)
            async def fingerprints(question: AskFingerprints) -> Fingerprints:
                if self.answers_no_fingerprints:
                    raise Transient("of the test")
                scope = {"school": question.school, "cohort": question.cohort}
                pages = await self.parts.documents.find("page", scope, {"children": 1, "year": 1})
                found = [(child, page["year"]) for page in pages for child in page["children"]]
                return Fingerprints(
                    fingerprints=tuple(Fingerprint(child=child, year=year, fingerprint=fingerprint(child)) for child, year in found)
                )

    async def start(self) -> None:
        await self.parts.bus.start()

    async def stop(self) -> None:
        await self.parts.bus.stop()
        await close(self.parts.client)

    async def record(self, child: str, school: str, year: int, today: date) -> str:
        """Store a sealed record of a child and return its `_id`."""
        id_ = f"{KIND[self.name]}:{new_id()}"
        cohort = (await self.disposal.cohorts_for([child], year, today))[child]
        own: Document = (
            {"authority": "991", "state": "made", "at": datetime.now(UTC)}
            if self.name == "sharing"
            else {"case": "c", "officer": "o", "struck": False}
        )
        document = {
            **own,
            "_id": id_,
            "kind": KIND[self.name],
            "school": school,
            "year": year,
            "children": [child],
            "cohort": cohort,
            "sealed": self.parts.sealer.seal(cohort, id_, "sealed", json.dumps({"of": child}).encode()),
            "version": 0,
        }
        await self.parts.documents.write(Change(document), Cause.beginning(new_id()))
        return id_

    async def keep_back(self, cohort: str) -> str:
        """A document of the cohort that the service's disposal does not know of; only the second look finds it."""
        assert self.name == "sharing"
        id_ = f"pack:{new_id()}"
        facts = {"request": id_, "edition": 1, "case": "c", "school": "900001", "children": [], "authority": "991", "state": "sent"}
        await self.parts.documents.write(
            Change({**facts, "_id": id_, "kind": "pack", "cohort": cohort, "sealed_work": b"", "version": 0}), Cause.beginning(new_id())
        )
        return id_

    async def tell(self, event: type[Event], **fields: Any) -> None:
        """Publish an event as the service does: from a document's outbox."""
        await self.parts.documents.publish([await self.write_down(event, **fields)])

    async def write_down(self, event: type[Event], **fields: Any) -> Document:
        """The document that has an event in its outbox: nothing is told yet, as when the process ends there."""
        document = {"_id": f"clock:{new_id()}", "kind": "clock", "version": 0}
        return await self.parts.documents.store(Change(document, [Draft(event, **fields)]), Cause.beginning(new_id()))

    async def opened(self, id_: str) -> tuple[str, Any] | None:
        """A record's cohort and content; None when it is gone."""
        document = await self.parts.documents.get(id_)
        if document is None:
            return None
        plain = self.parts.sealer.open(document["cohort"], id_, "sealed", bytes(document["sealed"]))
        return document["cohort"], json.loads(plain)

    async def disposed(self, year: int, *children: str) -> set[str]:
        """Children of whom the ledger says that their records of a year were disposed of."""
        asked = {fingerprint(child): child for child in children}
        answer = await self.parts.bus.ask(AskDisposed(year=year, fingerprints=tuple(asked)), Disposed)
        return {asked[one] for one in answer.fingerprints}


def fingerprint(child: str) -> str:
    return child[::-1]
