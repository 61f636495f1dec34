"""An LA's receiving run is killed at every line of its code, and finds the disk full at every line: no pack is lost, none doubled."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from clients.iewo import packs
from deploy.local.stack import Stack
from tests.support.agency import Agency, agency_of
from tests.support.school import until

CHAINS = 4


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with Stack(tmp_path_factory.mktemp("agencies")) as servers:
        yield servers


class Runs:
    """Runs for one LA, each of which ends where it is told to."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency

    async def __aenter__(self) -> "Runs":
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.support.stop_at_lines", *self.agency.words())
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 20)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), 60)

    async def run(self, act: str, place: str = "") -> str:
        """What the run said last."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{act} {place}\n".encode())
        return (await asyncio.wait_for(self._process.stdout.readline(), 60)).decode().strip()


async def places(stack: Stack, to: Path) -> list[str]:
    """Every line that a run of three packs comes through, and again where it comes there again."""
    agency = await agency_of(stack, to)
    await agency.send(3)
    async with Runs(agency) as runs:
        return (await runs.run("lines")).split()


def whole_or_absent(agency: Agency) -> bool:
    return all(files == agency.sent[pack] for pack, files in agency.saved().items())


async def chain(agency: Agency, act: str, places: Sequence[str]) -> list[str]:
    """A run for each place, one after the other in one folder, always with packs that wait; what each said."""
    said = []
    async with Runs(agency) as runs:
        await agency.send(3)
        for place in places:
            said.append(await runs.run(act, place))
            assert not agency.to.exists() or whole_or_absent(agency), place
            await agency.send(3 if said[-1] == "done" else 1)
        assert await runs.run("whole") == "done"
    assert agency.saved() == agency.sent
    assert await agency.standing() == (0, 0)
    assert not [path for path in agency.to.iterdir() if path.name.startswith(".")]
    return said


async def chains(stack: Stack, to: Path, act: str, places: Sequence[str]) -> list[str]:
    """Several at once, each for an LA of its own: most of the time they wait for the bus to deliver again."""
    agencies = [await agency_of(stack, to / str(number)) for number in range(CHAINS)]
    said = await asyncio.gather(*(chain(agency, act, places[number::CHAINS]) for number, agency in enumerate(agencies)))
    return [one for some in said for one in some]


async def test_killed_at_every_line_it_loses_and_doubles_nothing(stack: Stack, tmp_path: Path) -> None:
    lines = await places(stack, tmp_path / "first")
    said = await chains(stack, tmp_path, "kill", lines)
    assert len(lines) > 100
    assert set(said) <= {"killed by 9", "done"}
    assert said.count("killed by 9") > 0.9 * len(lines), "few of the lines were come to"


async def test_a_disk_that_is_full_at_any_line_acknowledges_nothing_that_is_not_saved(stack: Stack, tmp_path: Path) -> None:
    lines = [place for place in await places(stack, tmp_path / "first") if place.startswith("pack_folder:")]
    said = await chains(stack, tmp_path, "full", lines)
    assert all(one == "done" or (one.startswith("cannot write in ") and "No space left" in one) for one in said), said
    assert len(said) - said.count("done") > 0.8 * len(lines)


async def test_a_folder_that_may_not_be_written_in_takes_nothing_and_says_so(stack: Stack, tmp_path: Path) -> None:
    """In a run without the right to write everywhere, which root has."""
    agency = await agency_of(stack, tmp_path / "packs")
    await agency.send()
    agency.to.mkdir(mode=0o500)
    async with Runs(agency) as runs:
        assert await runs.run("powerless") == f"cannot write in {agency.to}: Permission denied; what was not saved stays on the bus"
        assert list(agency.to.iterdir()) == []
        agency.to.chmod(0o700)
        assert await runs.run("powerless") == "done"
    assert agency.saved() == agency.sent


async def test_of_two_runs_at_once_one_works_and_the_other_says_so(stack: Stack, tmp_path: Path) -> None:
    agency = await agency_of(stack, tmp_path / "packs")
    await agency.send(20)
    async with Runs(agency) as first, Runs(agency) as second:
        said = await asyncio.gather(first.run("whole"), second.run("whole"))
    assert set(said) <= {"done", f"another `iewo packs receive` is at work in {agency.to}; wait for its end"}
    assert "done" in said
    assert agency.saved() == agency.sent
    assert await agency.standing() == (0, 0)


@pytest.mark.parametrize("hours", [-24 * 365, -1, 1, 24 * 365])
async def test_a_clock_that_jumped_after_a_crash_neither_holds_nor_loses_anything(stack: Stack, tmp_path: Path, hours: int) -> None:
    """The crashed run noted the time of another clock."""
    agency = await agency_of(stack, tmp_path / "packs")
    await agency.send()
    async with Runs(agency) as runs:
        assert await runs.run("kill", "packs:" + str(_line_of("run.settle()"))) == "killed by 9"
        mark = agency.to / ".receiving"
        asked = mark.stat().st_mtime - 3600 * hours
        os.utime(mark, (asked, asked))
        await agency.send()
        assert await runs.run("whole") == "done"

        async def there() -> bool:
            return await runs.run("whole") == "done" and await agency.standing() == (0, 0)

        await until("all is saved", there)
    assert agency.saved() == agency.sent


def _line_of(text: str) -> str:
    lines = Path(packs.__file__).read_text().splitlines()
    return f"{1 + next(number for number, line in enumerate(lines) if line.strip() == text)}:1"
