"""Feeds that are taken back: asked for by a named person, out of the register by the feed's own ticket, like what was put in.

The state goes from `accepted` or `stored` to `withdrawing` and then to `withdrawn`, whenever that is asked: before the feed is in the
register too. From the first step on no part of the feed is entered, and the same file pushed again is a new feed. Where it turns out to be
impossible the feed is again what it was, with the reason.
"""

import json

from services.attendance.store.feeds import WITHDRAWN, id_of
from shared.contracts.attendance_events import StoreFeed
from shared.contracts.envelope import Cause, Draft
from shared.identity import new_id
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents
from shared.tries import until_written


class Withdrawals:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    async def get(self, feed: str) -> Document | None:
        return await self._documents.get(f"feed:{feed}")

    async def begin(self, feed: Document, role: str, who: str, why: str) -> None:
        """Ask for a feed to be taken back; asked again, or of one that was declined, it changes nothing."""

        async def begun() -> None:
            found = await self._documents.get(feed["_id"])
            if found is None or found["state"] in (*WITHDRAWN, "declined"):
                return
            now, id_ = self._documents.now(), found["_id"]
            told = json.dumps({"role": role, "who": who, "why": why}).encode()
            asked = {
                **found,
                "state": "withdrawing",
                "not_withdrawn": None,
                # the same bytes may come again
                "digest": f"withdrawn:{id_}",
                "withdrawn_at": now,
                "asked": now,
                "sealed_withdrawal": self._sealer.seal(found["cohort"], id_, "sealed_withdrawal", told),
            }
            ticket = Draft(StoreFeed, school=found["school"], feed=id_of(found), part=0)
            await self._documents.write(Change(asked, [ticket]), Cause.beginning(new_id()))

        await until_written("feed", begun)

    async def decline(self, feed: Document, because: str, cause: Cause) -> None:
        """The feed counts as before it was to be taken back. `because`: one line that names nobody. Idempotent."""

        async def declined() -> None:
            found = await self._documents.get(feed["_id"])
            if found is None or found["state"] != "withdrawing":
                return
            left = [place for place in range(found["parts"]) if place not in found["done"]]
            tickets = [Draft(StoreFeed, school=found["school"], feed=id_of(found), part=place) for place in left]
            kept = {**found, "state": "accepted" if left else "stored", "not_withdrawn": because}
            await self._documents.write(Change(kept, tickets), cause)

        await until_written("feed", declined)

    async def finish(self, feed: Document, cause: Cause) -> None:
        """Nothing that the feed said counts any more. Idempotent."""
        await self._documents.delete_all({"feed": id_of(feed)}, ["part"])

        async def finished() -> None:
            found = await self._documents.get(feed["_id"])
            if found and found["state"] != "withdrawn":
                rest = {name: value for name, value in found.items() if name != "sealed_part"}
                await self._documents.write(Change({**rest, "state": "withdrawn"}), cause)

        await until_written("feed", finished)
