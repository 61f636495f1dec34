"""`iewo feed watch` as a process, on a real service and a real folder."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.local.running import Running
from shared.academic_year import of_session
from tests.support.autumn import TODAY
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, school_days, until, upn

ROOT = Path(__file__).resolve().parents[3]
DAYS = school_days(5, TODAY)
MARKS = [marks_csv([(upn(1), day, "AM", "/"), (upn(2), day, "AM", "I")]) for day in DAYS]

Watching = Callable[..., Any]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


class Watched:
    """One `iewo feed watch`, and what it said."""

    def __init__(self, running: Running, inbox: Path, school: str, *options: str) -> None:
        self.log = inbox.parent / f"{school}.log"
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "IEWO_ENDPOINTS": str(running.endpoints_file),
            "XDG_CONFIG_HOME": str(inbox.parent),
        }
        command = [
            sys.executable,
            "-m",
            "clients.iewo",
            "feed",
            "watch",
            str(inbox),
            "--school",
            school,
            "--settle",
            "0.4",
            "--poll",
            "0.1",
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=environment)

    async def ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, 30)

    async def said(self, words: str) -> None:
        async def probe() -> bool:
            return words in self.log.read_text()

        await until(f"it says {words}", probe)


@asynccontextmanager
async def watched(running: Running, inbox: Path, school: str) -> AsyncIterator[Watched]:
    """Running, and stopped by SIGTERM, which it obeys with exit code 0."""
    made = Watched(running, inbox, school)
    try:
        await made.said("watching")
        yield made
        made.process.send_signal(signal.SIGTERM)
        assert await made.ended() == 0, made.log.read_text()
    finally:
        made.process.kill()
        made.process.wait()


async def lies_in(folder: Path, name: str) -> Path:
    """The file of that name, with its receipt beside it."""

    async def probe() -> Path | None:
        return next((file for file in folder.glob(f"*Z {name}") if (folder / f"{file.name}.receipt.json").is_file()), None)

    return await until(f"{name} in {folder.name}", probe)


def receipts(file: Path) -> Any:
    return json.loads(file.with_name(f"{file.name}.receipt.json").read_text())


async def test_what_lands_is_pushed_once_and_moved_with_its_receipt(running: Running, school: School, inbox: Path) -> None:
    async with watched(running, inbox, school.urn) as watching:
        (inbox / "marks.csv").write_bytes(MARKS[0] + b"Ada Testerly,2026-09-07,AM,/\n")
        (inbox / "picture.png").write_bytes(b"\x89PNG")
        (inbox / "~lock.csv").write_bytes(MARKS[1])
        (inbox / "nonsense.csv").write_bytes(b"first,second\n1,2\n")
        done = await lies_in(inbox / "done", "marks.csv")
        refused = await lies_in(inbox / "refused", "nonsense.csv")
    (receipt,) = receipts(done)
    assert (receipt["file"], receipt["accepted"], receipt["refused"][0]["line"]) == ("marks.csv", 2, 4)
    assert "does not name the columns" in receipts(refused)[0]["error"]
    assert sorted(path.name for path in inbox.iterdir() if path.is_file()) == [".iewo-watch.lock", "picture.png", "~lock.csv"]
    assert list((inbox / "sending").iterdir()) == []
    assert "2 rows accepted, 1 refused" in watching.log.read_text()
    assert "Testerly" not in watching.log.read_text()


async def test_a_file_is_taken_when_its_writer_has_ended(running: Running, school: School, inbox: Path) -> None:
    async with watched(running, inbox, school.urn):
        with (inbox / "slow.csv").open("wb", buffering=0) as file:
            for byte in range(0, len(MARKS[0]), 20):
                file.write(MARKS[0][byte : byte + 20])
                await asyncio.sleep(0.15)
                assert not list((inbox / "done").iterdir())
        (receipt,) = receipts(await lies_in(inbox / "done", "slow.csv"))
    assert receipt["accepted"] == 2
    assert receipt["number"] == 1


async def test_a_file_that_is_renamed_in_and_one_of_the_same_name_are_each_taken(running: Running, school: School, inbox: Path) -> None:
    async with watched(running, inbox, school.urn):
        for number in (0, 1):
            beside = inbox / ".marks.part"
            beside.write_bytes(MARKS[number])
            beside.rename(inbox / "marks.csv")

            async def moved(number: int = number) -> bool:
                return len(list((inbox / "done").glob("*marks*.csv"))) == number + 1

            await until("moved", moved)
    numbers = [json.loads(file.read_text())[0]["number"] for file in sorted((inbox / "done").glob("*.receipt.json"))]
    assert sorted(numbers) == [1, 2]


async def test_a_file_pushed_and_not_moved_is_the_same_feed_when_pushed_again(running: Running, school: School, inbox: Path) -> None:
    """What a watcher leaves that was killed between the two."""
    feed = (await school.put_in(MARKS[0]))["feed"]
    (inbox / "sending").mkdir()
    (inbox / "sending" / "marks.csv").write_bytes(MARKS[0])
    async with watched(running, inbox, school.urn):
        (receipt,) = receipts(await lies_in(inbox / "done", "marks.csv"))
    assert receipt["feed"] == feed


@pytest.fixture
async def away(running: Running, school: School) -> AsyncIterator[None]:
    """The school's service is stopped, and started again afterwards."""
    await running["attendance"].stop()
    yield
    await running["attendance"].start()


