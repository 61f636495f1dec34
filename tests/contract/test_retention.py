"""The retention service as a process, on the real bus and database, among services that hold records and obey."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

import httpx
import pytest

from clients.iewo.main import main
from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from shared import academic_year, merkle
from shared.auth import Role
from shared.certificates import Certificate, verify, verify_chain
from shared.certificates import read as read_certificate
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted
from shared.contracts.referrals import CaseClosed, CaseOpened, InterventionRecorded, InterventionStruck
from shared.development import sign_token
from shared.identity import new_id
from shared.mongo import close, connect
from tests.support.peers import Peer
from tests.support.servers import empty_stack

TODAY = datetime.now(UTC).date()
QUICK = {"IEWO_KEY_HOLD_SECONDS": "0.5", "IEWO_ANSWER_SECONDS": "8", "IEWO_SWEEP_AFTER_SECONDS": "2"}
SCHOOL, OTHER_SCHOOL = "900001", "900002"
OTHERS = 200
DEADLINE = 90.0
ROLES: tuple[Role, ...] = ("data protection officer", "operator", "school")

T = TypeVar("T")


@dataclass
class World:
    stack: Stack
    retention: Service
    peers: dict[str, Peer]
    dpo: httpx.AsyncClient
    operator: httpx.AsyncClient
    school: httpx.AsyncClient
    _dates: Iterator[int] = field(default_factory=lambda: count(academic_year.of(TODAY) + 1))

    def next_date(self) -> date:
        """The day after the next date of disposal: each test has its own."""
        return date(next(self._dates), 9, 1)

    async def sweep(self, on: date) -> str:
        answer = await self.operator.post("/v1/sweeps", json={"on": on.isoformat()})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["sweep"])

    async def swept(self, sweep: str) -> dict[str, Any]:
        return await self.until(sweep, lambda state: state["state"] == "done")

    async def until(self, sweep: str, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async def state() -> dict[str, Any] | None:
            answer = await self.operator.get(f"/v1/sweeps/{sweep}")
            return answer.json() if answer.status_code == 200 and good(answer.json()) else None

        return await eventually(state)

    async def certificate(self, number: int) -> Certificate:
        return read_certificate((await self.operator.get(f"/v1/certificates/{number}")).content)

    async def collection(self) -> list[dict[str, Any]]:
        """Every document of retention's collection, as it sees it."""
        client = connect(self.stack.mongo_url("admin"))
        try:
            found: list[dict[str, Any]] = await client["iewo"]["retention"].find({"_id": {"$gte": ""}}).to_list(None)
            return found
        finally:
            await close(client)

    async def clock_knows(self, child: str, **fields: Any) -> None:
        async def known() -> bool:
            clocks = [document for document in await self.collection() if document["_id"] == f"clock:{child}"]
            return any(all(clock.get(name) == value for name, value in fields.items()) for clock in clocks)

        await eventually(known)


async def eventually(look: Callable[[], Awaitable[T | None]]) -> T:
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            if found := await look():
                return found
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.1)


def client(stack: Stack, service: Service, role: Role) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=service.url, headers={"Authorization": f"Bearer {token_of(stack, role)}"}, timeout=20)


def token_of(stack: Stack, role: Role) -> str:
    return sign_token(stack.credentials, role=role, sub=f"{role} of the test")


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with empty_stack(tmp_path_factory.mktemp("retention")) as stack:
        retention = Service(stack, "retention", settings=QUICK)
        prepare_secrets(stack.credentials)
        await retention.start()
        peers = {name: Peer(stack, name, hold_seconds=0.5) for name in ("attendance", "referrals", "sharing")}
        clients = [client(stack, retention, role) for role in ROLES]
        try:
            for peer in peers.values():
                await peer.start()
            yield World(stack, retention, peers, clients[0], clients[1], clients[2])
        finally:
            for one in clients:
                await one.aclose()
            for peer in peers.values():
                await peer.stop()
            await retention.stop()


