"""What the process that takes files needs of memory while it takes large ones and refuses larger ones."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from deploy.local.running import Running
from services.attendance.feeds.uploads import LARGEST
from tests.support.school import School, school_days, upn

TODAY = date.today()  # noqa: DTZ011  (the services live on the same day)
MOST = 250_000
"""Kilobytes."""


def memory(running: Running, field: str) -> int:
    """A field of the attendance process's memory, in kilobytes."""
    status = Path(f"/proc/{running['attendance'].pid}/status")
    if not status.exists():
        pytest.skip("no /proc here")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(field))


def of_marks(first: int) -> bytes:
    """As large as a feed may be: several hundred children for years, of whom each file has its own."""
    days = [day.isoformat() for day in school_days(700, TODAY)]
    lines, size, number = ["UPN,Date,Session,Code"], 22, first
    while True:
        for day in days:
            for session, code in (("AM", "/"), ("PM", "\\")):
                line = f"{upn(number)},{day},{session},{code}"
                size += len(line) + 1
                if size > LARGEST:
                    return "\n".join(lines).encode()
                lines.append(line)
        number += 1


@pytest.fixture
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, "910071").open()
    yield opened
    await opened.close()


async def test_the_largest_files_and_larger_ones_leave_the_process_small(running: Running, school: School) -> None:
    for first in (1000, 2000):
        answer = await school.push(of_marks(first))
        assert answer.status_code == 202, answer.text[:200]
        assert answer.json()["refused_rows"] == 0

    async def gigabyte() -> AsyncIterator[bytes]:
        for _ in range(1024):
            yield b"x" * (1 << 20)

    url = f"{running['attendance'].url}/v1/schools/{school.urn}/feeds"
    assert (await school._client.post(url, content=gigabyte(), headers=school.headers())).status_code == 413
    assert memory(running, "VmHWM") < MOST
