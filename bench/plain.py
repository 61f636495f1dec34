"""The peer: a plain service. It reads the same CSV and upserts one document per mark, in bulk, with majority and journal.

It does less: nothing is sealed, judged, versioned or published, and of a row only the number of its columns is checked.
"""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import UpdateOne
from pymongo.write_concern import WriteConcern

from shared.collections import DATABASE

BATCH = 2_000
"""Marks in one `bulk_write`."""

Mark = dict[str, str | None]


def read_marks(urn: str, content: str) -> Iterator[Mark]:
    """One document for each row."""
    rows = csv.reader(io.StringIO(content))
    next(rows)
    for upn, day, session, code, minutes in rows:
        yield {"school": urn, "upn": upn, "date": day, "session": session, "code": code, "minutes": minutes or None}


def build(url: str) -> FastAPI:
    app = FastAPI()
    client: Any = AsyncIOMotorClient(url)
    marks = client[DATABASE].get_collection("plain", write_concern=WriteConcern("majority", j=True))

    @app.get("/ready")
    async def ready() -> None:
        await marks.create_index(["school", "upn", "date", "session"], unique=True)

    @app.post("/v1/schools/{urn}/feeds")
    async def push(urn: str, request: Request) -> dict[str, int]:
        operations = [_upsert(mark) for mark in read_marks(urn, (await request.body()).decode())]
        for start in range(0, len(operations), BATCH):
            await marks.bulk_write(operations[start : start + BATCH], ordered=False)
        return {"rows": len(operations), "accepted": len(operations)}

    return app


def _upsert(mark: Mark) -> UpdateOne:
    return UpdateOne({name: mark[name] for name in ("school", "upn", "date", "session")}, {"$set": mark}, upsert=True)


if __name__ == "__main__":
    url = Path(os.environ["IEWO_MONGO_URL_FILE"]).read_text().strip()
    uvicorn.run(build(url), host=os.environ["IEWO_HOST"], port=int(os.environ["IEWO_PORT"]), access_log=False, log_level="warning")
