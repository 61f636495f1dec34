"""What is new since the last receipt, over HTTP, and where that is kept."""

from typing import Any

from pymongo import AsyncMongoClient

from deploy.local.running import Running
from services.attendance.store import KINDS
from tests.support.autumn import TODAY
from tests.support.school import School, marks_csv, school_days, upn

ADA, BEN = upn(1), upn(2)
DAY, NEXT = school_days(2, TODAY)


async def test_the_second_receipt_counts_what_the_first_told(school: School) -> None:
    bad = (ADA, DAY, "AM", "A")
    first = await school.put_in(marks_csv([bad]))
    assert [one["line"] for one in first["refused"]] == [2]
    second = await school.put_in(marks_csv([(ADA, DAY, "AM", "/"), bad, (BEN, DAY, "AM", "A")]))
    assert [one["line"] for one in second["refused"]] == [4]
    assert second["known_refusals"] == [{"field": "code", "reason": "not a register code", "rows": 1, "first_line": 3}]
    assert (second["refused_rows"], second["accepted"]) == (2, 1)


async def test_the_same_file_again_has_its_own_receipt(school: School) -> None:
    data = marks_csv([(BEN, NEXT, "PM", "A"), (BEN, NEXT, "AM", "/")])
    first, again = await school.put_in(data), await school.put_in(data)
    assert {**again, "state": ""} == {**first, "state": ""}


async def test_what_was_told_is_kept_sealed_and_falls_with_its_cohort(school: School, running: Running) -> None:
    await school.put_in(marks_csv([("Ada Testerly", DAY, "AM", "/")]))
    assert "told" in KINDS
    async with AsyncMongoClient[dict[str, Any]](running.stack.mongo_url("attendance")) as client:
        kept = await client["iewo"]["attendance"].find({"_id": {"$gte": f"told:{school.urn}:", "$lt": f"told:{school.urn};"}}).to_list()
    assert {one["_id"].split(":")[2] for one in kept} == {"marks"}
    assert all(one.keys() >= {"cohort", "sealed"} for one in kept)
    assert all(b"Testerly" not in bytes(one["sealed"]) for one in kept)