async def test_a_sweep_disposes_of_what_is_due_and_of_nothing_else(world: World) -> None:
    attendance, referrals, sharing = world.peers.values()
    on = world.next_date()
    year, cohort, next_cohort = on.year - 2, f"{on.year}-08-31", f"{on.year + 1}-08-31"
    due, elsewhere, in_a_case, visited, held, closed_first = (new_id() for _ in range(6))
    pages = {
        child: await attendance.record(child, SCHOOL if child != elsewhere else OTHER_SCHOOL, year, TODAY)
        for child in (due, elsewhere, in_a_case, visited, held, closed_first)
    }
    note = await referrals.record(in_a_case, SCHOOL, year, TODAY)
    disclosure = await sharing.record(due, SCHOOL, year, TODAY)
    later_page = await attendance.record(due, SCHOOL, year + 1, TODAY)
    await referrals.tell(CaseOpened, case="case-1", school=SCHOOL, child=in_a_case)
    await referrals.tell(InterventionRecorded, case="case-2", school=SCHOOL, child=visited, day=date(on.year - 1, 10, 5))
    await referrals.tell(CaseClosed, case="case-3", school=SCHOOL, child=closed_first)
    await referrals.tell(CaseOpened, case="case-3", school=SCHOOL, child=closed_first)
    await world.clock_knows(in_a_case, cases={"case-1": 1})
    await world.clock_knows(visited, due=next_cohort)
    await world.clock_knows(closed_first, cases={"case-3": 2})
    assert (await world.dpo.put(f"/v1/holds/{held}", json={"reason": "a complaint is open"})).status_code == 200

    state = await world.swept(await world.sweep(on))

    assert state["ahead_of_time"] is True
    assert state["alarms"] == []
    assert state["cohorts"][-1]["counts"]["moved_to_a_later_date"] == 2  # the visited child had left the cohort when it was visited
    for child in (due, elsewhere, closed_first):
        assert await attendance.opened(pages[child]) is None
    assert await sharing.opened(disclosure) is None
    assert await attendance.opened(later_page) == (next_cohort, {"of": due})
    for child in (in_a_case, visited, held):
        assert await attendance.opened(pages[child]) == (next_cohort, {"of": child})
    assert await referrals.opened(note) == (next_cohort, {"of": in_a_case})
    holds = (await world.dpo.get("/v1/holds")).json()
    assert [(one["child"], one["reason"]) for one in holds] == [(held, "a complaint is open")]

    keys = world.stack.folder / "keys"
    assert {path.name for path in keys.rglob(f"{cohort}.*")} == {f"{cohort}.destroyed"}
    assert await attendance.disposed(year, *pages) == {due, elsewhere, closed_first}
    assert await attendance.disposed(year + 1, due) == set()

    certificate = await world.certificate(state["certificates"][-1])
    trusted = (await world.operator.get("/v1/certificates/key")).json()["public_key"]
    assert trusted == (world.stack.credentials / "certificates.pub").read_text().strip()
    assert verify(certificate, trusted=trusted) == []
    assert (certificate.disposal_date.isoformat(), certificate.swept_on, certificate.key_destroyed) == (cohort, on, True)
    assert certificate.ahead_of_time is True
    assert certificate.children == 3
    told = {one.service: (one.erased, one.nothing_held, one.retained) for one in certificate.services}
    assert told == {
        "attendance": (3, 0, 0),
        "referrals": (0, 3, 0),
        "sharing": (1, 2, 0),
        "retention": (0, 2, 1),
    }  # this year's case has its clock

    proof = (await world.dpo.get(f"/v1/certificates/{certificate.number}/proofs/{due}")).json()
    assert proof["outcome"] == "attendance=erased;referrals=nothing held;retention=nothing held;sharing=erased"
    leaf = merkle.leaf(bytes.fromhex(proof["salt"]), due, proof["outcome"])
    assert merkle.check(certificate.merkle_root, leaf, [merkle.Step(*step) for step in proof["steps"]])
    assert (await world.dpo.get(f"/v1/certificates/{certificate.number}/proofs/{held}")).status_code == 404

    await referrals.tell(CaseClosed, case="case-1", school=SCHOOL, child=in_a_case)
    await referrals.tell(CaseOpened, case="case-1", school=SCHOOL, child=in_a_case, order=3)
    await world.clock_knows(in_a_case, cases={"case-1": 3})  # reopened, it would stay
    await referrals.tell(CaseClosed, case="case-1", school=SCHOOL, child=in_a_case, order=4)
    await world.clock_knows(in_a_case, cases={"case-1": 4})
    await world.swept(await world.sweep(world.next_date()))
    assert await attendance.opened(pages[held]) is not None
    assert [await attendance.opened(pages[child]) for child in (in_a_case, visited)] == [None, None]
    assert (await world.dpo.delete(f"/v1/holds/{held}")).status_code == 204


