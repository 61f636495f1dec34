"""A school's side of a test: pushes files over HTTP and waits until they are in the register."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import httpx

from deploy.local.running import Running
from services.attendance.domain.upn import check_letter
from shared.agreement import AGREEABLE

DEADLINE = 150.0
SOON, LATE = 0.03, 0.3
"""Seconds between two tries."""
Result = TypeVar("Result")


async def until(what: str, probe: Callable[[], Awaitable[Result | None]], seconds: float = DEADLINE) -> Result:
    """Ask until the answer is not None (or False); AssertionError naming `what` after the deadline.

    The longer it takes the seldomer it is asked: whoever answers has the work to do that is waited for.
    """
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < seconds:
        if answer := await probe():
            return answer
        await asyncio.sleep(min(max(SOON, waited / 5), LATE))
    raise AssertionError(f"not within {seconds} s: {what}")


def upn(number: int, la: int = 801) -> str:
    """A UPN of a child that does not exist, with its right check letter."""
    digits = f"{la:03}0000{26:02}{number:03}" if number < 1000 else f"{la:03}{number // 1000:04}26{number % 1000:03}"
    return check_letter("A" + digits) + digits


def school_days(count: int, last: date) -> list[date]:
    """So many weekdays, the latest being `last` or the weekday before it, in order."""
    days: list[date] = []
    day = last
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]


def marks_csv(rows: Sequence[tuple[str, date | str, str, str]]) -> bytes:
    return b"UPN,Date,Session,Code\n" + "".join(f"{u},{d},{s},{c}\n" for u, d, s, c in rows).encode()


class School:
    """Pushes with its own credential. `urn` is registered by `open`."""

    def __init__(self, running: Running, urn: str) -> None:
        self.running, self.urn = running, urn
        self._client = httpx.AsyncClient(timeout=60)

    def headers(self, **claims: Any) -> dict[str, str]:
        return {
            "Authorization": "Bearer "
            + self.running.token(**({"role": "school", "sub": f"school-{self.urn}", "schools": (self.urn,)} | claims))
        }

    async def open(self, authority: str = "991", **more: Any) -> "School":
        body = {"name": "Larkrise Primary", "authority": authority, "phase": "Primary", "agreement": AGREEABLE, **more}
        url = f"{self.running['attendance'].url}/v1/schools/{self.urn}"
        answer = await self._client.put(url, json=body, headers=self.headers(role="operator", sub="operator"))
        answer.raise_for_status()
        return self

    async def push(self, data: bytes, **query: Any) -> httpx.Response:
        url = f"{self.running['attendance'].url}/v1/schools/{self.urn}/feeds"
        return await self._client.post(url, content=data, params=query, headers=self.headers())

    async def get(self, path: str, service: str = "attendance", **claims: Any) -> httpx.Response:
        return await self._client.get(f"{self.running[service].url}{path}", headers=self.headers(**claims))

    async def stored(self, feed: str, seconds: float = DEADLINE) -> dict[str, Any]:
        """The feed's state once it is in the register; answers that fail while a service is down are asked again."""

        async def probe() -> dict[str, Any] | None:
            try:
                answer = await self.get(f"/v1/feeds/{feed}")
            except httpx.HTTPError:
                return None
            state: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
            return state if state.get("state") == "stored" else None

        return await until(f"feed {feed} stored", probe, seconds)

    async def put_in(self, data: bytes, **query: Any) -> dict[str, Any]:
        """Push and wait: the receipt."""
        answer = await self.push(data, **query)
        assert answer.status_code in (200, 202), answer.text
        receipt: dict[str, Any] = answer.json()
        await self.stored(receipt["feed"])
        return receipt

    async def statistics(self, first: date, last: date) -> dict[str, Any]:
        answer = await self.get(f"/v1/schools/{self.urn}/statistics?from={first}&to={last}")
        answer.raise_for_status()
        figures: dict[str, Any] = answer.json()
        return figures

    async def children(self) -> dict[str, dict[str, Any]]:
        """By UPN."""
        answer = await self.get(f"/v1/schools/{self.urn}/children")
        answer.raise_for_status()
        return {child["upn"]: child for child in answer.json()}

    async def close(self) -> None:
        await self._client.aclose()


async def holds() -> bool:
    """For a store alone: the register still says what the file says."""
    return True
