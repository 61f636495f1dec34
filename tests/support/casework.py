"""An officer's and an LA's side of a test: cases, visits and enforcement requests over HTTP, packs as the LA opens them."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import httpx

from deploy.local.running import OFFICER, Running
from shared import consignment
from shared.provision import authority
from tests.support.autumn import TODAY
from tests.support.events import Kept, events, kept, mongo, quiet
from tests.support.pack_walk import PackWalk
from tests.support.school import School, until
from tests.support.whole import proposals

LA = "991"
ENFORCEMENT = {"measure": "penalty notice", "reason": "irregular attendance"}
OF_THE_REGISTER = {"ground in the register", "threshold met"}
"""What a pack lacks whose register is of another kind: nobody can let it pass."""
DATES = "events.retention.disposal-date-moved"


async def add_authority(running: Running) -> None:
    """As `iewo authority add` does: on the bus, and told to `sharing`."""
    made = await authority.add(running.stack.nats_url, running.stack.credentials, LA)
    told = {"name": "Wexley Metropolitan Borough Council", "public_key": made.pack_key, "account": made.account}
    headers = {"Authorization": "Bearer " + running.token("operator", "operator")}
    async with httpx.AsyncClient(timeout=90) as client:
        (await client.put(f"{running['sharing'].url}/v1/authorities/{LA}", json=told, headers=headers)).raise_for_status()


def roll(upns: Iterable[str]) -> bytes:
    """A child and one parent on each line."""
    head = "UPN,surname,forename,date of birth,year group,parent 1 name,parent 1 relationship,parent 1 address\n"
    lines = (f"{upn},Larkfield,Robin,2015-03-02,6,Alex Larkfield,mother,1 Example Street\n" for upn in upns)
    return (head + "".join(lines)).encode()


class Casework:
    """One officer of a school."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.requests: dict[str, str] = {}
        """Case to enforcement request."""
        self.children: dict[str, str] = {}
        """Case to child."""

    async def take_up(self, proposals: Sequence[dict[str, Any]]) -> None:
        """Each proposal becomes a case with a home visit and an enforcement request."""
        await self.accept(proposals)
        await self.enforce()

    async def accept(self, proposals: Sequence[dict[str, Any]]) -> None:
        """Each proposal becomes a case with a home visit."""
        await asyncio.gather(*(self._accept(proposal["referral"], proposal["child"]) for proposal in proposals))

    async def take_up_some(self, count: int) -> None:
        """So many cases from whatever is proposed while feeds still come: one that eased between the list and the accept is passed over
        and another taken."""

        async def probe() -> bool:
            for proposal in await proposals(self.school):
                if len(self.children) < count and proposal["referral"] not in self.children and await self._stands(proposal["referral"]):
                    await self._visit(proposal["referral"], proposal["child"])
            return len(self.children) == count

        await until(f"{count} cases", probe)
        await self.enforce()

    async def enforce(self) -> None:
        """An enforcement request for each case."""
        await asyncio.gather(*(self._enforce(case, child) for case, child in self.children.items()))

    async def _accept(self, case: str, child: str) -> None:
        (await self.post(f"/v1/referrals/{case}/accept")).raise_for_status()
        await self._visit(case, child)

    async def _stands(self, proposal: str) -> bool:
        """Accepts it, unless its concerns have eased meanwhile."""
        answer = await self.post(f"/v1/referrals/{proposal}/accept")
        if answer.status_code == 409:
            assert "it is lapsed" in answer.json()["detail"], answer.text
            return False
        answer.raise_for_status()
        return True

    async def _visit(self, case: str, child: str) -> None:
        visit = {
            "kind": "home visit",
            "date": TODAY.isoformat(),
            "with_whom": "mother",
            "engagement": "good",
            "seen": "yes",
            "outcome": "agreed",
        }
        (await self.post(f"/v1/cases/{case}/interventions", visit)).raise_for_status()
        self.children[case] = child

    async def _enforce(self, case: str, child: str) -> None:
        answer = await self.post(f"/v1/cases/{case}/enforcement", {**ENFORCEMENT, "parent": f"{child}.1"})
        answer.raise_for_status()
        self.requests[case] = answer.json()["request"]

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        headers = self.school.headers(role="officer", sub=OFFICER)
        async with httpx.AsyncClient(base_url=self.school.running["referrals"].url, headers=headers, timeout=90) as client:
            return await client.post(path, json=body)

    async def send(self) -> set[str]:
        """The pack of each request is carried to its sending, but for children whose registers show no ground for it. The requests that
        have gone."""
        gone = await asyncio.gather(*(self._send(case) for case in self.requests))
        return {request for request, sent in zip(self.requests.values(), gone, strict=True) if sent}

    async def _send(self, case: str) -> bool:
        async def drafted() -> dict[str, Any] | None:
            return next(iter(await self._get(f"/v1/packs?case={case}", "sharing", role="head of service")), None)

        pack = await until("a draft of a pack", drafted)
        walk = PackWalk(self.school.running["sharing"].url, self.school.headers, pack["pack"], self.school.urn)
        if pack["state"] == "draft":
            items = (await walk.done("GET", ""))["items"]
            if any(item["rule"] in OF_THE_REGISTER and not item["met"] for item in items):
                return False
            await walk.sign()
        return True

    async def assert_once(self) -> int:
        """Each case has its one visit, moved the child's date once, and its pack is sent to the LA once, which the log shows once. How many
        packs went: of whose registers show a ground."""
        running = self.school.running
        await quiet(running)
        gone = await self.send()
        await quiet(running)
        caseload = (await self._get("/v1/caseload", "referrals", role="officer", sub=OFFICER))["cases"]
        assert {case["case"]: case["interventions"] for case in caseload} == dict.fromkeys(self.children, 1)
        moved = {(event["id"], event["child"]) for event in await events(running.stack, DATES)}
        assert Counter(child for _, child in moved if child in self.children.values()) == Counter(self.children.values())
        await self._assert_packs(gone)
        await self._assert_clocks()
        return len(gone)

    async def _assert_packs(self, gone: set[str]) -> None:
        running = self.school.running
        key = authority.load(running.stack.credentials, LA).private_key.read_text().strip()

        async def on_the_way() -> list[dict[str, Any]] | None:
            found = await self._get(f"/v1/packs?school={self.school.urn}", "sharing", role="head of service")
            return found if {pack["request"] for pack in found if pack["state"] == "sent"} == gone else None

        listed = await until("every signed pack is on its way", on_the_way)
        packs = [_opened(message, key) for message in await kept(running.stack, "PACKS")]
        ours = [pack for pack in packs if pack["school"]["urn"] == self.school.urn]
        assert sorted(pack["request"] for pack in listed) == sorted(self.requests.values())
        assert sorted(pack["pack"] for pack in listed if pack["request"] in gone) == sorted(pack["pack_id"] for pack in ours), (
            "each pack once on its way"
        )
        log = await self._get("/v1/disclosures", "sharing", role="data protection officer")
        rows = [row["request"] for row in log if row["school"] == self.school.urn]
        assert sorted(rows) == sorted(gone)

    async def _assert_clocks(self) -> None:
        """Every service that holds records of the children keeps them until the same day."""
        ids = [f"clock:{child}" for child in self.children.values()]
        async with mongo(self.school.running) as database:
            for service in ("retention", "attendance", "referrals"):
                clocks = await database[service].find({"_id": {"$in": ids}, "kind": "clock"}, {"due": 1}).to_list()
                assert {clock["_id"] for clock in clocks} == set(ids)
                assert {clock["due"] for clock in clocks} == {f"{TODAY.year + 2}-08-31"}

    async def _get(self, path: str, service: str, **claims: Any) -> Any:
        answer = await self.school.get(path, service, **claims)
        answer.raise_for_status()
        return answer.json()


def _opened(message: Kept, key: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(consignment.open_(message.body, key).files["pack.json"])
    return document
