"""The process that takes feeds stays small, whatever is pushed: measured by the largest resident size that the system saw of it."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from deploy.local.running import Running
from services.attendance.domain.formats import json_records
from services.attendance.feeds.uploads import LARGEST
from tests.feeds.test_memory import CELLS, HEAD, PEOPLE, RECORD, WIDE, report
from tests.support.school import School, school_days, upn

MOST = 250
"""MB; a process of this service that has done nothing has about a hundred."""

TODAY = date.today()  # noqa: DTZ011  (the services live on the same day)
DAYS = [day.isoformat() for day in school_days(30, TODAY)]


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, "910071").open()
    yield opened
    await opened.close()


def resident(running: Running, what: str = "VmHWM") -> int:
    """MB of the service's process; VmHWM is the most that it ever had."""
    status = Path(f"/proc/{running['attendance'].pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) // 1024


def filled(head: bytes, rows: bytes, size: int = LARGEST) -> bytes:
    """As large as a body may be."""
    return head + rows * ((size - len(head)) // len(rows))


def marks(children: int) -> bytes:
    rows = (f"{upn(1000 + child)},{day},{half},/\n" for child in range(children) for day in DAYS for half in ("AM", "PM"))
    return f"{HEAD}\n{''.join(rows)}".encode()


def largest() -> bytes:
    """The largest file of marks that is taken: each row stands there twice."""
    some = marks(6_900)
    head, _, rows = some.partition(b"\n")
    return filled(head + b"\n", rows)


REFUSED: dict[str, Callable[[], bytes]] = {
    "JSON of zeros": lambda: filled(b"[0", b",0", json_records.LARGEST - 1) + b"]",
    "JSON of empty records": lambda: filled(b"[{}", b",{}", json_records.LARGEST - 1) + b"]",
    "a report of wide cells": lambda: report(RECORD.format(CELLS), 9),
    "a roll without end": lambda: PEOPLE.encode() + b"".join(b"\n%s,a,b,2012-01-01,8" % upn(n).encode() for n in range(900_000)),
}
TAKEN: dict[str, Callable[[], bytes]] = {
    "blank lines": lambda: filled(f"{HEAD}\n{upn(1000)},{DAYS[0]},AM,/\n".encode(), b"\n"),
    "wide comments": lambda: filled(
        f"{HEAD},comment\n{upn(1000)},{DAYS[0]},AM,/,\n".encode(), f"{upn(1000)},{DAYS[1]},AM,/,{'x' * 60_000}{WIDE}\n".encode()
    ),
    "a roll of nonsense": lambda: PEOPLE.encode() + b"".join(b"\nX%012d,a,b,x%d,8" % (n, n) for n in range(900_000)),
}


async def test_hostile_files_are_refused_in_a_line_and_in_little_memory(running: Running, school: School) -> None:
    for name, make in REFUSED.items():
        data = make()
        assert len(data) <= LARGEST, name
        answer = await school.push(data)
        assert answer.status_code == 422, (name, answer.text)
        assert "at most" in answer.text or "more than" in answer.text, (name, answer.text)
        assert resident(running) < MOST, (name, resident(running))
    for name, make in TAKEN.items():
        answer = await school.push(make())
        assert answer.status_code == 202, (name, answer.text)
        assert resident(running) < MOST, (name, resident(running))


async def test_the_largest_file_is_taken_and_the_memory_comes_back(running: Running, school: School) -> None:
    receipt = (await school.push(largest())).raise_for_status().json()
    assert receipt["accepted"] + receipt["repeated"] == receipt["rows"] > 800_000
    assert resident(running) < MOST
    await school.stored(receipt["feed"], 300)
    assert resident(running) < MOST
    assert resident(running, "VmRSS") < MOST - 50


async def test_what_is_too_large_is_refused_as_it_comes(running: Running, school: School) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1024):
            yield bytes(1 << 20)

    url = f"{running['attendance'].url}/v1/schools/{school.urn}/feeds"
    async with httpx.AsyncClient(timeout=120) as client:
        try:
            status = (await client.post(url, content=endless(), headers=school.headers())).status_code
        except httpx.WriteError:  # the answer came while this side was still sending
            status = 413
    assert status == 413
    assert resident(running) < MOST
