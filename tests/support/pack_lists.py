"""Lists of packs over HTTP, as people send them."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.support.pack_walk import HEAD_OF_SERVICE, HEAD_TEACHER, OFFICER, Headers, PackWalk

AT_A_TIME = 10
"""As the command sends them."""


class PackLists:
    """`headers` signs the callers in."""

    def __init__(self, url: str, headers: Headers, school: str) -> None:
        self._url, self._headers, self._school = url, headers, school

    async def sign(self, rules: Sequence[str]) -> int:
        """Every draft of the school carried on to the head teacher's signature, after these rules were let pass; how many."""
        for rule in rules:
            await self._all("override", "draft", {"name": OFFICER, "rule": rule, "why": "known to the officer"}, "officer")
        await self._all("check", "draft", {"name": OFFICER}, "officer")
        approved = await self._all("approve", "checked", {"name": HEAD_OF_SERVICE}, "head of service")
        for begin in range(0, len(approved), AT_A_TIME):
            some = [one["pack"] for one in approved[begin : begin + AT_A_TIME]]
            shown = (await self.done("certificates", {"packs": some}, role="school"))["packs"]
            to_sign = [{"pack": one["pack"], "check": one["certificate"]["check"]} for one in shown]
            assert (await self.done("sign", {"packs": to_sign, "name": HEAD_TEACHER}, role="school"))["refused"] == 0
        return len(approved)

    async def listed(self, state: str) -> list[dict[str, Any]]:
        headers = self._headers(role="head of service", sub="head of service of the test", schools=(self._school,))
        async with httpx.AsyncClient(base_url=self._url, headers=headers, timeout=120) as client:
            found: list[dict[str, Any]] = (await client.get(f"/v1/packs?school={self._school}&state={state}")).raise_for_status().json()
            return found

    async def _all(self, act: str, state: str, body: dict[str, Any], role: str) -> list[dict[str, Any]]:
        packs = await self.listed(state)
        for begin in range(0, len(packs), AT_A_TIME):
            some = [{"pack": one["pack"], "revision": one["revision"]} for one in packs[begin : begin + AT_A_TIME]]
            answer = await self.done(act, {**body, "packs": some}, role=role)
            assert answer["refused"] == 0, answer
        return packs

    async def looked(self, walks: Sequence[PackWalk]) -> list[dict[str, Any]]:
        """Each with the revision that it has now."""
        return [{"pack": walk.pack, "revision": (await walk.done("GET", ""))["revision"]} for walk in walks]

    async def done(self, act: str, body: dict[str, Any], **who: Any) -> dict[str, Any]:
        answer = await self.send(act, body, **who)
        assert answer.status_code == 200, f"{act}: {answer.status_code} {answer.text}"
        said: dict[str, Any] = answer.json()
        assert said["done"] + said["refused"] == len(said["packs"])
        return said

    async def send(
        self, act: str, body: dict[str, Any], *, role: str = "officer", sub: str = "", schools: tuple[str, ...] = ()
    ) -> httpx.Response:
        headers = self._headers(role=role, sub=sub or f"{role} of the test", schools=schools or (self._school,))
        async with httpx.AsyncClient(base_url=self._url, headers=headers, timeout=120) as client:
            return await client.post(f"/v1/packs/{act}", json=body)
