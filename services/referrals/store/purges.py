"""Which purges this service has heard of, as `shared/disposal.py` notes each: `purge:<purge>:<school>`, or `rest` for all schools."""

from collections.abc import Mapping

from shared.store import Documents

_ALL = {"_id": {"$gte": "purge:", "$lt": "purge;"}}
_REST = "rest"


class Purges:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def stamps(self) -> Mapping[str, tuple[str | None, int]]:
        """By note, its school (None: all) and its version: another one when it was begun, and again when all is deleted."""
        found = await self._documents.find("purge", _ALL, {"version": 1})
        schools = {one["_id"]: one["_id"].rpartition(":")[2] for one in found}
        return {one["_id"]: (None if schools[one["_id"]] == _REST else schools[one["_id"]], one["version"]) for one in found}
