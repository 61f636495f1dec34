"""The whole job where everything is a container: a feed, a case, a pack in an LA's hands, a sweep with its certificate; then credentials
renewed and a backup brought back."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from deploy.local.running import Running, cleared
from deploy.trial import compose_command, endpoints
from shared.academic_year import of
from shared.certificates import read, verify
from shared.topology import SERVICES
from tests.docker import engine
from tests.docker.place import Place
from tests.support.casework import roll
from tests.support.pack_walk import PackWalk
from tests.support.school import School, marks_csv, school_days, until, upn
from tests.support.whole import proposed

pytestmark = pytest.mark.docker
TODAY = date.today()  # noqa: DTZ011  (the services live on the same day)
DAYS = school_days(20, TODAY)
DUE = f"{of(TODAY) + 2}-08-31"
"""Of what is pushed here: the year that follows the marks' own ends then."""
LA, OFFICER, CHILDREN = "991", "officer-1", 6
RECORDS, KEYS = ("mongo-data", "nats-data"), ("vault", "root-keys", *(f"{service}-keys" for service in SERVICES))
HEALTHY_SECONDS = 120
STOPPED_SECONDS = 25
"""Of the 30 that a service has."""


@pytest.fixture(scope="module")
def place(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    compose = compose_command()
    if compose is None:
        pytest.skip("neither `docker compose` nor docker-compose is here")
    folder = tmp_path_factory.mktemp("place")
    made = Place(folder, f"iewo-test-{secrets.token_hex(4)}", image, compose, ("docker-compose.trial.yml",))
    try:
        made.compose("up", "--detach")
        yield made
    finally:
        made.compose("down", "--volumes", "--timeout", "30")


@pytest.fixture(scope="module")
async def school(place: Place) -> AsyncIterator[School]:
    await all_healthy(place)
    opened = await School(cast(Running, place), "910103").open(LA)
    yield opened
    await opened.close()


async def all_healthy(place: Place) -> None:
    async def probe() -> bool:
        return all(place.healthy(service, 1) for service in SERVICES)

    await until("every service healthy", probe, HEALTHY_SECONDS)


async def test_where_everything_is_can_be_found_out(place: Place) -> None:
    await all_healthy(place)
    found = endpoints(place.signing, place.command)
    assert {service: found[service] for service in SERVICES} == {service: place[service].url for service in SERVICES}
    assert found["nats"].startswith("nats://127.0.0.1:")


async def test_a_pack_reaches_the_authority(place: Place, school: School, tmp_path: Path) -> None:
    place.operator("authority", "add", LA, "--name", "Wexley Metropolitan Borough Council", token=place.token("operator", "operator"))
    await add_officer(school)
    for year in sorted({of(day) for day in DAYS}):
        await school.put_in(roll(upn(number) for number in range(CHILDREN)), year=year)
    await school.put_in(register())
    (proposal,) = await proposed(school, 1)
    pack = PackWalk(place["sharing"].url, school.headers, await requested(school, proposal), school.urn)
    await pack.sign()
    folder = tmp_path / "authority"
    folder.mkdir()
    for file in (f"authorities/{LA}.creds", f"authorities/{LA}.key", "packs.pub"):
        (folder / Path(file).name).write_text(place.vault(file))

    async def arrived() -> bool:
        return (await asyncio.to_thread(receive, place, folder)) and (folder / "packs" / pack.pack / "volume-b.pdf").is_file()

    await until("the pack at the LA", arrived, 60)


async def test_a_sweep_ends_with_a_certificate(place: Place, school: School) -> None:
    async def send(method: str, path: str, body: Any = None) -> httpx.Response:
        headers = school.headers(role="data protection officer", sub="dpo")
        async with httpx.AsyncClient(base_url=place["retention"].url, headers=headers, timeout=30) as client:
            return (await client.request(method, path, json=body)).raise_for_status()

    sweep = (await send("POST", "/v1/sweeps", {"on": DUE})).json()["sweep"]

    async def done() -> dict[str, Any] | None:
        state: dict[str, Any] = (await send("GET", f"/v1/sweeps/{sweep}")).json()
        return state if state["certificates"] and all(one["step"] == "done" for one in state["cohorts"]) else None

    (number, *_) = (await until("the sweep is done", done, 120))["certificates"]
    certificate = read((await send("GET", f"/v1/certificates/{number}")).content)
    assert verify(certificate, trusted=place.vault("certificates.pub")) == []
    assert certificate.ahead_of_time, "what is swept ahead of its time proves no real disposal"
    left = await school.children()
    assert set(left) == {upn(0)}, "the child with an open case stays"


async def test_renewed_credentials_are_handed_out(place: Place, school: School) -> None:
    before = given(place)
    assert "~ sharing/nats.creds" in place.compose("run", "--rm", "-T", "provision", "provision", "--renew", "sharing")
    begun = time.monotonic()
    place.compose("restart", "sharing")
    assert time.monotonic() - begun < STOPPED_SECONDS, "it ended of itself, and was not killed"
    await all_healthy(place)
    after = given(place)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False]
    assert "nothing to do" in place.operator("provision", "--check")


