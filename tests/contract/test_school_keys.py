"""A school's own key opens what is the school's in `referrals`: its proposals. `attendance` says whether the key stands, by a digest."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.local.running import Running
from tests.bus.connections import unrestricted
from tests.support.school import School, until

URN, OTHER = "950101", "950102"
REVOKED_WITHIN = 30.0


@pytest.fixture
async def key(running: Running) -> AsyncIterator[tuple[str, str]]:
    """A credential and its key, fresh for each test."""
    school = await School(running, URN).open()
    operator = school.headers(role="operator", sub="operator")
    async with httpx.AsyncClient(base_url=running["attendance"].url, timeout=30) as attendance:
        code = (await attendance.post("/v1/invitations", json={"schools": [URN]}, headers=operator)).raise_for_status().json()["code"]
        made = (await attendance.post("/v1/credentials", json={"code": code, "name": "office"})).raise_for_status().json()
    yield made["credential"], made["key"]
    await school.close()


async def asked(running: Running, path: str, key: str, service: str = "referrals") -> httpx.Response:
    async with httpx.AsyncClient(base_url=running[service].url, timeout=30) as client:
        return await client.get(path, headers={"Authorization": f"Bearer {key}"})


async def test_a_key_opens_the_schools_own_proposals_and_notices_and_no_more(running: Running, key: tuple[str, str]) -> None:
    _, own = key
    assert (await asked(running, f"/v1/proposals?school={URN}", own)).json() == {"proposals": []}
    assert (await asked(running, f"/v1/proposals?school={OTHER}", own)).status_code == 404
    assert (await asked(running, "/v1/notices", own)).json()["notices"] == []
    for path in ("/v1/caseload", "/v1/officers"):
        assert (await asked(running, path, own)).status_code == 403, path
    assert (await asked(running, "/v1/packs", own, "sharing")).status_code == 401
    wrong = own[:-1] + ("0" if own[-1] != "0" else "1")
    for bad in (wrong, "iewo_", "iewo_" + "0" * 24 + "_" + "0" * 64):
        assert (await asked(running, "/v1/proposals", bad)).status_code == 401, bad


async def test_the_key_itself_never_goes_over_the_bus(running: Running, key: tuple[str, str]) -> None:
    _, own = key
    heard: list[bytes] = []
    async with unrestricted(running.stack) as connection:

        async def hear(message: object) -> None:
            heard.append(message.data)  # type: ignore[attr-defined]

        await connection.client.subscribe("query.>", cb=hear)
        await connection.client.flush()
        assert (await asked(running, "/v1/proposals", own)).status_code == 200

        async def came() -> bool:
            return any(key[0].encode() in one for one in heard)

        await until("the question was heard", came)
    assert not any(own[-64:].encode() in one for one in heard)


async def test_a_revoked_key_ends_within_half_a_minute(running: Running, key: tuple[str, str]) -> None:
    credential, own = key
    assert (await asked(running, "/v1/proposals", own)).status_code == 200
    headers = {"Authorization": f"Bearer {running.token('operator', 'operator')}"}
    async with httpx.AsyncClient(base_url=running["attendance"].url, timeout=30) as attendance:
        (await attendance.delete(f"/v1/credentials/{credential}", headers=headers)).raise_for_status()
    begun = time.monotonic()

    async def ended() -> bool:
        return (await asked(running, "/v1/proposals", own)).status_code == 401

    await until("the key has ended", ended, REVOKED_WITHIN)
    assert time.monotonic() - begun < REVOKED_WITHIN


async def test_where_attendance_does_not_say_it_is_not_the_keys_fault(running: Running, key: tuple[str, str]) -> None:
    _, own = key
    await running["attendance"].stop()
    try:
        answer = await asked(running, "/v1/proposals", own)
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
    finally:
        await running["attendance"].start()
    assert (await asked(running, "/v1/proposals", own)).status_code == 200