async def test_what_is_due_is_what_a_sweep_disposes_of_and_to_look_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    attendance, on = world.peers["attendance"], world.next_date()
    year, cohort = on.year - 2, f"{on.year}-08-31"
    first, second = "900003", "900004"
    here, there, at_both, in_a_case, held = (new_id() for _ in range(5))
    for child, school in (
        (here, first),
        (there, second),
        (at_both, first),
        (at_both, second),
        (in_a_case, first),
        (held, first),
    ):
        await attendance.record(child, school, year, TODAY)
    await world.peers["referrals"].tell(CaseOpened, case="case-7", school=first, child=in_a_case)
    await world.clock_knows(in_a_case, cases={"case-7": 1})
    by_command = ["--url", world.retention.url, "--token", token_of(world.stack, "data protection officer")]
    assert main(["hold", "set", held, "--why", "a complaint is open", *by_command]) == 0
    assert main(["hold", "list", *by_command]) == 0
    assert "a complaint is open" in capsys.readouterr().out

    before = [one for one in await world.collection() if one["kind"] != "outgoing"]
    due = (await world.dpo.get("/v1/due", params={"on": on.isoformat()})).raise_for_status().json()
    assert [one for one in await world.collection() if one["kind"] != "outgoing"] == before
    (found,) = [one for one in due["cohorts"] if one["cohort"] == cohort]
    of_schools = {one["school"]: (one["goes"], one["stays"]) for one in found["schools"]}
    assert (of_schools[first], of_schools[second]) == ((2, 2), (2, 0))
    assert (found["year"], found["stays"]) == (academic_year.label(year), 2)
    assert (await world.school.get("/v1/due", params={"on": on.isoformat()})).status_code == 403
    too_far = await world.dpo.get("/v1/due", params={"on": "9999-12-31"})
    assert (too_far.status_code, "name a day" in too_far.json()["detail"]) == (422, True)
    assert cohort not in {one["cohort"] for one in (await world.dpo.get("/v1/due", params={"on": f"{on.year}-08-30"})).json()["cohorts"]}

    state = await world.swept(await world.sweep(on))
    counts = state["cohorts"][-1]["counts"]
    assert (counts["children"], counts["moved_to_a_later_date"]) == (found["goes"], found["stays"])
    assert cohort not in {one["cohort"] for one in (await world.dpo.get("/v1/due", params={"on": on.isoformat()})).json()["cohorts"]}
    assert main(["hold", "lift", held, *by_command]) == 0
    assert (await world.dpo.get("/v1/holds")).json() == []
    assert main(["hold", "lift", held, *by_command]) == 1
    assert "there is no hold on such a child" in capsys.readouterr().err
    await world.peers["referrals"].tell(CaseClosed, case="case-7", school=first, child=in_a_case)


async def test_after_the_certificate_only_the_ledger_names_a_child(world: World) -> None:
    on = world.next_date()
    child = new_id()
    await world.peers["attendance"].record(child, SCHOOL, on.year - 2, TODAY)
    await world.swept(await world.sweep(on))
    assert {document["kind"] for document in await world.collection() if child in repr(document)} == {"ledger"}


