"""Lists of packs over HTTP, as people send them."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.support.pack_walk import Headers, PackWalk
from tests.support.sharing import SCHOOL


class PackLists:
    """`headers` signs the callers in."""

    def __init__(self, url: str, headers: Headers, school: str = SCHOOL) -> None:
        self._url, self._headers, self._school = url, headers, school

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
