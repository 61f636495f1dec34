"""What the watch for silent schools knows of them by their feeds: each thing of many schools in one question, as a holiday that nobody
entered is a thousand silent schools every minute.

A school's number of its last feed is written before the feed is: where that feed is known and the number is the same, no other has come.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.attendance.store.calendars import EVERY_SCHOOL
from shared.mongo import Document
from shared.reading import portions
from shared.recent import Recent
from shared.store import Documents

OF_LATE: Final = timedelta(weeks=8)
"""More than the longest holiday. A school that was last heard before that has left us, and is nobody's alarm."""
COUNTING: Final = ("accepted", "stored")
NOT_WITHDRAWN: Final = {"state": {"$in": COUNTING}}
KEPT: Final = 86_400.0
"""Seconds: what is kept here is right as long as no feed comes, and is asked for anew on another day."""


class HeardOf:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._last_sent: Recent[str, tuple[int, datetime]] = Recent(KEPT, EVERY_SCHOOL)
        """When a school's last feed came, and its number."""
        self._never: Recent[tuple[str, date], int] = Recent(KEPT, EVERY_SCHOOL)
        """Schools of which nothing came in the weeks before a day, with the number up to which that is so."""

    async def on(self, day: date) -> set[str]:
        """The schools whose marks speak of a day or a later one."""
        heard: Collection[str] = await self._documents.collection.distinct(
            "school", {"kind": "feed", "day": {"$gte": day.isoformat()}, **NOT_WITHDRAWN}
        )
        return set(heard)

    async def stored_since(self, urns: Collection[str], day: str) -> dict[str, str]:
        """The last day (ISO) of which marks are stored, of those schools of which that is a day or a later one."""
        found: dict[str, str] = {}
        last = [{"$group": {"_id": "$school", "day": {"$max": "$day"}}}]
        for some in portions(urns):
            stored = {"school": {"$in": some}, "day": {"$gte": day}, "state": "stored"}
            found |= {one["_id"]: one["day"] for one in await self._documents.aggregate("feed", stored, last)}
        return found

    async def numbers(self, urns: Iterable[str]) -> dict[str, int]:
        """The number of each school's last feed."""
        found: dict[str, int] = {}
        for some in portions(urns):
            schools = await self._documents.find("school", _named(some), {"school": 1, "feeds": 1})
            found |= {school["school"]: school["feeds"] for school in schools}
        return found

    async def sending(self, numbers: Mapping[str, int], since: datetime) -> set[str]:
        """The schools of which a feed has come since then, by the `numbers` that they have now."""
        known = {urn: sent for urn in numbers if (sent := self._last_sent.get(urn))}
        asked = [urn for urn, number in numbers.items() if not self._is_known(urn, number)]
        for urn, feed in (await self._last(asked, {}, {"number": -1}, {"number": 1, "at": 1})).items():
            known[urn] = feed["number"], feed["at"]
            self._last_sent.keep(urn, known[urn])
        return {urn for urn, (_, at) in known.items() if at > since}

    async def last_days(self, numbers: Mapping[str, int], day: date) -> dict[str, date]:
        """The last day before a day of which the marks of each school speak, by the `numbers` that they have now."""
        of_late = {"day": {"$gte": (day - OF_LATE).isoformat(), "$lt": day.isoformat()}}
        asked = [urn for urn, number in numbers.items() if self._never.get((urn, day)) != number]
        found = await self._last(asked, of_late, {"day": -1}, {"day": 1, "state": 1})
        for urn in asked:
            if urn not in found and self._is_known(urn, numbers[urn]):
                self._never.keep((urn, day), numbers[urn])
        withdrawn = [urn for urn, feed in found.items() if feed["state"] not in COUNTING]
        if withdrawn:
            before = await self._last(withdrawn, {**of_late, **NOT_WITHDRAWN}, {"day": -1}, {"day": 1})
            found = {urn: feed for urn, feed in found.items() if urn not in withdrawn} | before
        return {urn: date.fromisoformat(feed["day"]) for urn, feed in found.items()}

    def _is_known(self, urn: str, number: int) -> bool:
        """Whether the feed of the number has been seen; it may still be on its way, or never come."""
        sent = self._last_sent.get(urn)
        return number == (sent[0] if sent else 0)

    async def _last(
        self, urns: Collection[str], query: Mapping[str, Any], order: Mapping[str, int], fields: Mapping[str, int]
    ) -> dict[str, Document]:
        """The first feed in an order of each school that has any. Mongod looks for each by the index, whatever else the school has sent;
        to group all that they sent would read all of it."""
        feeds = [{"$match": {"kind": "feed", **query}}, {"$sort": order}, {"$limit": 1}, {"$project": fields}]
        own = {"from": self._documents.name, "localField": "school", "foreignField": "school", "pipeline": feeds, "as": "feeds"}
        found: dict[str, Document] = {}
        for some in portions(urns):
            answered = await self._documents.aggregate("school", _named(some), [{"$project": {"school": 1}}, {"$lookup": own}])
            found |= {one["school"]: one["feeds"][0] for one in answered if one["feeds"]}
        return found


def _named(urns: Collection[str]) -> Document:
    return {"_id": {"$in": [f"school:{urn}" for urn in urns]}}
