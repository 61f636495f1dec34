"""Provisioning and a register's round trip on the servers' own images, by testcontainers."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from deploy.local.running import QUICK
from shared.provision import provision
from tests.docker.conftest import MONGO, NATS
from tests.docker.containers import ContainerStack, RunningOnContainers
from tests.support.school import School, marks_csv, school_days, upn

pytestmark = pytest.mark.docker
DAYS = school_days(3, date.today())  # noqa: DTZ011  (the services live on the same day)


@pytest.fixture(scope="module")
async def in_containers(image: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningOnContainers]:
    stack = ContainerStack(tmp_path_factory.mktemp("containers"), image=image, nats=NATS, mongo=MONGO)
    async with RunningOnContainers(stack, ("attendance", "retention"), QUICK) as running:
        yield running


async def test_new_servers_are_provisioned_and_a_second_time_nothing_differs(in_containers: RunningOnContainers) -> None:
    assert {"+ stream FEEDS", "+ durable attendance-ticket", "+ mongo user attendance"} <= set(in_containers.changes)
    assert await provision(in_containers.stack.settings) == []
    assert await provision(in_containers.stack.settings, check=True) == []


async def test_a_register_pushed_is_stored_judged_and_counted(in_containers: RunningOnContainers) -> None:
    school = await School(in_containers, "910101").open()
    rows = [(upn(number), day, session, "/" if number < 9 else "O") for number in range(10) for day in DAYS for session in ("AM", "PM")]
    receipt = await school.put_in(marks_csv(rows))
    assert (receipt["accepted"], receipt["refused_rows"]) == (60, 0)
    figures = await school.statistics(DAYS[0], DAYS[-1])
    await school.close()
    assert figures["possible_sessions"] == 60
    assert figures["unauthorised_absence"] == 6
