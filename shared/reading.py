"""One service's collection, as it is read and emptied."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from inspect import isawaitable
from typing import Any

from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.asking import Asking
from shared.mongo import Document

AT_A_TIME = 16
"""Documents that are fetched together where each is looked at by itself."""
ALL_AT_ONCE = 100_000
"""The same where all are wanted: else the database sends a hundred first, and is asked again for the rest. A reply has 16 MB at most."""
NAMED = 1000
"""Ids or schools that one question names at most."""


def portions(names: Iterable[str], at_once: int = NAMED) -> Iterator[list[str]]:
    """In order, as many as a question may name."""
    wanted = sorted(names)
    return (wanted[at : at + at_once] for at in range(0, len(wanted), at_once))


class Reading:
    """Documents of the service `name`, as a majority has them."""

    def __init__(self, client: Any, name: str) -> None:
        self.name = name
        self.collection = client["iewo"].get_collection(
            name, write_concern=WriteConcern("majority", j=True), read_concern=ReadConcern("majority")
        )
        self.careless = self.collection.with_options(write_concern=WriteConcern(1))
        """For writes that need not wait for the journal, since a later write that does depends on them, or nothing does."""
        self._asking: dict[tuple[tuple[str, Any], ...], Asking] = {}
        self._getting = Asking(self._named)

    async def ping(self) -> None:
        await self.collection.find_one({"_id": "ping"}, {"_id": 1})

    async def get(self, id_: str) -> Document | None:
        # by the id alone, which begins with the kind: with the kind beside it mongod plans the question, a quarter of what it costs
        found: Document | None = await self.collection.find_one({"_id": id_})
        return found

    async def get_together(self, id_: str) -> Document | None:
        """`get`, in one question with those who ask so meanwhile; no id that is asked so begins with another."""
        found = await self._getting.beginning([id_])
        return found[0] if found else None

    async def _named(self, ids: Sequence[str]) -> list[Document]:
        found: list[Document] = await self.collection.find({"_id": {"$in": list(ids)}}, hint="_id_").to_list(None)
        return found

    async def find(self, kind: str, query: Mapping[str, Any], fields: Mapping[str, Any] | None = None, **options: Any) -> list[Document]:
        found: list[Document] = await self.collection.find({"kind": kind, **query}, fields, batch_size=ALL_AT_ONCE, **options).to_list(None)
        return found

    async def aggregate(self, kind: str, query: Mapping[str, Any], stages: Sequence[Mapping[str, Any]]) -> list[Document]:
        """What an aggregation makes of documents of one kind."""
        asked: Any = self.collection.aggregate([{"$match": {"kind": kind, **query}}, *stages], batchSize=ALL_AT_ONCE)
        found: list[Document] = await (await asked if isawaitable(asked) else asked).to_list(None)
        return found

    async def count(self, kind: str, query: Mapping[str, Any]) -> int:
        counted: int = await self.collection.count_documents({"kind": kind, **query})
        return counted

    async def beginning(self, prefixes: Sequence[str], fields: Mapping[str, Any] | None = None) -> list[Document]:
        """The documents whose ids begin with one of these, each `kind:` and parts of an id with a colon behind them, by id, in one question
        with those who ask for the same fields meanwhile."""
        shape = tuple((fields or {}).items())
        if shape not in self._asking:
            self._asking[shape] = Asking(partial(self._beginning, fields=fields))
        return await self._asking[shape].beginning(prefixes)

    async def _beginning(self, prefixes: Sequence[str], fields: Mapping[str, Any] | None) -> list[Document]:
        # by the id alone, which begins with the kind, and by its index: mongod does not ask whether another would do
        scopes = [{"_id": {"$gte": prefix, "$lt": f"{prefix[:-1]};"}} for prefix in prefixes]
        query = scopes[0] if len(scopes) == 1 else {"$or": scopes}
        found: list[Document] = await self.collection.find(query, fields, batch_size=ALL_AT_ONCE, hint="_id_").to_list(None)
        return found

    async def each(self, kind: str, query: Mapping[str, Any]) -> AsyncIterator[Document]:
        """One after the other, however many: a few at a time are in memory."""
        async for document in self.collection.find({"kind": kind, **query}).batch_size(AT_A_TIME):
            yield document

    async def find_all(
        self, query: Mapping[str, Any], kinds: Sequence[str], fields: Mapping[str, Any] | None = None, **options: Any
    ) -> list[Document]:
        """Documents of several kinds, by child or cohort."""
        wanted = self.collection.find({"kind": {"$in": list(kinds)}, **query}, fields, batch_size=ALL_AT_ONCE, **options)
        found: list[Document] = await wanted.to_list(None)
        return found

    async def delete_all(self, query: Mapping[str, Any], kinds: Sequence[str]) -> int:
        """Delete until nothing is left: `delete_many` is not retried by the driver, so it is a loop and then a count."""
        scope = {"kind": {"$in": list(kinds)}, **query}
        deleted = 0
        while await self.collection.count_documents(scope, limit=1):
            deleted += (await self.collection.delete_many(scope)).deleted_count
        return deleted
