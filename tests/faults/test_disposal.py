"""A child's words are in no file, at any time; and a disposal in which every service is killed and every message comes twice."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.demo.sample.model import Child
from deploy.demo.sample.sample import Sample
from deploy.demo.search import files_with
from deploy.local.running import QUICK, Running
from deploy.local.services import Service
from shared.certificates import read, verify
from shared.topology import SERVICES
from tests.support.autumn import CLOCK, TODAY, YEAR
from tests.support.events import events, everything_twice, mongo, quiet
from tests.support.school import School, until
from tests.support.small_sample import make_small

SETTINGS = {**QUICK, **CLOCK}
DUE = f"{YEAR + 1}-08-31"
"""When last year's records are disposed of."""


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_small(7, children=40, weeks=4, today=TODAY)


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """With files that are not compressed: a search of compressed ones passes falsely."""
    async with Running(tmp_path_factory.mktemp("sealed"), SETTINGS, plain_files=True) as stack:
        yield stack


@pytest.fixture(scope="module")
async def school(running: Running, sample: Sample) -> AsyncIterator[School]:
    opened = await push_all(running, sample)
    yield opened
    await opened.close()


async def push_all(running: Running, sample: Sample) -> School:
    """The sample's one school with its rolls and marks of both years."""
    (ours,) = sample.schools
    school = await School(running, ours.urn).open()
    for year in (YEAR - 1, YEAR):
        await school.put_in(ours.roll_csv(year), year=year)
        for data in ours.marks_csv(year):
            await school.put_in(data)
    await quiet(running)
    return school


async def test_what_is_sealed_is_in_no_file_at_any_time(running: Running, school: School, sample: Sample) -> None:
    names = Counter(child["surname"] for child in (await school.get(f"/v1/schools/{school.urn}/children?year={YEAR - 1}")).json())
    assert names["Quillfeather-Aldous"] == 1, "the child whose words are searched for is there"
    assert files_with(running.stack.folder, sample.markers) == []


async def test_the_same_search_without_sealing_finds_it(tmp_path: Path, sample: Sample) -> None:
    stack = Running(tmp_path / "unsealed", SETTINGS, plain_files=True)
    stack.services = {name: stack.services[name] for name in ("referrals", "retention")}
    stack.services["attendance"] = Service(stack.stack, "attendance", module="tests.support.unsealed", settings=SETTINGS)
    async with stack:
        await (await push_all(stack, sample)).close()
        for marker in sample.markers:
            assert files_with(stack.stack.folder, [marker]) != []


async def test_a_disposal_with_every_service_killed_and_every_message_twice(running: Running, school: School, sample: Sample) -> None:
    """One certificate, which holds; nothing left of last year; this year untouched; no word in any file."""
    (ours,) = sample.schools
    this_year = await school.statistics(ours.registers[YEAR].days[0], TODAY)
    async with everything_twice(running.stack) as echoed, httpx.AsyncClient(timeout=30) as client:
        order = await client.post(f"{running['retention'].url}/v1/sweeps", json={"on": DUE}, headers=school.headers(role="operator"))
        assert order.status_code == 202, order.text
        for step, name in (
            ("wait for holders of the key", "retention"),
            ("await schools", "attendance"),
            ("await schools", "referrals"),
            ("await the rest", "sharing"),
            ("await the rest", "retention"),
        ):
            await until(step, lambda step=step: _has_come_to(running, step))  # type: ignore[misc]
            await running[name].kill()
            await running[name].start()
        await until("the sweep is done", lambda: _has_come_to(running, "done"), 90)
        await quiet(running)
    assert "commands.retention.purge" in echoed
    await _assert_one_certificate(running, school, ours.roll(YEAR - 1))
    assert await school.statistics(ours.registers[YEAR].days[0], TODAY) == this_year
    assert (await school.statistics(ours.registers[YEAR - 1].days[0], ours.registers[YEAR - 1].days[-1]))["enrolments"] == 0
    again = await school.put_in(ours.marks_csv(YEAR - 1)[-1] + b"\n")
    assert (again["accepted"], again["refused_rows"] > 0) == (0, True)
    assert files_with(running.stack.folder, sample.markers) == []


async def _has_come_to(running: Running, step: str) -> bool:
    """Whether the sweep is at a step or beyond it; retention may be down."""
    from services.retention.domain.sweep import STEPS

    async with mongo(running) as database:
        found = await database["retention"].find_one({"_id": {"$gte": "sweep:", "$lt": "sweep;"}})
    steps: tuple[str, ...] = STEPS
    return found is not None and steps.index(found["cohorts"][0]["step"]) >= steps.index(step)


async def _assert_one_certificate(running: Running, school: School, children: list[Child]) -> None:
    told: list[dict[str, Any]] = (await school.get("/v1/certificates", "retention", role="data protection officer")).json()
    (certificate,) = (read(json.dumps(one).encode()) for one in told)
    assert verify(certificate) == []
    assert (certificate.children, certificate.key_destroyed, certificate.found_by_second_look) == (len(children), True, 0)
    by_service = {answers.service: answers for answers in certificate.services}
    assert by_service.keys() == set(SERVICES)
    assert all(answers.failed == 0 and answers.children == len(children) for answers in by_service.values())
    assert by_service["attendance"].erased == len(children)
    answers = await events(running.stack, *(f"events.{service}.purge-answered" for service in SERVICES))
    assert len({answer["id"] for answer in answers}) == len({(answer["service"], answer["school"]) for answer in answers})
