"""Casework as officers meet it: 36,000 children on the rolls of forty schools, 2,000 cases, over HTTP from services of their own.

The register raises the concerns, the service makes the proposals of them, and they are accepted over HTTP: nothing is put in the
store by hand.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.figures import Figure
from bench.ingest import enrol
from bench.pushing import BenchError, Pusher
from bench.schools import School, days_until, make_schools
from bench.world import World
from deploy.local.running import cleared
from shared.development import sign_token

SCHOOLS = 40
CASES = 50
"""Of each school."""
PROPOSALS = 180
"""More of the first school, which has a thousand children."""
DAYS = 10
"""Of which every child has marks: the fewest by which a rule may judge."""
OFFICERS = 12
CALLS = 60
AT_ONCE = 8
WAIT = 300.0

Ask = Callable[[], Awaitable[Any]]


class Office:
    """A World with its cases, and who reads them: `head` sees all schools, `officer` a twelfth of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.schools: list[School] = [*make_schools(1, 1000), *make_schools(SCHOOLS)[1:]]
        self.own = self.schools[1 : 2 + SCHOOLS // OFFICERS]
        """The officer's; the others' sizes are alike."""
        self.cases: list[str] = []

    async def open(self) -> None:
        await self._add_officer()
        self.head = self._reader("head of service", "head", ("*",))
        self.officer = self._reader("officer", "bench", tuple(school.urn for school in self.own))
        await enrol(self.world, self.schools)
        days = days_until(self.world.today, DAYS)
        files = [(school, school.marks(days, said=self._said(school))) for school in self.schools]
        await self.world.push_ours.rate(files, self.world.settled)
        await self._accept(await self._proposed(CASES * SCHOOLS + PROPOSALS))

    async def close(self) -> None:
        await self.head.close()
        await self.officer.close()

    def _said(self, school: School) -> dict[int, str]:
        """Nobody is away but those who are to be proposed."""
        away = CASES + (PROPOSALS if school is self.schools[0] else 0)
        return {place: "O" if place < away else "/" for place in range(len(school.upns))}

    def _reader(self, role: Any, sub: str, schools: tuple[str, ...]) -> Pusher:
        token = sign_token(self.world.stack.credentials, role=role, sub=sub, schools=schools)
        return Pusher([self.world.others["referrals"].url], token)

    async def _add_officer(self) -> None:
        operator = self._reader("operator", "bench", ("*",))
        schools = [school.urn for school in self.own]
        await operator.put("/v1/officers/bench", {"name": "Robin Bench", "email": "bench@example.org", "schools": schools})
        for path, shown in cleared("bench", self.world.today):
            await operator.post(path, shown)
        await operator.close()

    async def _proposed(self, count: int) -> list[dict[str, Any]]:
        end = time.perf_counter() + WAIT
        while time.perf_counter() < end:
            found = (await self.head.get("/v1/proposals"))["proposals"]
            if len(found) >= count:
                return list(found)
            await asyncio.sleep(1)
        raise BenchError(f"{len(found)} of {count} children were proposed")

    async def _accept(self, proposals: Sequence[dict[str, Any]]) -> None:
        """Fifty of each school."""
        left = {school.urn: CASES for school in self.schools}
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(proposal: dict[str, Any]) -> str:
            async with gate:
                return str((await self.head.post(f"/v1/referrals/{proposal['referral']}/accept", None))["case"])

        some = []
        for proposal in proposals:
            if left[proposal["school"]]:
                left[proposal["school"]] -= 1
                some.append(proposal)
        self.cases = list(await asyncio.gather(*(one(proposal) for proposal in some)))


async def rows(folder: Path) -> list[Figure]:
    async with World(folder, others=("referrals",)) as world:
        office = Office(world)
        try:
            await office.open()
            return [await _caseload(office)]
        finally:
            await office.close()


async def _caseload(office: Office) -> Figure:
    """What an officer opens in the morning, and the same by school."""
    school = office.own[0].urn
    ours = await p95(lambda: office.officer.get("/v1/caseload"))
    filtered = await p95(lambda: office.officer.get(f"/v1/caseload?school={school}"))
    whole = await p95(lambda: office.head.get("/v1/caseload"), calls=5)
    count = len((await office.officer.get("/v1/caseload"))["cases"])
    peer = await _plain(office, [one.urn for one in office.own])
    measured = (
        f"an officer's whole caseload of {count} cases at {len(office.own)} schools, p95 of {CALLS} over HTTP, of "
        f"{len(office.cases):,} cases and {sum(len(one.upns) for one in office.schools):,} children; of one school {filtered:.1f} ms, "
        f"of all schools {whole:.0f} ms. Peer: one find over the same lines kept as plain documents. Limit: what it must be under"
    )
    return Figure("caseload", max(ours, filtered), "ms", peer, 50, measured)


async def _plain(office: Office, urns: Sequence[str]) -> float:
    """The plain way: the lines with the children's names in them, in clear, found by school and state."""
    lines = (await office.head.get("/v1/caseload"))["cases"]
    collection = office.world.admin["plain_cases"]
    await collection.create_index([("school", 1), ("state", 1)])
    await collection.insert_many([{**line, "_id": line["case"]} for line in lines])
    wanted = {"school": {"$in": list(urns)}, "state": {"$in": sorted({line["state"] for line in lines})}}

    async def ask() -> Any:
        return await collection.find(wanted).sort("opened_at", 1).to_list(None)

    return await p95(ask)


async def p95(ask: Ask, calls: int = CALLS) -> float:
    """Milliseconds, of calls one after the other; the first, which opens the connection, does not count."""
    await ask()
    taken = []
    for _ in range(calls):
        begun = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - begun))
    return quantiles(taken, n=20, method="inclusive")[18]