async def test_silence_is_an_alarm_and_a_crash_loses_nothing(world: World) -> None:
    on = world.next_date()
    cohort = f"{on.year}-08-31"
    child = new_id()
    page = await world.peers["attendance"].record(child, SCHOOL, on.year - 2, TODAY)
    await world.peers["sharing"].stop()

    sweep = await world.sweep(on)
    state = await world.until(sweep, lambda state: state["state"].startswith("alarm"))
    assert state["state"] == "alarm: sharing has not answered"
    assert (world.stack.folder / "keys" / "root" / f"{cohort}.key").exists()
    assert await world.peers["attendance"].opened(page) is None
    assert (await world.operator.post("/v1/sweeps", json={"on": date(on.year, 9, 2).isoformat()})).status_code == 409
    assert await world.sweep(on) == sweep

    await world.retention.kill()
    second = Service(world.stack, "retention", replica=2, settings=QUICK)
    await asyncio.gather(world.retention.start(), second.start())
    try:
        world.peers["sharing"] = Peer(world.stack, "sharing", hold_seconds=0.5)
        await world.peers["sharing"].start()
        state = await world.swept(sweep)
    finally:
        await second.stop()
    assert state["alarms"] == ["sharing has not answered"]
    assert not (world.stack.folder / "keys" / "root" / f"{cohort}.key").exists()
    certificates = [Certificate.model_validate(one) for one in (await world.operator.get("/v1/certificates")).json()]
    assert [one.disposal_date.isoformat() for one in certificates].count(cohort) == 1
    assert verify_chain(certificates) == {}


async def test_a_case_opened_while_a_sweep_waits_keeps_the_child(world: World) -> None:
    on = world.next_date()
    cohort, next_cohort, year = f"{on.year}-08-31", f"{on.year + 1}-08-31", on.year - 2
    in_a_case, late, other = new_id(), new_id(), new_id()
    pages = {child: await world.peers["attendance"].record(child, SCHOOL, year, TODAY) for child in (in_a_case, late, other)}
    world.peers["attendance"].answers_no_fingerprints = True
    sweep = await world.sweep(on)
    state = await world.until(sweep, lambda state: state["state"].startswith("alarm"))
    assert state["cohorts"][-1]["step"] == "write the ledger"

    await world.peers["referrals"].tell(CaseOpened, case="case-4", school=SCHOOL, child=in_a_case)
    await world.clock_knows(in_a_case, cases={"case-4": 1})
    # and one that is told when nobody listens, behind many others
    await world.retention.kill()
    # what is closed today falls on the next date but one, which is this test's when it is the second to run
    due_too = OTHERS if year == academic_year.of(TODAY) else 0
    for number in range(OTHERS):
        await world.peers["referrals"].tell(CaseClosed, case=f"case-5-{number}", school=SCHOOL, child=new_id())
    await world.peers["referrals"].tell(CaseOpened, case="case-6", school=SCHOOL, child=late)
    world.peers["attendance"].answers_no_fingerprints = False
    await world.retention.start()

    state = await world.swept(sweep)
    attendance = world.peers["attendance"]
    for child in (in_a_case, late):
        assert await attendance.opened(pages[child]) == (next_cohort, {"of": child})
    assert await attendance.opened(pages[other]) is None
    assert await attendance.disposed(year, in_a_case, late, other) == {other}
    assert (state["cohorts"][-1]["counts"]["moved_to_a_later_date"], state["cohorts"][-1]["counts"]["children"]) == (2, 1 + due_too)
    certificate = await world.certificate(state["certificates"][-1])
    assert (certificate.disposal_date.isoformat(), certificate.children) == (cohort, 1 + due_too)
    assert not [
        document for document in await world.collection() if document["kind"] == "ledger" and document["child"] in (in_a_case, late)
    ]
    for case, child in (("case-4", in_a_case), ("case-6", late)):
        await world.peers["referrals"].tell(CaseClosed, case=case, school=SCHOOL, child=child)
        await world.clock_knows(child, cases={case: 2})
    await world.swept(await world.sweep(world.next_date()))
    assert [await attendance.opened(pages[child]) for child in (in_a_case, late)] == [None, None]


