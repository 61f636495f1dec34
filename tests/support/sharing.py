"""The sharing service as a process, on the real bus and database, among the two services that it asks and LAs that fetch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from shared.academic_year import cohort, of
from shared.auth import Role
from shared.contracts.attendance import (
    AskPeople,
    AskRegister,
    AskSchool,
    AskSchoolDays,
    AskWithheld,
    Carer,
    ChildRegister,
    CodeMeaning,
    EarlierMark,
    People,
    Person,
    RegisterSession,
    SchoolDays,
    SchoolFacts,
    Withheld,
)
from shared.contracts.enforcement import (
    AskCaseEvidence,
    AskCaseFile,
    AskCaseParents,
    CaseEvidence,
    CaseFile,
    CaseParent,
    CaseParents,
    EntryTold,
    Leave,
    LetterSent,
    ParentOfCase,
    Referrer,
    ServableDocument,
)
from shared.contracts.envelope import Cause, Draft, Event, Message
from shared.contracts.referrals import (
    Admitted,
    AskAdmission,
    AskRequest,
    ChronologyEntry,
    ConcernMet,
    EnforcementRequest,
    EnforcementRequested,
)
from shared.development import sign_token
from shared.errors import NotFound, Permanent
from shared.identity import new_id
from shared.keys import KeyMint
from shared.mongo import close, connect
from shared.provision import authority, bus, claims
from shared.provision.authority_files import Authority
from shared.service import Parts, parts
from shared.settings import Settings
from shared.store import Change
from shared.topology import SERVICES, pack_durable
from tests.bus.connections import unrestricted
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.servers import empty_stack

TODAY = datetime.now(UTC).date()
FIRST_ABSENT = next(day for n in range(7) if (day := TODAY - timedelta(days=60 - n)).isoweekday() <= 5)
"""In the register of everybody here, of the period of a request: an O in the morning."""
SCHOOL, OTHER_SCHOOL = "900101", "900102"
CODE = "893"
QUICK = {"IEWO_KEY_HOLD_SECONDS": "0.5", "IEWO_SWEEP_AFTER_SECONDS": "2"}
HOME = "14 Pilchard Row, Example Haven, ZZ99 3WZ"


class NoSuchRequest(Permanent):
    """The peer was never asked for this."""


class NoSuchCase(NotFound):
    """There is none that is open to the reader."""


@dataclass
class World:
    """`authority_of`: the LA of each school, as attendance would answer. `requests`: as referrals would."""

    stack: Stack
    sharing: Service
    attendance: Parts
    referrals: Parts
    authority_of: dict[str, str] = field(default_factory=lambda: {SCHOOL: CODE, OTHER_SCHOOL: CODE})
    requests: dict[str, EnforcementRequest] = field(default_factory=dict)
    withheld: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The confidential addresses of a child's carers, as attendance would answer."""
    people: dict[str, Person] = field(default_factory=dict)
    """Who is not the person whom attendance makes up for every child."""
    scans: dict[str, tuple[ServableDocument, ...]] = field(default_factory=dict)
    letters: dict[str, tuple[LetterSent, ...]] = field(default_factory=dict)
    """By case, as `scans`: the documents that may be served."""
    files: dict[str, bytes] = field(default_factory=dict)
    """By document, where its content is not its own name."""
    """Documents of a case that may be served."""
    corrected: dict[str, str] = field(default_factory=dict)
    """By child, the code that the school has put in the place of its O."""
    other_parents: dict[str, tuple[ParentOfCase, ...]] = field(default_factory=dict)
    """By case."""
    corrected_on: dict[str, date] = field(default_factory=dict)
    """By child, the one day of which an O has become an I."""
    closed: set[str] = field(default_factory=set)
    """Cases that are closed to every officer."""

    def client(self, role: Role, *schools: str) -> httpx.AsyncClient:
        token = sign_token(self.stack.credentials, role=role, sub=f"{role} of the test", schools=schools)
        return httpx.AsyncClient(base_url=self.sharing.url, headers={"Authorization": f"Bearer {token}"}, timeout=90)

    async def get(self, path: str, role: Role = "head of service", *schools: str) -> Any:
        async with self.client(role, *schools) as client:
            answer = await client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
            return answer.json()

    async def status(self, path: str, role: Role, *schools: str) -> int:
        async with self.client(role, *schools) as client:
            return (await client.get(path)).status_code

    async def register(self, code: str = CODE, **changes: Any) -> Authority:
        """An LA on the bus and in sharing."""
        added = await authority.add(self.stack.nats_url, self.stack.credentials, code)
        body = {"name": "Example County Council", "public_key": added.pack_key, "account": added.account} | changes
        async with self.client("operator") as client:
            answer = await client.put(f"/v1/authorities/{code}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return added

    async def impatient(self, added: Authority, seconds: int) -> None:
        """Let the LA's packs come again after so many seconds without an acknowledgement."""
        async with claims.session(self.stack.nats_url, self.stack.credentials) as (_, client):
            await bus.agree_durable(client, replace(pack_durable(added.account, added.code), ack_wait=seconds), check=False)

    async def ask(self, **changes: Any) -> EnforcementRequest:
        """An officer asks for enforcement: referrals holds the request and publishes the event."""
        request = enforcement_request(**changes)
        self.requests[request.request] = request
        await self.tell(request)
        return request

    async def tell(self, request: EnforcementRequest) -> None:
        """Publish the event, each time with another message id, as a broker that forgot would deliver it."""
        told = {name: getattr(request, name) for name in ("request", "case", "school", "child")}
        await publish(self.referrals, EnforcementRequested, **told)

    async def packs(self, request: EnforcementRequest) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.get(f"/v1/packs?case={request.case}")
        return found

    async def drafted(self, request: EnforcementRequest) -> PackWalk:
        """The request's pack, as soon as there is one."""

        async def look() -> dict[str, Any] | None:
            return next(iter(await self.packs(request)), None)

        pack = await until("a draft of a pack", look)
        return PackWalk(self.sharing.url, self.headers, pack["pack"], request.school)

    async def signed(self, request: EnforcementRequest) -> PackWalk:
        """Carried all the way to the head teacher's signature."""
        walk = await self.drafted(request)
        await walk.sign()
        return walk

    async def sent(self, request: EnforcementRequest, state: str = "sent") -> dict[str, Any]:
        """Its pack in this state; one that is still a draft is carried on until it is signed."""
        if next(iter(await self.packs(request)), {"state": "draft"})["state"] == "draft":
            await self.signed(request)
        return await self.came_to(request, state)

    async def came_to(self, request: EnforcementRequest, state: str) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            return next((pack for pack in await self.packs(request) if pack["state"] == state), None)

        return await until(f"a pack {state}", look)

    def headers(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {sign_token(self.stack.credentials, **claims)}"}

    async def spoil(self, id_: str) -> None:
        """A document that nobody can open any more."""
        client = connect(self.stack.mongo_url("admin"))
        try:
            spoilt = await client["iewo"]["sharing"].update_one({"_id": id_}, {"$set": {"sealed": b"spoilt"}})
            assert spoilt.modified_count == 1
        finally:
            await close(client)

    async def documents(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """Of sharing's collection, as its administrator sees it."""
        client = connect(self.stack.mongo_url("admin"))
        try:
            found: list[dict[str, Any]] = await client["iewo"]["sharing"].find({"_id": {"$gte": ""}} | query).to_list(None)
            return found
        finally:
            await close(client)


async def publish(peer: Parts, event: type[Event], **fields: Any) -> None:
    """As a service does: from a document's outbox."""
    document = {"_id": f"purge:{new_id()}", "kind": "purge", "version": 0}
    await peer.documents.write(Change(document, [Draft(event, **fields)]), Cause.beginning(new_id()))


@asynccontextmanager
async def world(folder: Path, *, plain_files: bool = False, **settings: str) -> AsyncIterator[World]:
    async with Stack(folder, notablescan=True, plain_files=True) if plain_files else empty_stack(folder) as stack:
        sharing = Service(stack, "sharing", settings=QUICK | settings)
        prepare_secrets(stack.credentials)
        mint = KeyMint(stack.folder / "keys", SERVICES)
        for ahead in range(4):
            mint.mint(cohort(of(TODAY) - 1 + ahead))
        mint.mint_named("scans", ("sharing",))
        attendance, referrals = (peer(stack, name) for name in ("attendance", "referrals"))
        made = World(stack, sharing, attendance, referrals)
        _answer(made)
        await asyncio.gather(sharing.start(), attendance.bus.start(), referrals.bus.start())
        try:
            yield made
        finally:
            await asyncio.gather(attendance.bus.stop(), referrals.bus.stop(), sharing.stop())
            await close(attendance.client)
            await close(referrals.client)


def peer(stack: Stack, name: str) -> Parts:
    """One process' worth of a service, living in the test, under the service's own credentials."""
    return parts(
        name,
        Settings(
            nats_url=stack.nats_url,
            nats_credentials=stack.creds(name),
            mongo_url_file=stack.credentials / "mongo" / f"{name}.url",
            key_folder=stack.folder / "keys" / name,
            jwks=str(stack.credentials / "jwks.json"),
        ),
    )


def _answer_files(made: World) -> None:
    @made.referrals.bus.answers(AskCaseFile)
    async def case_file(question: AskCaseFile) -> CaseFile:
        """Each scan's content is its own name."""
        content = made.files.get(question.document, question.document.encode())
        return CaseFile(document=question.document, type="pdf", content=content)


def _answer(made: World) -> None:
    _answer_files(made)
    _answer_cases(made)
    _answer_registers(made)


def _answer_cases(made: World) -> None:
    @made.referrals.bus.answers(AskRequest)
    async def request(question: AskRequest) -> EnforcementRequest:
        if question.request not in made.requests:
            raise NoSuchRequest
        return made.requests[question.request]

    @made.referrals.bus.answers(AskCaseParents)
    async def parents(question: AskCaseParents) -> CaseParents:
        seen = [(case, parent) for case, parent in question.cases if not (question.reader and case in made.closed)]
        children = {one.case: one.child for one in made.requests.values()}
        return CaseParents(
            parents=tuple(
                CaseParent(case=case, parent=parent, name="Jory Tregear", child=children.get(case), records=("father",))
                for case, parent in seen
            )
        )

    @made.referrals.bus.answers(AskCaseEvidence)
    async def evidence(question: AskCaseEvidence) -> CaseEvidence:
        if question.reader and question.case in made.closed:
            raise NoSuchCase
        return case_evidence(next(one for one in made.requests.values() if one.case == question.case), made)

    @made.referrals.bus.answers(AskAdmission)
    async def admitted(question: AskAdmission) -> Admitted:
        return Admitted(refusal=None)


def _answer_registers(made: World) -> None:
    @made.attendance.bus.answers(AskSchool)
    async def school(question: AskSchool) -> SchoolFacts:
        return SchoolFacts(
            school=question.school, name="Gull Rock Academy", authority=made.authority_of[question.school], phase="secondary"
        )

    @made.attendance.bus.answers(AskSchoolDays)
    async def school_days(question: AskSchoolDays) -> SchoolDays:
        return SchoolDays(days=tuple(_weekdays(question.first, question.last)))

    @made.attendance.bus.answers(AskPeople)
    async def people(question: AskPeople) -> People:
        return People(people=tuple(made.people.get(child) or person(child) for child in question.children))

    @made.attendance.bus.answers(AskWithheld)
    async def withheld(question: AskWithheld) -> Withheld:
        addresses = made.withheld.get(question.child, ())
        return Withheld(child=question.child, confidential=bool(addresses), addresses=addresses)

    @made.attendance.bus.answers(AskRegister)
    async def child_register(question: AskRegister) -> ChildRegister:
        whole, day = register(question, made.corrected.get(question.child, "O")), made.corrected_on.get(question.child)
        marks = (one.model_copy(update={"code": "I"}) if (one.day, one.code) == (day, "O") else one for one in whole.sessions)
        return whole.model_copy(update={"sessions": tuple(marks)})


def enforcement_request(**changes: Any) -> EnforcementRequest:
    case, child = new_id(), changes.get("child", new_id())
    told: dict[str, Any] = {
        "request": f"{case}.1",
        "case": case,
        "school": SCHOOL,
        "child": child,
        "parent": f"{child}.2",
        "measure": "penalty notice",
        "reason": "irregular attendance",
        "first": TODAY - timedelta(days=60),
        "last": TODAY - timedelta(days=1),
        "requested_by": "T. Okafor",
        "requested_at": datetime.now(UTC),
        "concerns": ("ten sessions unauthorised",),
        "met": (ConcernMet(rule="ten sessions unauthorised", raised_on=TODAY - timedelta(days=9)),),
        "opened_on": TODAY - timedelta(days=8),
        "chronology": (
            ChronologyEntry(
                day=TODAY - timedelta(days=5),
                kind="home visit",
                with_whom="father",
                engagement="good",
                outcome="A later bus pass was offered.",
                officer="T. Okafor",
            ),
        ),
    }
    return EnforcementRequest(**told | changes)


def case_evidence(request: EnforcementRequest, made: World) -> CaseEvidence:
    """What referrals holds of the request's case."""
    told, of_leave = enumerate(request.chronology), request.reason == "leave in term time"
    entries = tuple(EntryTold(**entry.model_dump(), entry=f"entry{number}", parents=("father",)) for number, entry in told)
    return CaseEvidence(
        case=request.case,
        school=request.school,
        child=request.child,
        opened_on=request.opened_on,
        state="enforcement requested",
        officer=Referrer(name="T. Okafor", role="Education Welfare Officer", telephone="01632 960123"),
        parent=ParentOfCase(parent="father", ref=request.parent, name="Jory Tregear", requested=True, confirmed_on=TODAY),
        concerns=request.met,
        entries=entries,
        letters=made.letters.get(request.case, ()),
        documents=made.scans.get(request.case, ()),
        leave=(Leave(leave="v1", first=request.first, last=request.last, asked_on=None, decision="not asked for"),) if of_leave else (),
        hidden=request.hidden,
        other_parents=made.other_parents.get(request.case, ()),
    )


def person(child: str) -> Person:
    carers = (
        Carer(parent=f"{child}.1", name="Elowen Tregear", relationship="mother", address=HOME),
        Carer(parent=f"{child}.2", name="Jory Tregear", relationship="father", address=HOME),
    )
    born = date(2013, 3, 9)
    return Person(
        child=child, upn="B801200005001", forename="Merryn", surname="Tregear", born=born, year_group="9", address=HOME, carers=carers
    )


def register(question: AskRegister, settled: str = "O") -> ChildRegister:
    """Every weekday of the period: present, but every third morning without a reason, which a later feed settled. `settled`: of the period
    that requests are about."""
    sessions: list[RegisterSession] = []
    for place, day in enumerate(_weekdays(question.first, question.last)):
        absent = place % 3 == 0
        earlier = (EarlierMark(code="N", feed=1),) if absent else ()
        code = settled if day >= TODAY - timedelta(days=60) else "O"
        sessions.append(RegisterSession(day=day, session="AM", code=code if absent else "/", feed=2 if absent else 1, earlier=earlier))
        sessions.append(RegisterSession(day=day, session="PM", code="\\", feed=1))
    key = tuple(
        CodeMeaning(code=code, meaning=meaning, statistical_class=klass)
        for code, meaning, klass in (
            ("/", "Present, morning", "present"),
            ("\\", "Present, afternoon", "present"),
            ("N", "Reason not yet established", "unauthorised absence"),
            ("O", "Other or unknown circumstances", "unauthorised absence"),
            ("G", "Holiday not granted by the school", "unauthorised absence"),
        )
    )
    submitted = {1: question.last, 2: question.last}
    return ChildRegister(child=question.child, sessions=tuple(sessions), statistics={}, key=key, submitted=submitted)


def _weekdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() <= 5]


async def events(stack: Stack, event: type[Message]) -> list[Any]:
    """Every event of this type that the stream holds."""
    found: list[Any] = []
    async with unrestricted(stack) as owner:
        stream = owner.client.jetstream()
        config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL)
        subscription = await stream.pull_subscribe(event.SUBJECT, stream="EVENTS", config=config)
        held = (await stream.stream_info("EVENTS", subjects_filter=event.SUBJECT)).state.subjects or {}
        while len(found) < held.get(event.SUBJECT, 0):
            found += [event.read(message.data) for message in await subscription.fetch(1, timeout=10)]
    return found


async def from_retention(made: World, draft: Draft) -> None:
    mine = peer(made.stack, "retention")
    await mine.bus.broker.connect()
    try:
        document = {"_id": f"purge:{new_id()}", "kind": "purge", "version": 0}
        await mine.documents.write(Change(document, [draft]), Cause.beginning(new_id()))
    finally:
        await mine.bus.stop()
        await close(mine.client)


async def stored(stack: Stack, code: str) -> int:
    """Messages for an LA on the stream PACKS."""
    async with unrestricted(stack) as owner:
        info = await owner.client.jetstream().stream_info("PACKS", subjects_filter=f"packs.{code}")
        return (info.state.subjects or {}).get(f"packs.{code}", 0)


async def dead_letters(stack: Stack) -> list[str]:
    """The reasons of everything on the stream DEADLETTERS."""
    async with unrestricted(stack) as owner:
        stream = owner.client.jetstream()
        state = (await stream.stream_info("DEADLETTERS")).state
        letters = [await stream.get_msg("DEADLETTERS", place) for place in range(max(state.first_seq, 1), state.last_seq + 1)]
        return [(letter.headers or {})["reason"] for letter in letters]
