"""Joined and parted records on a real mongod: what is shown, judged and told, and that parting gives everything back."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.attendance.domain.errors import NoSuchJoin, NotJoined
from services.attendance.domain.judging import open_rules
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.stored_page import encode
from services.attendance.store.joins_read import Said
from shared.academic_year import cohort, slot
from shared.contracts.envelope import Cause
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.keys import KeyMint
from shared.mongo import close
from tests.contract.test_register_store import Rooms
from tests.support.columns import Row, columns
from tests.support.school import upn
from tests.support.servers import empty_stack

TODAY, YEAR = date(2026, 11, 20), 2026
CAUSE = Cause.beginning("test")
WORN: dict[str, Any] = {"at": datetime(2026, 11, 20, tzinfo=UTC), "correlation_id": "c", "causation_id": "c"}
LATER = cohort(2028)
RULE = "ten sessions unauthorised"
JOIN, PART, APART = Said("joined", "m.head", "same child"), Said("parted", "m.head", "twins"), Said("kept apart", "m.head", "adopted")
MONDAY = {2025: date(2026, 7, 13), 2026: date(2026, 11, 16)}


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stack, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    for year in (2025, 2026, 2027, 2028):
        mint.mint(cohort(year))
    for name in ("index", "ledger"):
        mint.mint_named(name, ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        yield stack, keys


@pytest.fixture
async def rooms(place: tuple[Stack, Path]) -> AsyncIterator[Rooms]:
    made = Rooms(*place)
    yield made
    await close(made.client)


def row(key: str, former: str | None = None, surname: str = "Testerly") -> RollRow:
    return RollRow(key, surname, "Ada", date(2015, 4, 30), "7", {}, {}, None, former)


class School:
    """A school of a test: two children on its roll, each away five mornings without leave."""

    def __init__(self, rooms: Rooms, urn: str) -> None:
        self.rooms, self.urn = rooms, urn
        self.upns = [upn(int(urn[-3:]) * 2 + number, int(urn[-3:])) for number in range(2)]
        self.feeds = 0

    async def enrol(self, year: int = YEAR) -> tuple[str, str]:
        await self.rooms.rolls.tell(self.urn, year, [row(one) for one in self.upns], self.by(), TODAY, CAUSE)
        ids = await self.rooms.rolls.resolve(self.urn, year, self.upns, TODAY, CAUSE)
        return ids[self.upns[0]], ids[self.upns[1]]

    def by(self) -> int:
        self.feeds += 1
        return writer(self.feeds, 0)

    async def away(self, child: str, session: str, year: int = YEAR, code: str = "O") -> None:
        """Five days of a week, mornings or afternoons."""
        days = [MONDAY[year] + timedelta(days=n) for n in range(5)]
        rows: list[Row] = [(slot(day, session), ord(code), None) for day in days]  # type: ignore[arg-type]
        await self.rooms.register.write(self.urn, year, {self.by(): columns({child: rows})}, TODAY, CAUSE)

    async def open(self, child: str) -> list[str]:
        found = [one for one in await self.rooms.register.records(self.urn, YEAR, [child]) if child in one.page.children]
        return list(open_rules(found[0].page, child)) if found else []

    async def join(self, kept: str, joined: str, *, alone: bool = True) -> str:
        id_ = await self.rooms.joins.join(self.urn, kept, joined, JOIN, TODAY, CAUSE)
        await self.regroup(kept, joined, alone=alone)
        return id_

    async def part(self, id_: str, *, alone: bool = True) -> None:
        await self.rooms.joins.part(self.urn, id_, PART, TODAY, CAUSE)
        await self.regroup(*id_.split("-"), alone=alone)

    async def regroup(self, *children: str, alone: bool = True) -> None:
        """What the handler of the event does, and does again when it is delivered again: then nothing turns, if nobody else writes."""
        await self.rooms.register.joined.regroup(self.urn, children, TODAY, CAUSE)
        if not alone:
            return
        told = len(self.rooms.published.messages)
        await self.rooms.register.joined.regroup(self.urn, children, TODAY, CAUSE)
        assert len(self.rooms.published.messages) == told

    async def held(self) -> dict[str, Any]:
        """Marks and people of the two records, as each is shown alone."""
        pages = [one for year in (2025, 2026) for one in await self.rooms.register.of_school(self.urn, year)]
        return {
            "marks": {child: page.series(child) for page in pages for child in page.children if child},
            "people": [person for year in (2025, 2026) for person in await self.rooms.rolls.of_year(self.urn, year)],
            "pages": sorted(encode(self._stateless(page)) for page in pages),
        }

    @staticmethod
    def _stateless(page: Any) -> Any:
        page.state = {}  # what stands over a child counts its turns, and those go on
        return page


def told(rooms: Rooms, name: str) -> int:
    return sum(message.subject == f"events.attendance.{name}" for message in rooms.published.messages)


async def test_joined_records_are_one_child_and_parted_they_are_what_they_were(rooms: Rooms) -> None:
    school = School(rooms, "400001")
    a, b = await school.enrol()
    await school.away(a, "AM")
    await school.away(b, "PM")
    before = await school.held()
    assert (await school.open(a), await school.open(b)) == ([], [])
    id_ = await school.join(a, b)
    assert (await school.open(a), await school.open(b)) == ([RULE], [])
    (page,) = await rooms.register.of_school(school.urn, YEAR)
    assert [child for child in page.children if child] == [a]
    assert page.series(a).count(ord("O")) == 10
    (person,) = await rooms.rolls.of_year(school.urn, YEAR)
    assert (person.child, person.records) == (a, (a, b))
    assert (await rooms.rolls.people(school.urn, [b]))[b].records == (a, b), "whoever asks by the other id is told too"
    await school.part(id_)
    assert (await school.open(a), await school.open(b)) == ([], [])
    assert await school.held() == before
    assert (told(rooms, "children-joined"), told(rooms, "children-parted")) == (1, 1)
    with pytest.raises(NoSuchJoin):
        await rooms.joins.part(school.urn, id_, PART, TODAY, CAUSE)
    (said,) = await rooms.joins.of_school(school.urn)
    assert [one for _, one in said.history] == [JOIN, PART]


async def test_what_stood_over_the_joined_record_eases_and_comes_back(rooms: Rooms) -> None:
    school = School(rooms, "400002")
    a, b = await school.enrol()
    for session in ("AM", "PM"):
        await school.away(b, session)
    assert (await school.open(a), await school.open(b)) == ([], [RULE])
    id_ = await school.join(a, b)
    assert (await school.open(a), await school.open(b)) == ([RULE], []), "though the kept record has no mark of its own"
    await school.part(id_)
    assert (await school.open(a), await school.open(b)) == ([], [RULE])


async def test_feeds_of_either_record_judge_the_one_child(rooms: Rooms, place: tuple[Stack, Path]) -> None:
    """By another process too, which has never been told of the join."""
    school = School(rooms, "400003")
    other = School(Rooms(*place), "400003")
    a, b = await school.enrol()
    await school.away(b, "PM")
    await school.join(a, b)
    other.feeds = 10
    await other.away(a, "AM")
    assert (await school.open(a), await school.open(b)) == ([RULE], [])
    await other.away(b, "PM", code="I")
    assert (await school.open(a), await school.open(b)) == ([], [])
    await close(other.rooms.client)


async def test_last_years_marks_of_the_other_record_count(rooms: Rooms) -> None:
    school = School(rooms, "400004")
    a, b = await school.enrol()
    await school.away(a, "AM")
    await school.join(a, b)
    assert await school.open(a) == []
    await school.away(b, "PM", 2025)
    assert await school.open(a) == [RULE]


async def test_a_record_that_comes_to_its_first_page_is_joined_on_it(rooms: Rooms) -> None:
    school = School(rooms, "400005")
    a, b = await school.enrol()
    await school.join(a, b)
    await school.away(a, "AM")
    await school.away(b, "PM")
    assert await school.open(a) == [RULE]


async def test_joins_while_feeds_are_being_stored(rooms: Rooms, place: tuple[Stack, Path]) -> None:
    """Whatever comes between: at the end the child is judged by all of its marks, and only once."""
    others = [Rooms(*place) for _ in range(3)]
    for number in range(6):
        school = School(rooms, f"4001{number:02}")
        a, b = await school.enrol()
        schools = [School(one, school.urn) for one in others]
        for at, one in enumerate(schools):
            one.feeds = 10 * (at + 1)
        await asyncio.gather(schools[0].away(a, "AM"), schools[1].away(b, "PM"), schools[2].join(a, b, alone=False))
        assert (await school.open(a), await school.open(b)) == ([RULE], [])
        await asyncio.gather(schools[0].away(b, "PM", code="I"), schools[1].part(f"{min(a, b)}-{max(a, b)}", alone=False))
        assert (await school.open(a), await school.open(b)) == ([], [])
    for process in others:
        await close(process.client)


async def test_a_former_upn_of_two_known_records_joins_them_by_the_files_statement(rooms: Rooms) -> None:
    school = School(rooms, "400006")
    old, new = await school.enrol()
    statement = [row(school.upns[1], school.upns[0], "Sample")]
    for _ in range(2):
        await rooms.rolls.tell(school.urn, YEAR, statement, school.by(), TODAY, CAUSE)
    (join,) = await rooms.joins.of_school(school.urn)
    assert (join.pair.kept, join.pair.joined, len(join.history)) == (old, new, 1)
    assert join.history[0][1].by == "feed 2"
    (person,) = await rooms.rolls.of_year(school.urn, YEAR)
    assert (person.child, person.upn, person.surname) == (old, school.upns[1], "Sample")
    await school.part(join.id)
    await rooms.rolls.tell(school.urn, YEAR, statement, school.by(), TODAY, CAUSE)
    assert len(await rooms.rolls.of_year(school.urn, YEAR)) == 2, "what a person has parted, tomorrow's file does not join"


async def test_an_adopted_childs_two_records_stay_apart_for_ever(rooms: Rooms) -> None:
    school = School(rooms, "400007")
    old, new = await school.enrol()
    statement = [row(school.upns[1], school.upns[0])]
    await rooms.rolls.tell(school.urn, YEAR, statement, school.by(), TODAY, CAUSE)
    assert len(await rooms.rolls.of_year(school.urn, YEAR)) == 1
    names = await rooms.rolls.names_of(school.urn, (new, old))
    id_ = await rooms.joins.keep_apart(school.urn, names, APART, TODAY, CAUSE)
    await school.regroup(old, new)
    await rooms.rolls.tell(school.urn, YEAR, statement, school.by(), TODAY, CAUSE)
    people = {person.child: person for person in await rooms.rolls.of_year(school.urn, YEAR)}
    assert people.keys() == {old, new}
    assert all(not person.records for person in people.values()), "neither shows the other"
    for kept, joined in ((old, new), (new, old)):
        with pytest.raises(NotJoined, match="for ever"):
            await rooms.joins.join(school.urn, kept, joined, JOIN, TODAY, CAUSE)
    with pytest.raises(NoSuchJoin):
        await rooms.joins.part(school.urn, id_, PART, TODAY, CAUSE)
    (mark,) = await rooms.joins.of_school(school.urn)
    assert mark.pair.state == "kept apart"
    # when nothing is known any more of the old record, its UPN is not taken for the new one's either
    await rooms.documents.delete_all({"_id": rooms.identities.id_(school.urn, school.upns[0])}, ["identity"])
    await rooms.documents.delete_all({"school": school.urn}, ["roll"])
    await rooms.rolls.tell(school.urn, YEAR, statement, school.by(), TODAY, CAUSE)
    ids = await rooms.rolls.resolve(school.urn, YEAR, school.upns, TODAY, CAUSE)
    assert ids[school.upns[1]] == new
    assert ids[school.upns[0]] not in (old, new)


async def test_a_join_moves_with_its_children_and_falls_with_them(rooms: Rooms) -> None:
    school = School(rooms, "400008")
    a, b = await school.enrol(2025)
    await school.away(a, "AM", 2025)
    await school.away(b, "PM", 2025)
    await school.join(a, b)
    event: dict[str, Any] = {"at": rooms.documents.now(), "correlation_id": "c", "causation_id": "c"}
    for child in (a, b):
        await rooms.disposal.move(DisposalDateMoved(id=child, child=child, due=cohort(2027), **event))
    (page,) = await rooms.documents.find("page", {"school": school.urn, "year": 2025})
    assert page["groups"] == {a: [a, b], b: [a, b]}, "pages know of it wherever they go"
    (join,) = await rooms.documents.find("join", {"school": school.urn, "state": "joined"})
    assert join["cohort"] == cohort(2027)
    purge = Purge(id="p", purge="p", cohort=cohort(2027), school=school.urn, children=(a, b), **event)
    await rooms.disposal.purge(purge)
    assert await rooms.documents.find("join", {"school": school.urn, "state": "joined"}) == []
    left: Sequence[Any] = await rooms.documents.find_all({"children": {"$in": [a, b]}}, ("page", "roll", "join"))
    assert left == []


async def new_year(rooms: Rooms, school: School, child: str) -> None:
    """A mark of the next year for one of the two."""
    later = date(2027, 9, 6)
    rows: list[Row] = [(slot(later, "AM"), ord("/"), None)]
    await rooms.register.write(school.urn, 2027, {school.by(): columns({child: rows})}, later, CAUSE)


async def test_a_join_stays_with_the_later_record_and_the_purge_says_so(rooms: Rooms) -> None:
    school = School(rooms, "400009")
    a, b = await school.enrol()
    await school.join(a, b)
    await new_year(rooms, school, b)
    (said,) = await rooms.documents.find("join", {"school": school.urn, "state": "joined"})
    assert (said["cohort"], said["children"]) == (cohort(2027), sorted([a, b]))
    purge = Purge(id="p9", purge="p9", cohort=cohort(2026), school=school.urn, children=(a, b), **WORN)
    await rooms.disposal.purge(purge)
    answer = json.loads(rooms.published.messages[-1].body)
    assert answer["erased"] == sorted([a, b]), "their records of that year"
    assert answer["retained"] == {a: "later date", b: "later date"}, "the join names both still"


@pytest.mark.parametrize("state", ["parted", "kept apart"])
async def test_what_is_said_of_two_falls_with_the_first_of_them(rooms: Rooms, state: str) -> None:
    school = School(rooms, f"40003{len(state) % 10}")
    a, b = await school.enrol()
    if state == "parted":
        await school.part(await school.join(a, b))
    else:
        await rooms.joins.keep_apart(school.urn, {a: [], b: []}, APART, TODAY, CAUSE)
    await new_year(rooms, school, b)
    of_it = {"school": school.urn, "state": state}
    (said,) = await rooms.documents.find("join", of_it)
    assert (said["cohort"], said["children"]) == (cohort(2026), [a]), "nothing keeps the other from staying"
    # as long as there are two it stands: the one that goes first is kept longer, and then the other
    await rooms.disposal.move(DisposalDateMoved(id="m", child=a, due=cohort(2027), **WORN))
    (said,) = await rooms.documents.find("join", of_it)
    assert (said["cohort"], said["children"]) == (cohort(2027), sorted([a, b]))
    await rooms.disposal.move(DisposalDateMoved(id="n", child=a, due=LATER, **WORN))
    (said,) = await rooms.documents.find("join", of_it)
    assert (said["cohort"], said["children"]) == (cohort(2027), [b])
    assert len((await rooms.joins.of_school(school.urn))[0].history) == (2 if state == "parted" else 1)
    purge = Purge(id="p" + state, purge="p" + state, cohort=cohort(2027), school=school.urn, children=(b,), **WORN)
    await rooms.disposal.purge(purge)
    assert await rooms.documents.find("join", of_it) == []
    answer = json.loads(rooms.published.messages[-1].body)
    assert (answer["erased"], answer["retained"]) == ([b], {})


async def test_two_who_are_kept_apart_are_never_one_child_whoever_speaks_at_the_same_time(place: tuple[Stack, Path], rooms: Rooms) -> None:
    replica = Rooms(*place)
    school = School(rooms, "400010")
    for turn in range(12):
        a, b, c = (f"{turn:02d}{name}".ljust(24, "0") for name in "abc")
        await rooms.joins.join(school.urn, a, b, JOIN, TODAY, CAUSE)
        said = await asyncio.gather(
            rooms.joins.join(school.urn, a, c, JOIN, TODAY, CAUSE),
            replica.joins.keep_apart(school.urn, {b: [], c: []}, APART, TODAY, CAUSE),
            return_exceptions=True,
        )
        assert sum(isinstance(one, NotJoined) for one in said) == 1, "the second is told no"
        groups = await rooms.joins.groups(school.urn)
        apart = any({b, c} == set(one.pair.children) for one in await rooms.joins.of_school(school.urn) if one.pair.state == "kept apart")
        assert apart is (c not in groups.get(b, ()))
    await close(replica.client)


async def test_many_who_speak_of_one_school_at_once_are_all_heard(place: tuple[Stack, Path], rooms: Rooms) -> None:
    replica = Rooms(*place)
    school = School(rooms, "400011")
    pairs = [(f"{number:02d}one".ljust(24, "0"), f"{number:02d}two".ljust(24, "0")) for number in range(12)]
    both = [rooms.joins, replica.joins]
    said = [both[number % 2].join(school.urn, kept, joined, JOIN, TODAY, CAUSE) for number, (kept, joined) in enumerate(pairs)]
    assert await asyncio.gather(*said) == [f"{kept}-{joined}" for kept, joined in pairs]
    assert len(await rooms.joins.of_school(school.urn)) == len(pairs)
    await close(replica.client)
