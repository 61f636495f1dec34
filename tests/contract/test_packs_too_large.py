"""A pack that the bus would not carry is refused while it can still be made smaller: at the check, and when a scan is brought."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contracts.enforcement import ServableDocument
from shared.contracts.referrals import EnforcementRequest
from tests.support.pack_walk import HEAD_OF_SERVICE, HEAD_TEACHER, OFFICER, PackWalk, digest
from tests.support.sharing import TODAY, World, world

REPORT, LARGE, SMALL = 4_900_000, 3_000_000, 30_000


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("large")) as ready:
        await ready.register()
        yield ready


def document(made: World, name: str, size: int, request: EnforcementRequest) -> ServableDocument:
    id_, content = f"{name}{request.case}", b"%PDF-1.7\n" + os.urandom(size)
    made.files[id_] = content
    told: dict[str, Any] = {"document": id_, "day": TODAY, "what": name, "author": "T. Okafor", "type": "pdf", "paper": None}
    return ServableDocument(kind="school report", size=len(content), sha256=digest(content), **told)


async def with_report(made: World) -> tuple[EnforcementRequest, PackWalk, dict[str, Any], str, str]:
    """A draft that has a large exhibit, its statement's edition, and two scans, of which one is too large beside the exhibit."""
    request = await made.ask()
    made.scans[request.case] = tuple(
        document(made, name, size, request) for name, size in (("report", REPORT), ("large", LARGE), ("small", SMALL))
    )
    report, large, small = (one.document for one in made.scans[request.case])
    walk = await made.drafted(request)
    begun = (await walk.done("POST", "statement", {"name": OFFICER}))["statement"]
    words = {"name": OFFICER, "edition": begun["edition"], "paragraphs": ["I visited."]}
    body = {**words, "exhibits": [{"document": report}], "produce": True}
    return request, walk, (await walk.done("PUT", "statement", body))["statement"], large, small


async def test_a_scan_that_is_too_large_is_refused_and_a_smaller_one_is_taken(made: World) -> None:
    request, walk, statement, large, small = await with_report(made)
    await walk.done("POST", "statement/sign", {"edition": statement["edition"]})
    await walk.override_all()
    await walk.done("POST", "check", {"name": OFFICER})
    await walk.done("POST", "approve", {"name": HEAD_OF_SERVICE}, role="head of service")
    signed = {"check": (await walk.certificate())["check"], "name": HEAD_TEACHER, "on": TODAY.isoformat()}
    refused = await walk.send("POST", "certificate/sign", {**signed, "document": large})
    assert refused.status_code == 422, refused.text
    assert f"scan {large} (3,000,009)" in refused.json()["detail"]
    assert "exhibit" in refused.json()["detail"]
    assert (await walk.done("GET", ""))["state"] == "approved", "nothing that was done is lost"
    await walk.done("POST", "certificate/sign", {**signed, "document": small})
    await made.came_to(request, "sent")


async def test_a_pack_that_is_too_large_is_not_checked(made: World) -> None:
    _, walk, statement, large, _ = await with_report(made)
    on_paper = {"edition": statement["edition"], "on": TODAY.isoformat(), "document": large}
    await walk.done("POST", "statement/sign", on_paper)
    await walk.override_all()
    refused = await walk.send("POST", "check", {"name": OFFICER})
    assert refused.status_code == 422, refused.text
    assert "signed-statement.pdf (3,000,009)" in refused.json()["detail"]
    body = {"name": OFFICER, "edition": statement["edition"], "paragraphs": ["I produce the report, TO/1."]}
    body["exhibits"] = [{"document": statement["exhibits"][0]["document"]}]
    edited = (await walk.done("PUT", "statement", body))["statement"]
    await walk.done("POST", "statement/sign", {"edition": edited["edition"]})
    await walk.override_all()
    await walk.done("POST", "check", {"name": OFFICER})