@pytest.mark.parametrize(("teller", "what"), [("referrals", "a case"), ("attendance", "a joined record")])
async def test_what_a_service_has_written_down_and_not_told_keeps_a_child(world: World, teller: str, what: str) -> None:
    """Its process ended before the event had left, and nobody has published it since."""
    on = world.next_date()
    next_cohort, year = f"{on.year + 1}-08-31", on.year - 2
    child, open_elsewhere, other = new_id(), new_id(), new_id()
    pages = {one: await world.peers["attendance"].record(one, SCHOOL, year, TODAY) for one in (child, other)}
    peer = world.peers[teller]
    if what == "a case":
        untold = await peer.write_down(CaseOpened, case=new_id(), school=SCHOOL, child=child)
    else:
        await world.peers["referrals"].tell(CaseOpened, case=new_id(), school=SCHOOL, child=open_elsewhere)
        untold = await peer.write_down(ChildrenJoined, school=SCHOOL, kept=child, joined=open_elsewhere, order=1)
    sweep = await world.sweep(on)
    state = await world.until(sweep, lambda state: state["state"].startswith("alarm"))
    assert state["state"] == f"alarm: {teller} has not told all that it knows of cases, interventions or joined records"
    assert state["cohorts"][-1]["step"] == "move who stays"

    await peer.parts.documents.publish([untold])
    await world.swept(sweep)
    attendance = world.peers["attendance"]
    assert await attendance.opened(pages[child]) == (next_cohort, {"of": child})
    assert await attendance.opened(pages[other]) is None


async def test_what_a_service_kept_back_is_found_and_keeps_the_key(world: World) -> None:
    on = world.next_date()
    cohort = f"{on.year}-08-31"
    child = new_id()
    await world.peers["attendance"].record(child, SCHOOL, on.year - 2, TODAY)
    kept_back = await world.peers["sharing"].keep_back(cohort)

    sweep = await world.sweep(on)
    state = await world.until(sweep, lambda state: state["state"].startswith("alarm"))
    assert state["alarms"] == ["1 documents are left after every service answered, 0 children failed"]
    assert (world.stack.folder / "keys" / "root" / f"{cohort}.key").exists()
    assert state["certificates"] == []

    await world.peers["sharing"].parts.documents.delete_all({"_id": kept_back}, ["pack"])
    state = await world.swept(sweep)
    certificate = await world.certificate(state["certificates"][0])
    assert (certificate.children, certificate.services[0].erased) == (1, 1)  # erased in the first round, whatever the second found


async def test_a_released_child_is_due_again(world: World) -> None:
    on = world.next_date()
    child = new_id()
    page = await world.peers["attendance"].record(child, SCHOOL, on.year - 2, TODAY)
    hold = f"/v1/holds/{child}"
    assert (
        await world.dpo.put(hold, json={"reason": "a complaint is open", "until": date(on.year + 3, 1, 1).isoformat()})
    ).status_code == 200
    assert (await world.dpo.put(hold, json={"reason": "the complaint went to the ombudsman"})).json()["until"] is None
    assert (await world.dpo.delete(hold)).status_code == 204
    assert (await world.dpo.delete(hold)).status_code == 404
    await world.swept(await world.sweep(on))
    assert await world.peers["attendance"].opened(page) is None


