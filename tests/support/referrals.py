"""The referrals service as a process on real servers, with the test in its neighbours' place: it raises concerns, says who children are,
and hears what is published."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import httpx
from motor.motor_asyncio import AsyncIOMotorClient
from nats.aio.client import Client
from nats.aio.msg import Msg

from deploy.local.running import QUICK, cleared
from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from shared import academic_year
from shared.auth import Role
from shared.contracts.attendance import AskPeople, AskRoll, AskSchool, Carer, People, Person, RollPage, RollStamp, RollStamps, SchoolFacts
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted, ConcernsChanged, Eased, Raised
from shared.contracts.confidential import AskConfidential, Confidential
from shared.contracts.marks import AskMarks, ChildMarks, ChildPeriod, Mark, Marks
from shared.contracts.standing import AskStanding, Rule, Standing, Standings
from shared.development import sign_token
from shared.identity import new_id
from shared.keys import KeyMint
from shared.topology import SERVICES
from tests.bus.connections import unrestricted
from tests.support.quiet import until_quiet
from tests.support.servers import empty_stack

YEAR = academic_year.of(datetime.now(UTC).date())


class Neighbours:
    """What `attendance`, `sharing` and `retention` say and hear on this bus. Events heard are kept, by type."""

    def __init__(self, bus: Client) -> None:
        self.bus = bus
        self.heard: list[dict[str, Any]] = []
        self.absent: dict[str, int] = {}
        """Sessions missed of a hundred, by child; a child not named here has missed twenty."""
        self.known: dict[str, Person] = {}
        """By child, who is not like all others."""
        self.hidden_homes: dict[str, dict[str, str]] = {}
        """By child, the addresses that the roll hides, by place."""
        self.rolls: dict[str, list[str]] = {}
        """By school, the children whom its rolls name."""
        self.marks: dict[str, str] = {}
        """By child, the code of every session of a weekday."""
        self.halves: dict[date, Sequence[Literal["AM", "PM"]]] = {}
        """The sessions with marks of a day that is like no other."""
        self.answering = True
        self.unanswered: list[str] = []
        """Subjects of questions left without an answer."""

    async def begin(self) -> None:
        await self.bus.subscribe("query.attendance.people", cb=self._people)
        await self.bus.subscribe("query.attendance.marks", cb=self._marks)
        await self.bus.subscribe("query.attendance.rolls", cb=self._rolls)
        await self.bus.subscribe("query.attendance.roll", cb=self._roll)
        await self.bus.subscribe("query.attendance.standing", cb=self._standing)
        await self.bus.subscribe("query.attendance.school", cb=self._school)
        await self.bus.subscribe("query.attendance.confidential", cb=self._confidential)
        await self.bus.subscribe("events.referrals.*", cb=self._hear)

    async def concern(self, child: str, rule: Rule, order: int, *, school: str, raised: bool = True, year: int = YEAR) -> None:
        turn = {"child": child, "rule": rule, "order": order}
        await self.concerns(school, year, [Raised(**turn)] if raised else [], [] if raised else [Eased(**turn)])

    async def concerns(self, school: str, year: int, raised: Iterable[Raised] = (), eased: Iterable[Eased] = ()) -> None:
        """Published under an id of its own, so that the broker does not hold back one sent twice."""
        wear: dict[str, Any] = {"id": new_id(), "at": datetime.now(UTC), "correlation_id": "feed", "causation_id": "feed"}
        event = ConcernsChanged(school=school, year=year, raised=tuple(raised), eased=tuple(eased), **wear)
        await self.bus.jetstream().publish(event.SUBJECT, event.model_dump_json().encode(), headers={"Nats-Msg-Id": event.id})

    async def said(self, kept: str, joined: str, order: int, *, school: str, one: bool = True) -> None:
        """That two records are one child, or two; under an id of its own, too."""
        model = ChildrenJoined if one else ChildrenParted
        wear: dict[str, Any] = {"id": new_id(), "at": datetime.now(UTC), "correlation_id": "said", "causation_id": "said"}
        event = model(school=school, kept=kept, joined=joined, order=order, **wear)
        await self.bus.jetstream().publish(model.SUBJECT, event.model_dump_json().encode(), headers={"Nats-Msg-Id": event.id})

    def events(self, type_: str, **fields: Any) -> list[dict[str, Any]]:
        return [event for event in self.heard if event["type"] == type_ and fields.items() <= event.items()]

    async def _hear(self, message: Msg) -> None:
        self.heard.append(json.loads(message.data))

    async def _people(self, message: Msg) -> None:
        asked = AskPeople.model_validate_json(message.data)
        await self._answer(message, People(people=tuple(map(self._person, asked.children))).model_dump_json())

    def _person(self, child: str) -> Person:
        carers = (Carer(parent=f"{child}.1", name="Ms Marsh"), Carer(parent=f"{child}.2", name="Mr Marsh"))
        made = Person(child=child, upn="A000000000000", forename="Juniper", surname=f"Marsh-{child}", year_group="9", carers=carers)
        return self.known.get(child, made)

    async def _marks(self, message: Msg) -> None:
        asked = AskMarks.model_validate_json(message.data)
        told = ((one.child, tuple(self._of_days(one))) for one in asked.periods)
        periods = tuple(ChildMarks(child=child, marks=marks, counted=sum(one.code == "G" for one in marks)) for child, marks in told)
        await self._answer(message, Marks(periods=periods, threshold=10).model_dump_json())

    def _of_days(self, period: ChildPeriod) -> Iterator[Mark]:
        for number in range((period.last - period.first).days + 1):
            day = period.first + timedelta(days=number)
            halves = self.halves.get(day, ("AM", "PM") if day.weekday() < 5 else ())
            yield from (Mark(day=day, session=one, code=self.marks.get(period.child, "G")) for one in halves)

    async def _rolls(self, message: Msg) -> None:
        stamps = [RollStamp(school=school, stamp=self._page(school, "").model_dump_json()) for school in self.rolls]
        await self._answer(message, RollStamps(rolls=tuple(stamps)).model_dump_json())

    async def _roll(self, message: Msg) -> None:
        asked = AskRoll.model_validate_json(message.data)
        await self._answer(message, self._page(asked.school, asked.after, 2).model_dump_json())

    def _page(self, school: str, after: str, count: int | None = None) -> RollPage:
        children = sorted(child for child in self.rolls[school] if child > after)
        last = children[count - 1] if count and len(children) > count else None
        return RollPage(people=tuple(map(self._person, children[:count])), last=last)

    async def _school(self, message: Msg) -> None:
        asked = AskSchool.model_validate_json(message.data)
        facts = SchoolFacts(school=asked.school, name="Larkfield Primary School", authority="919", phase="primary")
        await self._answer(message, facts.model_dump_json())

    async def _confidential(self, message: Msg) -> None:
        asked = AskConfidential.model_validate_json(message.data)
        await self._answer(message, Confidential(addresses=self.hidden_homes.get(asked.child, {})).model_dump_json())

    async def _standing(self, message: Msg) -> None:
        asked = AskStanding.model_validate_json(message.data)
        standings = tuple(
            Standing(child=child, possible=100, absent=self.absent.get(child, 20), unauthorised=12, late=3, rules=())
            for child in asked.children
        )
        await self._answer(message, Standings(standings=standings).model_dump_json())

    async def _answer(self, message: Msg, answer: str) -> None:
        if self.answering:
            await message.respond(answer.encode())
        else:
            self.unanswered.append(message.subject)


class World:
    """A stack with the referrals service, two replicas of it, and its neighbours."""

    def __init__(self, stack: Stack, services: list[Service], neighbours: Neighbours, mint: KeyMint) -> None:
        self.stack, self.services, self.neighbours, self.mint = stack, services, neighbours, mint
        self._client = httpx.AsyncClient(timeout=90)
        self._mongo: Any = AsyncIOMotorClient(stack.mongo_url("admin"))
        self._turn = 0

    @property
    def collection(self) -> Any:
        return self._mongo["iewo"]["referrals"]

    def token(self, role: Role = "officer", sub: str = "officer-sen", schools: tuple[str, ...] = ("*",)) -> str:
        return sign_token(self.stack.credentials, role=role, sub=sub, schools=schools)

    async def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **claims: Any
    ) -> httpx.Response:
        """To one replica and the other in turn."""
        self._turn += 1
        url = self.services[self._turn % len(self.services)].url
        authorization = {"Authorization": f"Bearer {self.token(**claims)}", **(headers or {})}
        return await self._client.request(method, f"{url}/v1{path}", json=body, headers=authorization)

    async def proposals(self, school: str, **claims: Any) -> list[dict[str, Any]]:
        answer = await self.send("GET", f"/proposals?school={school}", **claims)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["proposals"]
        return found

    async def add_officer(self, id_: str, name: str, schools: Sequence[str] = ()) -> None:
        told = {"name": name, "email": f"{id_}@example.org", "schools": list(schools)}
        (await self.send("PUT", f"/officers/{id_}", told, role="operator", sub="operator")).raise_for_status()
        await self.clear(id_)

    async def clear(self, id_: str) -> None:
        """The officer's check and training were shown today."""
        for path, shown in cleared(id_, datetime.now(UTC).date()):
            (await self.send("POST", path.removeprefix("/v1"), shown, role="operator", sub="operator")).raise_for_status()

    async def quiet(self) -> None:
        """Everything published so far has been handled, and so has what came of it."""
        await until_quiet(self.neighbours.bus, self._mongo["iewo"], ("referrals",))

    async def close(self) -> None:
        await self._client.aclose()
        self._mongo.close()


@asynccontextmanager
async def referrals_world(folder: Path, settings: Mapping[str, str] = MappingProxyType({})) -> AsyncIterator[World]:
    async with empty_stack(folder) as stack:
        prepare_secrets(stack.credentials)
        mint = KeyMint(folder / "keys", SERVICES)
        for year in range(YEAR, YEAR + 3):
            mint.mint(academic_year.cohort(year - 1))
        services = [Service(stack, "referrals", replica=number, settings={**QUICK, **settings}) for number in (1, 2)]
        try:
            await asyncio.gather(*(service.start() for service in services))
            async with unrestricted(stack) as connection:
                neighbours = Neighbours(connection.client)
                await neighbours.begin()
                world = World(stack, services, neighbours, mint)
                await world.add_officer("officer-sen", "Robin Sen")
                yield world
                await world.close()
        finally:
            await asyncio.gather(*(service.stop() for service in services))
