"""The compose file end to end: up, healthy, a register pushed, three replicas, down and up again with everything kept."""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any, cast

import httpx
import pytest

from deploy.local.running import Running
from deploy.local.servers import HISTORY_SECONDS, TRANSACTION_SECONDS, WRITTEN_OUT
from deploy.trial import compose_command
from shared.topology import SERVICES
from tests.docker import engine
from tests.docker.place import Place
from tests.support.school import School, marks_csv, school_days, until, upn

pytestmark = pytest.mark.docker
DAYS = school_days(3, date.today())  # noqa: DTZ011  (the services live on the same day)
JOBS = ("prepare", "initiate", "provision")
ASKED_OF_MONGOD = """
import json, pathlib, pymongo
names = ("transactionLifetimeLimitSeconds", "minSnapshotHistoryWindowInSeconds", "shutdownTimeoutMillisForSignaledShutdown")
client = pymongo.MongoClient(pathlib.Path("/vault/mongo/admin.url").read_text().strip())
answer = client.admin.command({"getParameter": 1} | dict.fromkeys(names, 1))
cache = client.admin.command("serverStatus")["wiredTiger"]["cache"]["maximum bytes configured"]
print(json.dumps({"parameters": {name: answer[name] for name in names}, "cache": cache}))
"""


@pytest.fixture(scope="module")
def place(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    compose = compose_command()
    if compose is None:
        pytest.skip("neither `docker compose` nor docker-compose is here")
    made = Place(tmp_path_factory.mktemp("place"), f"iewo-test-{secrets.token_hex(4)}", image, compose)
    try:
        made.compose("build")
        made.compose("up", "--detach")
        yield made
    finally:
        made.compose("down", "--volumes", "--timeout", "30")
    assert not [left for kind in ("container", "volume", "network") for left in engine.of_project(kind, made.project)]


@pytest.fixture(scope="module")
async def school(place: Place) -> AsyncIterator[School]:
    await all_healthy(place)
    opened = await School(cast(Running, place), "910102").open()  # it asks for URLs and tokens, and a place has both
    yield opened
    await opened.close()


async def all_healthy(place: Place, attendance: int = 1) -> None:
    for service in SERVICES:
        count = attendance if service == "attendance" else 1

        async def probe(service: str = service, count: int = count) -> bool:
            return place.healthy(service, count)

        await until(f"{count} of {service} healthy", probe, 90)


def rows(day: date, code: str = "/") -> bytes:
    return marks_csv([(upn(number), day, session, code) for number in range(10) for session in ("AM", "PM")])


def test_keys_by_an_address_need_no_file_of_them(place: Place) -> None:
    """A checkout has the folder that is mounted, whether anything is in it or not."""
    checkout = {"IEWO_JWKS_FOLDER": str(engine.ROOT / "jwks")}
    assert place.compose("run", "--rm", "-T", "prepare", **checkout, IEWO_JWKS="https://keys.example.org/jwks.json")


async def test_the_jobs_end_well_and_every_service_is_healthy(place: Place) -> None:
    await all_healthy(place)
    assert {job: place.containers(job)[0]["State"]["ExitCode"] for job in JOBS} == dict.fromkeys(JOBS, 0)
    assert "+ stream FEEDS" in place.log("provision")


def test_every_container_is_hardened_and_only_the_loopback_is_published(place: Place) -> None:
    for container in place.containers():
        host = container["HostConfig"]
        assert container["Config"]["User"] == "10001:10001"
        assert host["ReadonlyRootfs"]
        assert not host["Privileged"]
        assert host["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        published = [bound["HostIp"] for ports in container["NetworkSettings"]["Ports"].values() for bound in ports or ()]
        assert set(published) <= {"127.0.0.1"}


def test_a_service_is_given_its_own_credentials_and_keys_and_no_others(place: Place) -> None:
    for service in ("attendance", "referrals", "sharing"):
        mounted = _mounted(place, service)
        assert mounted == {f"{service}-credentials": False, f"{service}-keys": False}
    assert all("vault" not in _mounted(place, name) for name in (*SERVICES, "nats", "mongo"))
    assert _mounted(place, "retention").keys() == {"retention-credentials", "root-keys", *(f"{service}-keys" for service in SERVICES)}


def test_no_secret_is_in_an_environment_or_a_log(place: Place) -> None:
    mongo_url = engine.done("docker", "exec", place.containers("retention")[0]["Id"], "cat", "/credentials/mongo.url")
    password = mongo_url.partition("retention:")[2].partition("@")[0]
    assert len(password) > 20
    for container in place.containers():
        logged = engine.run("docker", "container", "logs", container["Id"])
        assert password not in " ".join((*container["Config"]["Env"], *container["Args"], logged.stdout, logged.stderr))


def test_mongod_runs_as_the_one_of_the_other_tests_does(place: Place) -> None:
    told = json.loads(place.python(ASKED_OF_MONGOD))
    assert told["parameters"] == {
        "transactionLifetimeLimitSeconds": TRANSACTION_SECONDS,
        "minSnapshotHistoryWindowInSeconds": HISTORY_SECONDS,
        "shutdownTimeoutMillisForSignaledShutdown": 0,
    }
    assert told["cache"] == 1024**3
    (opened,) = (line for line in place.log("mongo") if '"Opening WiredTiger"' in line)
    assert f",{WRITTEN_OUT}" in opened


async def test_a_register_is_pushed_stored_and_counted(school: School) -> None:
    receipt = await school.put_in(rows(DAYS[0]))
    assert (receipt["accepted"], receipt["refused_rows"]) == (20, 0)
    assert (await school.statistics(DAYS[0], DAYS[0]))["possible_sessions"] == 20


async def test_three_replicas_take_feeds_side_by_side(place: Place, school: School) -> None:
    place.compose("up", "--detach", "--scale", "attendance=3")
    await all_healthy(place, attendance=3)
    assert place.log("provision")[-1] == "nothing to change"
    replicas = place.replicas("attendance")
    assert len({replica.url for replica in replicas}) == 3
    feeds = [await _push(f"{replica.url}/v1/schools/{school.urn}", school, rows(day)) for replica, day in zip(replicas, DAYS, strict=True)]
    # the first day's file is the same feed as before, whichever replica takes it; a number may be left unused
    assert feeds[0]["number"] == 1
    assert len({feed["number"] for feed in feeds}) == 3
    for feed in feeds:
        await school.stored(feed["feed"])
    assert (await school.statistics(DAYS[0], DAYS[-1]))["possible_sessions"] == 60


async def test_what_was_stored_is_there_after_down_and_up(place: Place, school: School) -> None:
    place.compose("stop", "--timeout", "30")
    assert {_exit_code(place, name) for name in (*SERVICES, "mongo")} == {0}
    place.compose("down", "--timeout", "30")
    place.compose("up", "--detach")
    await all_healthy(place)
    assert place.log("prepare")[-1] == place.log("initiate")[-1] == place.log("provision")[-1] == "nothing to change"
    assert (await school.statistics(DAYS[0], DAYS[-1]))["possible_sessions"] == 60


def test_the_operator_finds_everything_as_provisioned_and_adds_an_authority(place: Place) -> None:
    assert "nothing to do" in place.operator("provision", "--check")
    token = place.token("operator", "operator")
    place.operator("authority", "add", "991", "--name", "Wexley Metropolitan Borough Council", token=token)
    assert "991" in place.operator("authority", "list", token=token)


def _exit_code(place: Place, service: str) -> int:
    code: int = place.containers(service)[0]["State"]["ExitCode"]
    return code


def _mounted(place: Place, service: str) -> dict[str, bool]:
    """Its volumes, without the project's name, and whether it may write them."""
    mounts = [mount for mount in place.containers(service)[0]["Mounts"] if mount["Type"] == "volume"]
    return {mount["Name"].removeprefix(f"{place.project}_"): mount["RW"] for mount in mounts}


async def _push(base: str, school: School, data: bytes) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post(f"{base}/feeds", content=data, headers=school.headers())
    answer.raise_for_status()
    receipt: dict[str, Any] = answer.json()
    return receipt