async def test_joined_records_are_kept_until_the_later_of_their_dates_and_parted_ones_keep_theirs(world: World) -> None:
    on = world.next_date()
    attendance, referrals = world.peers["attendance"], world.peers["referrals"]
    kept, joined, parted, late = (new_id() for _ in range(4))
    pages = {child: await attendance.record(child, SCHOOL, on.year - 2, TODAY) for child in (kept, joined, parted, late)}
    due = f"{on.year + 1}-08-31"
    await referrals.tell(InterventionRecorded, case="case-7", school=SCHOOL, child=kept, day=date(on.year - 1, 10, 5))
    # parted before it was joined, as it may arrive
    await attendance.tell(ChildrenParted, school=SCHOOL, kept=kept, joined=parted, order=2)
    await world.clock_knows(parted, others={kept: [2, False]})
    await attendance.tell(ChildrenJoined, school=SCHOOL, kept=kept, joined=parted, order=1)
    await attendance.tell(ChildrenJoined, school=SCHOOL, kept=kept, joined=joined, order=1)
    await attendance.tell(ChildrenJoined, school=SCHOOL, kept=joined, joined=late, order=1)
    for child in (kept, joined, late):
        await world.clock_knows(child, due=due)
    await world.clock_knows(parted, others={kept: [2, False]})
    await world.swept(await world.sweep(on))
    assert [await attendance.opened(pages[child]) is not None for child in (kept, joined, late, parted)] == [True, True, True, False]
    await attendance.tell(ChildrenParted, school=SCHOOL, kept=kept, joined=joined, order=2)
    await world.clock_knows(joined, due=due, others={kept: [2, False], late: [1, True]})


async def test_a_clock_forgets_whom_it_was_parted_from_when_that_one_goes(world: World) -> None:
    on = world.next_date()
    attendance = world.peers["attendance"]
    stays, goes, joined = (new_id() for _ in range(3))
    for child in (goes, stays, joined):
        await attendance.record(child, SCHOOL, on.year - 2, TODAY)
    await attendance.tell(ChildrenJoined, school=SCHOOL, kept=stays, joined=joined, order=1)
    await attendance.tell(ChildrenParted, school=SCHOOL, kept=stays, joined=goes, order=2)
    await world.clock_knows(stays, others={goes: [2, False], joined: [1, True]})
    await world.clock_knows(goes, others={stays: [2, False]})
    assert (await world.dpo.put(f"/v1/holds/{stays}", json={"reason": "a complaint is open"})).status_code == 200
    await world.swept(await world.sweep(on))
    await world.clock_knows(stays, others={joined: [1, True]})


@pytest.mark.parametrize("struck_first", [False, True])
async def test_what_an_entry_kept_goes_on_its_own_date_once_that_is_struck_out(world: World, struck_first: bool) -> None:
    on = world.next_date()
    attendance, referrals = world.peers["attendance"], world.peers["referrals"]
    child, joined, other = (new_id() for _ in range(3))
    pages = {one: await attendance.record(one, SCHOOL, on.year - 2, TODAY) for one in (child, joined, other)}
    note = await referrals.record(child, SCHOOL, on.year - 2, TODAY)
    later = await referrals.record(child, SCHOOL, on.year - 1, TODAY)
    due, own = f"{on.year + 1}-08-31", f"{on.year}-08-31"
    entry = {"case": "case-9", "school": SCHOOL, "child": child, "intervention": "i-9"}
    told: list[Any] = [
        (InterventionRecorded, {**entry, "edition": 1, "day": date(on.year - 1, 10, 5)}),
        (InterventionStruck, {**entry, "edition": 2}),
    ]
    await referrals.tell(InterventionRecorded, **{**told[0][1], "child": other, "intervention": "i-10"})
    await attendance.tell(ChildrenJoined, school=SCHOOL, kept=child, joined=joined, order=1)
    if struck_first:
        for model, fields in reversed(told):
            await referrals.tell(model, **fields)
        await world.clock_knows(child, due="", entries=[["i-9", 2, ""]])
    else:
        await referrals.tell(told[0][0], **told[0][1])
        await world.clock_knows(child, due=due)
        await world.clock_knows(joined, due=due)
        await eventually_opened(attendance, pages[joined], due)
        await eventually_opened(referrals, note, due)
        await referrals.tell(told[1][0], **told[1][1])
        await world.clock_knows(joined, due="")
    await world.clock_knows(other, due=due)
    for peer, record, date_ in (
        (attendance, pages[child], own),
        (attendance, pages[joined], own),
        (referrals, note, own),
        (referrals, later, due),
    ):
        await eventually_opened(peer, record, date_)
    await world.swept(await world.sweep(on))
    gone = (attendance, pages[child]), (attendance, pages[joined]), (referrals, note)
    assert [await peer.opened(record) for peer, record in gone] == [None, None, None]
    assert (await referrals.opened(later), await attendance.opened(pages[other])) == ((due, {"of": child}), (due, {"of": other}))


