"""An office with its schools, proposals and cases, as requests made them."""

import asyncio
import csv
import time
from collections.abc import Sequence
from typing import Any

from bench.families import make_families
from bench.ingest import enrol
from bench.pushing import BenchError, Pusher
from bench.schools import School, days_until
from bench.world import World
from deploy.local.running import cleared
from shared.auth import Role
from shared.development import sign_token

SCHOOLS = 40
CASES = 50
"""Of each school."""
PROPOSALS = 180
"""That wait at the first school, which has a thousand children."""
DAYS = 10
"""Of which every child has marks: the fewest by which a rule may judge."""
OFFICERS = 12
AT_ONCE = 8
PAGE = 500
WAIT = 300.0


class Office:
    """`head` sees all schools, `officer` a twelfth of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.schools: list[School] = [*make_families(1, 1000), *make_families(SCHOOLS)[1:]]
        self.own = self.schools[1 : 2 + SCHOOLS // OFFICERS]
        """The officer's; the others' sizes are alike."""
        self.cases: list[str] = []
        self.own_cases: list[str] = []
        self.head = self._reader("head of service", "head", ("*",))
        self.officer = self._reader("officer", "bench", tuple(school.urn for school in self.own))

    async def open(self) -> None:
        await self._add_officer()
        await enrol(self.world, self.schools)
        days = days_until(self.world.today, DAYS)
        files = [(school, school.marks(days, said=self._said(school))) for school in self.schools]
        await self.world.push_ours.rate(files, self.world.settled)
        await self._accept(await self._proposed(CASES * SCHOOLS + PROPOSALS))

    async def close(self) -> None:
        await self.head.close()
        await self.officer.close()

    async def whole_caseload(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < len(self.cases):
            found += (await self.head.get(f"/v1/caseload?limit={PAGE}&offset={len(found)}"))["cases"]
        return found

    async def searchable(self) -> None:
        """Until every school's roll can be searched."""
        last = (await self.known(1))[0]
        end = time.perf_counter() + WAIT
        while time.perf_counter() < end:
            said = await self.head.get("/v1/find", q=last["telephone"])
            if said["children"] and not said["not_searched"]:
                return
            await asyncio.sleep(1)
        raise BenchError("the rolls did not become searchable")

    async def known(self, count: int) -> list[dict[str, str]]:
        """Some children of each of the last schools, as somebody on the telephone would name them."""
        rolls = [csv.DictReader(school.roll(self.world.year).decode().splitlines()) for school in self.schools[-count:]]
        return [_typed(list(roll)[7 * at + 3]) for at, roll in enumerate(rolls)]

    def _said(self, school: School) -> dict[int, str]:
        """Nobody is away but those who are to be proposed."""
        away = CASES + (PROPOSALS if school is self.schools[0] else 0)
        return {place: "O" if place < away else "/" for place in range(len(school.upns))}

    def _reader(self, role: Role, sub: str, schools: tuple[str, ...]) -> Pusher:
        token = sign_token(self.world.stack.credentials, role=role, sub=sub, schools=schools)
        return Pusher([self.world.others["referrals"].url], token)

    async def _add_officer(self) -> None:
        operator = self._reader("operator", "bench", ("*",))
        for officer, schools in (("bench", [school.urn for school in self.own]), ("head", [])):
            told = {"name": f"Robin {officer.title()}", "email": f"{officer}@example.org", "schools": schools}
            await operator.put(f"/v1/officers/{officer}", told)
            for path, shown in cleared(officer, self.world.today):
                await operator.post(path, shown)
        await operator.close()

    async def _proposed(self, count: int) -> list[dict[str, Any]]:
        end, found = time.perf_counter() + WAIT, list[dict[str, Any]]()
        while time.perf_counter() < end:
            found = list((await self.head.get("/v1/proposals"))["proposals"])
            if len(found) >= count:
                return found
            await asyncio.sleep(1)
        raise BenchError(f"{len(found)} of {count} children were proposed")

    async def _accept(self, proposals: Sequence[dict[str, Any]]) -> None:
        """Fifty of each school."""
        left = {school.urn: CASES for school in self.schools}
        own = {school.urn for school in self.own}
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(proposal: dict[str, Any]) -> None:
            async with gate:
                case = str((await self.head.post(f"/v1/referrals/{proposal['referral']}/accept", None))["case"])
            self.cases.append(case)
            if proposal["school"] in own:
                self.own_cases.append(case)

        some = []
        for proposal in proposals:
            if left[proposal["school"]]:
                left[proposal["school"]] -= 1
                some.append(proposal)
        await asyncio.gather(*map(one, some))


def _typed(row: dict[str, str]) -> dict[str, str]:
    surname, forename = row["Surname"], row["Forename"]
    swapped = surname[:1] + surname[2:3] + surname[1:2] + surname[3:]
    return {
        **{"surname": surname, "forename": forename, "start": surname[:4], "swapped": swapped},
        "telephone": row["Parent 1 phone"],
        "postcode": row["Parent 1 address"].rpartition(", ")[2],
    }
