"""When a school's feeds were accepted, as far as their records are still held."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from shared.store import Documents


class Acceptances:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def of(self, urn: str, numbers: Collection[int]) -> dict[int, datetime]:
        """By number."""
        found = await self._documents.find("feed", {"school": urn, "number": {"$in": sorted(numbers)}}, {"number": 1, "at": 1})
        return {one["number"]: one["at"] for one in found}

    async def between(self, urn: str, first: date, last: date) -> tuple[dict[int, datetime], list[int]]:
        """The feeds that were accepted on these days, both included, by number, and the academic years of which they spoke."""
        begin, end = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
        scope = {"school": urn, "at": {"$gte": begin, "$lt": end}}
        found = await self._documents.find("feed", scope, {"number": 1, "at": 1, "years": 1})
        return {one["number"]: one["at"] for one in found}, sorted({year for one in found for year in one["years"]})