async def eventually_opened(peer: Peer, record: str, due: str) -> None:
    async def there() -> bool:
        found = await peer.opened(record)
        return found is not None and found[0] == due

    await eventually(there)


async def test_an_open_case_of_one_record_keeps_the_other(world: World) -> None:
    on = world.next_date()
    attendance, referrals = world.peers["attendance"], world.peers["referrals"]
    kept, joined = new_id(), new_id()
    pages = {child: await attendance.record(child, SCHOOL, on.year - 2, TODAY) for child in (kept, joined)}
    await referrals.tell(CaseOpened, case="case-8", school=SCHOOL, child=joined)
    await attendance.tell(ChildrenJoined, school=SCHOOL, kept=kept, joined=joined, order=1)
    await world.clock_knows(joined, cases={"case-8": 1}, others={kept: [1, True]})
    await world.clock_knows(kept, others={joined: [1, True]})
    await world.swept(await world.sweep(on))
    assert all([await attendance.opened(page) for page in pages.values()])
    await referrals.tell(CaseClosed, case="case-8", school=SCHOOL, child=joined)
    await world.clock_knows(joined, cases={"case-8": 2})
    await world.swept(await world.sweep(world.next_date()))
    assert not any([await attendance.opened(page) for page in pages.values()])


@pytest.mark.parametrize("years", [2, 7000])
async def test_no_further_ahead_is_swept_than_keys_are_minted(world: World, years: int) -> None:
    last = max(path.stem for path in (world.stack.folder / "keys" / "root").glob("????-??-??.key"))
    answer = await world.operator.post("/v1/sweeps", json={"on": date(int(last[:4]) + years, 8, 31).isoformat()})
    assert (answer.status_code, "no key is minted" in answer.json()["detail"].lower()) == (422, True)


async def test_who_may_do_what(world: World) -> None:
    day = TODAY.isoformat()
    assert (await world.school.post("/v1/sweeps", json={"on": day})).status_code == 403
    assert (await world.operator.put(f"/v1/holds/{new_id()}", json={"reason": "none"})).status_code == 403
    assert (await world.dpo.put(f"/v1/holds/{new_id()}", json={"reason": "nobody has this id"})).status_code == 404
    assert (await world.operator.post("/v1/sweeps", json={"on": day, "cohort": "all"})).status_code == 422
    assert (await world.school.get("/v1/certificates")).status_code == 200
    assert (await world.operator.get("/v1/certificates/9999")).status_code == 404
    assert (await world.operator.get("/v1/sweeps/nonesuch")).status_code == 404


async def test_nothing_is_disposed_of_before_its_date(world: World) -> None:
    strict = Service(world.stack, "retention", replica=3, settings={**QUICK, "IEWO_DEVELOPMENT": "false"})
    await strict.start()
    operator = client(world.stack, strict, "operator")
    try:
        answer = await operator.post("/v1/sweeps", json={"on": date(TODAY.year + 1, 9, 1).isoformat()})
        assert (answer.status_code, "before its date" in answer.json()["detail"]) == (422, True)
        today = (await operator.post("/v1/sweeps", json={"on": TODAY.isoformat()})).json()
        assert (today["state"], today["ahead_of_time"], today["cohorts"]) == ("done", False, [])
    finally:
        await operator.aclose()
        await strict.stop()
