"""A pack's way from the request to its sending, as people walk it: by the real API, each in their own role."""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx

OFFICER, HEAD_OF_SERVICE, HEAD_TEACHER = "T. Okafor", "D. Example", "R. Pascoe"
Headers = Callable[..., dict[str, str]]
"""The headers of a caller: `role`, `sub`, `schools`."""


class PackWalk:
    """Of one pack of a school. `headers` signs the callers in."""

    def __init__(self, url: str, headers: Headers, pack: str, school: str) -> None:
        self._url, self._headers = url, headers
        self.pack, self.school = pack, school

    async def sign(self) -> dict[str, Any]:
        """All the way: what may be overridden is, and the answer is what the last step said."""
        await self.approve()
        certificate = await self.certificate()
        return await self.sign_certificate(certificate["check"])

    async def approve(self) -> None:
        """Statement, overrides, check, approval."""
        await self.state_case()
        await self.override_all()
        await self.done("POST", "check", {"name": OFFICER})
        await self.done("POST", "approve", {"name": HEAD_OF_SERVICE}, role="head of service")

    async def state_case(self) -> dict[str, Any]:
        statement = (await self.done("POST", "statement", {"name": OFFICER}))["statement"]
        signed: dict[str, Any] = await self.done("POST", "statement/sign", {"edition": statement["edition"]})
        return signed

    async def override_all(self) -> None:
        for item in (await self.done("GET", ""))["items"]:
            if not item["met"] and item["may_be_overridden"] and item["override"] is None:
                why = " ".join(("known to the officer", *item["each"]))
                await self.done("POST", "overrides", {"rule": item["rule"], "why": why, "name": OFFICER})

    async def certificate(self) -> dict[str, Any]:
        shown: dict[str, Any] = await self.done("GET", "certificate", role="school")
        return shown

    async def sign_certificate(self, check: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self.done("POST", "certificate/sign", {"check": check, "name": HEAD_TEACHER}, role="school")
        return answer

    async def done(self, method: str, path: str, body: dict[str, Any] | None = None, *, role: str = "officer", sub: str = "") -> Any:
        """What is answered; AssertionError for a refusal."""
        answer = await self.send(method, path, body, role=role, sub=sub)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, role: str = "officer", sub: str = "", school: str | None = None
    ) -> httpx.Response:
        """As a person of this role who covers the pack's school, or another one."""
        headers = self._headers(role=role, sub=sub or f"{role} of the test", schools=(school or self.school,))
        where = f"/v1/packs/{self.pack}" + (f"/{path}" if path else "")
        async with httpx.AsyncClient(base_url=self._url, headers=headers, timeout=90) as client:
            return await client.request(method, where, json=body)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