async def test_a_backup_of_records_and_keys_is_brought_back(place: Place, school: School, tmp_path: Path) -> None:
    figures, url = await school.statistics(DAYS[0], DAYS[-1]), given(place)[1]
    place.compose("stop", "--timeout", "30")
    for volume in (*RECORDS, *KEYS):
        archive(place, volume, tmp_path, "-C /there -cf /kept/{0}.tar .", writes="kept")
    place.compose("down", "--volumes", "--timeout", "30")
    place.compose("run", "--rm", "--no-deps", "--entrypoint", "true", "operator")
    for volume in (*RECORDS, *KEYS):
        archive(place, volume, tmp_path, "-C /there -xpf /kept/{0}.tar", writes="there")
    place.compose("up", "--detach")
    await all_healthy(place)
    assert given(place)[1] == url
    assert await school.statistics(DAYS[0], DAYS[-1]) == figures


def register() -> bytes:
    """The first child is away without leave throughout; the others come."""
    coded = {upn(number): "/" if number else "O" for number in range(CHILDREN)}
    return marks_csv([(child, day, session, code) for child, code in coded.items() for day in DAYS for session in ("AM", "PM")])


async def add_officer(school: School) -> None:
    told = {"name": "Robin Example", "email": "robin@example.org", "schools": [school.urn]}
    headers = school.headers(role="operator", sub="operator")
    async with httpx.AsyncClient(base_url=school.running["referrals"].url, headers=headers, timeout=30) as referrals:
        (await referrals.put(f"/v1/officers/{OFFICER}", json=told)).raise_for_status()
        for path, shown in cleared(OFFICER, TODAY):
            (await referrals.post(path, json=shown)).raise_for_status()


async def requested(school: School, proposal: dict[str, Any]) -> str:
    """The pack that a request for the proposal's child begins."""
    case, headers = proposal["referral"], school.headers(role="officer", sub=OFFICER)
    wanted = {"measure": "penalty notice", "reason": "irregular attendance", "parent": f"{proposal['child']}.1"}
    async with httpx.AsyncClient(base_url=school.running["referrals"].url, headers=headers, timeout=30) as referrals:
        (await referrals.post(f"/v1/referrals/{case}/accept")).raise_for_status()
        (await referrals.post(f"/v1/cases/{case}/enforcement", json=wanted)).raise_for_status()

    async def begun() -> str | None:
        packs = (await school.get(f"/v1/packs?case={case}", "sharing", role="officer", sub=OFFICER)).json()
        return str(packs[0]["pack"]) if packs else None

    return await until("a pack is begun", begun)


def receive(place: Place, folder: Path) -> bool:
    """The LA's own run of `iewo packs receive`, in the stack's network, with its four things and nothing else."""
    (network,) = engine.of_project("network", place.project)
    files = ("--creds", f"/la/{LA}.creds", "--key", f"/la/{LA}.key", "--sender-key", "/la/packs.pub", "--to", "/la/packs")
    alone = ("--rm", "--user", f"{os.getuid()}:{os.getgid()}", "--network", network, "--volume", f"{folder}:/la")
    return "saved" in engine.done(
        "docker", "run", *alone, place.image, "iewo", "packs", "receive", "--la", LA, *files, "--nats", "nats://nats:4222"
    )


def given(place: Place) -> list[str]:
    """What `sharing` was handed."""
    container = place.containers("sharing")[0]["Id"]
    return [engine.done("docker", "exec", container, "cat", f"/credentials/{file}") for file in ("nats.creds", "mongo.url")]


def archive(place: Place, volume: str, folder: Path, words: str, *, writes: str) -> None:
    mounts = [f"{place.project}_{volume}:/there{'' if writes == 'there' else ':ro'}", f"{folder}:/kept{'' if writes == 'kept' else ':ro'}"]
    named = [word for mount in mounts for word in ("--volume", mount)]
    engine.done("docker", "run", "--rm", "--user", "0", *named, "--entrypoint", "tar", place.image, *words.format(volume).split())