@pytest.mark.usefixtures("away")
async def test_while_the_service_is_away_it_waits(running: Running, school: School, inbox: Path) -> None:
    async with watched(running, inbox, school.urn) as watching:
        (inbox / "marks.csv").write_bytes(MARKS[2])
        await watching.said("marks.csv: waiting, nothing answers at")
        await running["attendance"].start()
        await lies_in(inbox / "done", "marks.csv")


@pytest.mark.usefixtures("away")
async def test_told_to_stop_while_it_waits_it_leaves_the_file_for_the_next_time(running: Running, school: School, inbox: Path) -> None:
    async with watched(running, inbox, school.urn) as watching:
        (inbox / "marks.csv").write_bytes(MARKS[3])
        await watching.said("waiting")
    await running["attendance"].start()
    assert [path.name for path in (inbox / "sending").iterdir()] == ["marks.csv"]
    assert await Watched(running, inbox, school.urn, "--once").ended() == 0
    await lies_in(inbox / "done", "marks.csv")


@pytest.mark.parametrize(
    "name", [b"x" * 236 + b".csv", "\u00e4".encode() * 120 + b".csv", b"Ren\xe9e.csv"], ids=["long", "long in bytes", "Latin-1"]
)
async def test_a_name_of_any_bytes_and_length_is_dealt_with_and_the_next_file_too(
    running: Running, school: School, inbox: Path, name: bytes
) -> None:
    (inbox / os.fsdecode(name)).write_bytes(MARKS[0])
    os.utime(inbox / os.fsdecode(name), (1, 1))
    (inbox / "next.csv").write_bytes(MARKS[1])
    watching = Watched(running, inbox, school.urn, "--once")
    assert await watching.ended() == 0, watching.log.read_text()
    await lies_in(inbox / "done", "next.csv")
    assert sorted(one["number"] for file in (inbox / "done").glob("*.json") for one in json.loads(file.read_text())) == [1, 2]
    assert list((inbox / "sending").iterdir()) == []


async def test_a_link_is_not_followed(running: Running, school: School, inbox: Path) -> None:
    (inbox.parent / "secret").write_bytes(MARKS[0])
    (inbox / "link.csv").symlink_to(inbox.parent / "secret")
    assert await Watched(running, inbox, school.urn, "--once").ended() == 0
    assert (inbox / "link.csv").is_symlink()
    assert await school.children() == {}


async def test_a_file_that_cannot_be_moved_is_left_and_the_others_go_on(running: Running, school: School, inbox: Path) -> None:
    (inbox / "done").symlink_to("/proc/self", target_is_directory=True)  # where nobody may write
    (inbox / "marks.csv").write_bytes(MARKS[0])
    (inbox / "nonsense.csv").write_bytes(b"first,second\n1,2\n")
    os.utime(inbox / "marks.csv", (1, 1))
    watching = Watched(running, inbox, school.urn, "--once")
    assert await watching.ended() == 1
    assert "marks.csv: left in" in watching.log.read_text()
    await lies_in(inbox / "refused", "nonsense.csv")


async def test_a_whole_roll_of_a_year_lands_and_waits(running: Running, school: School, inbox: Path) -> None:
    await school.put_in(roll_csv(range(40)))
    (inbox / "roll.csv").write_bytes(roll_csv(range(10)))
    watching = Watched(running, inbox, school.urn, "--once", "--whole", "--year", str(of_session(TODAY)))
    assert await watching.ended() == 6, watching.log.read_text()
    assert "waits for a yes: iewo feed confirm" in watching.log.read_text()
    (receipt,) = receipts(await lies_in(inbox / "done", "roll.csv"))
    assert receipt["ends"] == 30


async def test_there_is_one_watcher_to_a_folder(running: Running, school: School, inbox: Path) -> None:
    async with watched(running, inbox, school.urn):
        second = Watched(running, inbox, school.urn)
        assert await second.ended() == 1
        assert "another `iewo feed watch` is at work" in second.log.read_text()


@pytest.mark.parametrize(
    ("rows", "code"),
    [(MARKS[0], 0), (MARKS[1] + b"x,2026-09-07,AM,/\n", 3), (b"first,second\n", 3)],
    ids=["all accepted", "a row refused", "refused as a whole"],
)
async def test_once_ends_and_says_by_its_exit_code_whether_rows_were_refused(
    running: Running, school: School, inbox: Path, rows: bytes, code: int
) -> None:
    (inbox / "marks.csv").write_bytes(rows)
    assert await Watched(running, inbox, school.urn, "--once").ended() == code
    assert not (inbox / "marks.csv").exists()


async def test_a_school_that_the_credential_does_not_cover_ends_it(running: Running, inbox: Path) -> None:
    (inbox / "marks.csv").write_bytes(MARKS[0])
    watching = Watched(running, inbox, "960999", "--once")
    assert await watching.ended() == 1
    assert "there is no such school of yours" in watching.log.read_text()
