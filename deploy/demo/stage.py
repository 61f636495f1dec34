"""Where the demo's story is played: the stack on a day of its own, and what the chapters do with it: commands, calls, files.

The day is Friday 20 November 2026, so that the figures hardly vary.
"""

import asyncio
import os
import sys
import time
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.demo.sample import Sample, make
from deploy.demo.sample.model import Officer
from deploy.demo.telling import Telling
from deploy.local.running import QUICK, Running
from shared.auth import Role

SEED = 20261120
TODAY = date(2026, 11, 20)


def ahead(day: date) -> dict[str, str]:
    """What a service is told to live on that day."""
    return {"IEWO_CLOCK_OFFSET_DAYS": str((day - date.today()).days)}  # noqa: DTZ011


class Stage:
    """An asynchronous context: the stack is up inside."""

    def __init__(self, folder: Path, out: Path, telling: Telling) -> None:
        self.out, self.say = out, telling
        self.sample: Sample = make(SEED, TODAY)
        # uncompressed files, so that the search for the leaver at the end could find something
        self.running = Running(folder / "stack", {**QUICK, **ahead(TODAY)}, plain_files=True)
        self.files = folder / "files"
        self.files.mkdir()
        self._http = httpx.AsyncClient(timeout=60)

    async def __aenter__(self) -> Self:
        begun = time.monotonic()
        self.say.line(
            "Invented schools, children and officers; real codes, rules and servers. Starting NATS, MongoDB and four services ..."
        )
        await self.running.start()
        self.say.figure("start_seconds", round(time.monotonic() - begun, 1))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.aclose()
        await self.running.stop()

    async def iewo(self, *words: str, expect: tuple[int, ...] = (0,)) -> str:
        """Run the real command, as a school, an LA or an operator would."""
        command = [sys.executable, "-m", "clients.iewo", *words]
        process = await asyncio.create_subprocess_exec(
            *command, env=self._environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        try:
            out, err = await process.communicate()
        finally:
            if process.returncode is None:  # the demo is being stopped
                process.kill()
                await process.wait()
        if process.returncode not in expect:
            raise AssertionError(
                f"iewo {' '.join(words[:3])} exited with {process.returncode}: {err.decode().strip() or out.decode().strip()}"
            )
        return out.decode()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "IEWO_ENDPOINTS": str(self.running.endpoints_file), "NO_COLOR": "1"}

    async def ask(self, service: str, method: str, path: str, role: Role, body: Any = None, **claims: Any) -> Any:
        headers = {"Authorization": "Bearer " + self.running.token(role, **claims)}
        answer = await self._http.request(method, f"{self.running[service].url}{path}", json=body, headers=headers)
        if answer.is_error:
            raise AssertionError(
                f"{method} {path.split('?', maxsplit=1)[0]} of {service} answered {answer.status_code}: {answer.text[:200]}"
            )
        return answer.json()

    @property
    def witness(self) -> Officer:
        """Whose entries are told in the statement, and who makes it."""
        return next(one for one in self.sample.officers if self.sample.story.enforced.urn in one.schools)

    async def officer(self, method: str, path: str, body: Any = None) -> Any:
        return await self.ask("referrals", method, path, "officer", body, sub=self.witness.id)

    def file(self, name: str, data: bytes) -> str:
        path = self.files / name
        path.write_bytes(data)
        return str(path)
