"""Who a child is, on a real mongod: pupil ids, former UPNs, and the same statements from several sides at the same time."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_row import RollRow
from services.attendance.store.joins_read import Said
from shared.academic_year import cohort
from shared.contracts.envelope import Cause
from shared.contracts.retention import DisposalDateMoved
from shared.keys import KeyMint
from shared.mongo import close
from tests.contract.test_register_store import Rooms
from tests.support.school import upn
from tests.support.servers import empty_stack

TODAY, YEAR = date(2026, 11, 20), 2026
CAUSE = Cause.beginning("test")


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stack, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    for year in (2025, 2026, 2027):
        mint.mint(cohort(year))
    for name in ("index", "ledger"):
        mint.mint_named(name, ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        yield stack, keys


@pytest.fixture
async def rooms(place: tuple[Stack, Path]) -> AsyncIterator[Rooms]:
    """One process' worth of the attendance store."""
    made = Rooms(*place)
    yield made
    await close(made.client)


def row(key: str | None, pupil_id: str | None = None, former: str | None = None) -> RollRow:
    return RollRow(key, "Testerly", "Ada", date(2015, 4, 30), "7", {}, {}, pupil_id, former)


async def child_of(rooms: Rooms, urn: str, key: str, year: int = YEAR) -> str:
    return (await rooms.rolls.resolve(urn, year, [key], TODAY, CAUSE))[key]


async def test_a_pupil_id_is_the_schools_own_and_gets_its_upn_later(rooms: Rooms) -> None:
    urn, other, ada = "300001", "300002", upn(1)
    alone = await child_of(rooms, urn, "#7")
    assert await child_of(rooms, other, "#7") != alone
    linked = await rooms.rolls.resolve(urn, YEAR, [ada], TODAY, CAUSE, {"#7": ada})
    assert linked[ada] == alone
    assert await child_of(rooms, other, ada) == alone, "a UPN is the same child at every school"
    (person,) = await rooms.rolls.of_year(urn, YEAR)
    assert (person.child, person.upn, person.pupil_id) == (alone, ada, None)


@pytest.mark.parametrize(("urn", "order"), [("300011", (1, 2)), ("300012", (2, 1))])
async def test_a_new_upn_joins_the_earlier_record_by_the_files_statement(rooms: Rooms, urn: str, order: tuple[int, int]) -> None:
    """Whichever of two rolls is processed first."""
    old, new = upn(int(urn[-2:])), upn(int(urn[-2:]) + 100)
    rolls = {1: row(old), 2: row(new, None, old)}
    for number in order:
        await rooms.rolls.tell(urn, YEAR, [rolls[number]], writer(number, 0), TODAY, CAUSE)
    (person,) = await rooms.rolls.of_year(urn, YEAR)
    assert person.upn == new
    assert set(person.records) == {await child_of(rooms, urn, old), await child_of(rooms, urn, new)}
    (join,) = await rooms.joins.of_school(urn)
    assert join.history[0][1].by == "feed 2"


async def withdraw(rooms: Rooms, urn: str, number: int) -> None:
    """As a withdrawn feed does, and again when its ticket is delivered again."""
    for _ in range(2):
        await rooms.rolls.withdraw(urn, YEAR, [writer(number, 0)], CAUSE)
        await rooms.joins.take_back(urn, number, TODAY, CAUSE)


@pytest.mark.parametrize(("urn", "order"), [("300021", (1, 2)), ("300022", (2, 1))])
async def test_a_mistyped_former_upn_goes_with_its_roll(rooms: Rooms, urn: str, order: tuple[int, int]) -> None:
    ada, ben = upn(int(urn[-2:])), upn(int(urn[-2:]) + 100)
    rolls = {1: row(ada), 2: row(ben, None, ada)}
    for number in order:
        await rooms.rolls.tell(urn, YEAR, [rolls[number]], writer(number, 0), TODAY, CAUSE)
    await withdraw(rooms, urn, 2)
    await rooms.rolls.tell(urn, YEAR, [row(ada), row(ben)], writer(3, 0), TODAY, CAUSE)
    assert {person.upn for person in await rooms.rolls.of_year(urn, YEAR)} == {ada, ben}
    assert await child_of(rooms, urn, ada) != await child_of(rooms, urn, ben)
    await rooms.rolls.tell(urn, YEAR, [row(ben, None, ada)], writer(4, 0), TODAY, CAUSE)
    assert len(await rooms.rolls.of_year(urn, YEAR)) == 1, "a later file may state it again"


async def test_a_file_of_marks_is_checked_against_all_keys_of_a_child(rooms: Rooms) -> None:
    urn, old, new, other = "300027", upn(27), upn(127), upn(227)
    rolls = [[row(old, "#1"), row(other)], [row(new, None, old)]]
    for number, rows in enumerate(rolls, start=1):
        await rooms.rolls.tell(urn, YEAR, rows, writer(number, 0), TODAY, CAUSE)
    kept = await child_of(rooms, urn, old)
    assert (await rooms.rolls.on_roll(urn, [YEAR])).several == dict.fromkeys((old, "#1", new), kept)
    assert set((await rooms.rolls.enrolled(urn, YEAR, TODAY)).values()) == {kept, await child_of(rooms, urn, other)}
    await withdraw(rooms, urn, 2)
    assert (await rooms.rolls.on_roll(urn, [YEAR])).several == dict.fromkeys((old, "#1"), kept)


async def test_a_join_stands_as_long_as_one_of_the_feeds_that_state_it(rooms: Rooms) -> None:
    urn, old, new = "300023", upn(23), upn(123)
    for number, one in enumerate((row(old), row(new, None, old), row(new, None, old)), start=1):
        await rooms.rolls.tell(urn, YEAR, [one], writer(number, 0), TODAY, CAUSE)
    await withdraw(rooms, urn, 2)
    assert len(await rooms.rolls.of_year(urn, YEAR)) == 1
    await withdraw(rooms, urn, 3)
    assert len(await rooms.rolls.of_year(urn, YEAR)) == 2


async def test_what_a_person_says_of_two_records_stays_when_a_feed_that_says_so_goes(rooms: Rooms) -> None:
    urn, old, new = "300024", upn(24), upn(124)
    await rooms.rolls.tell(urn, YEAR, [row(old), row(new)], writer(1, 0), TODAY, CAUSE)
    kept, joined = await child_of(rooms, urn, old), await child_of(rooms, urn, new)
    await rooms.joins.join(urn, kept, joined, Said("joined", "m.head", "same child"), TODAY, CAUSE)
    await rooms.rolls.tell(urn, YEAR, [row(new, None, old)], writer(2, 0), TODAY, CAUSE)
    await withdraw(rooms, urn, 2)
    assert [join.pair.state for join in await rooms.joins.of_school(urn)] == ["joined"]


async def test_a_pupil_id_of_another_upn_moves_nobody(rooms: Rooms) -> None:
    urn, ada, ben = "300025", upn(25), upn(125)
    first = await rooms.rolls.resolve(urn, YEAR, [ada], TODAY, CAUSE, {"#7": ada}, 1)
    second = await rooms.rolls.resolve(urn, YEAR, [ben], TODAY, CAUSE, {"#7": ben}, 2)
    await rooms.rolls.tell(urn, YEAR, [row(ben, "#7")], writer(3, 0), TODAY, CAUSE)
    assert second[ben] != first[ada] == await child_of(rooms, urn, "#7")
    assert await rooms.joins.of_school(urn) == []
    assert await child_of(rooms, urn, ben) == second[ben]


async def test_two_upns_never_take_one_pupil_ids_record(rooms: Rooms, place: tuple[Stack, Path]) -> None:
    """Said at the same time of a child who has had no UPN: one of them is the child's."""
    others = [Rooms(*place) for _ in range(4)]
    for number in range(5):
        alone, keys = await child_of(rooms, "300026", f"#{number}"), [upn(60 + number * 4 + one) for one in range(4)]
        told = zip(others, keys, strict=True)
        found = await asyncio.gather(*(one.rolls.resolve("300026", YEAR, [key], TODAY, CAUSE, {f"#{number}": key}, 1) for one, key in told))
        ids = [children[key] for children, key in zip(found, keys, strict=True)]
        assert len(set(ids)) == len(ids)
        assert alone in ids
    assert await rooms.joins.of_school("300026") == []
    for one in others:
        await close(one.client)


async def test_without_a_statement_nobody_is_joined(rooms: Rooms) -> None:
    """The same name, date of birth and school: two records."""
    urn = "300013"
    await rooms.rolls.tell(urn, YEAR, [row(upn(31)), row(upn(32)), row(None, "#31")], writer(1, 0), TODAY, CAUSE)
    assert len({person.child for person in await rooms.rolls.of_year(urn, YEAR)}) == 3


async def test_the_same_statement_from_several_sides_at_the_same_time(rooms: Rooms, place: tuple[Stack, Path]) -> None:
    others = [Rooms(*place) for _ in range(3)]
    keys = [upn(number) for number in range(40, 48)]
    beside = {f"#{key}": key for key in keys}

    async def once(one: Rooms, year: int) -> dict[str, str]:
        return await one.rolls.resolve("300014", year, keys, TODAY, CAUSE, beside)

    asked = [(one, year) for one in (rooms, *others) for year in (2025, 2026)]
    random.Random(1).shuffle(asked)
    answers = await asyncio.gather(*(once(one, year) for one, year in asked))
    ids = {key: {answer[key] for answer in answers} for key in (*keys, *beside)}
    assert all(len(found) == 1 for found in ids.values())
    assert all(ids[pupil] == ids[key] for pupil, key in beside.items())
    assert len(set.union(*ids.values())) == len(keys)
    for one in others:
        await close(one.client)


async def test_every_key_of_a_child_moves_with_it_and_is_recognised_after_its_disposal(rooms: Rooms) -> None:
    urn, new, old = "300015", upn(51), upn(52)
    await rooms.rolls.tell(urn, 2025, [row(new, "#51", old), row(upn(53))], writer(1, 0), TODAY, CAUSE)
    children = {key: await child_of(rooms, urn, key, 2025) for key in (new, "#51", old)}
    assert children[new] == children["#51"] != children[old]
    told = await rooms.rolls.fingerprints(urn, cohort(2025))
    assert {one.fingerprint: one.child for one in told if one.child in children.values()} == {
        rooms.rolls.fingerprint(urn, key): child for key, child in children.items()
    }
    for child in set(children.values()):  # the dates of joined records move together
        event = DisposalDateMoved(id="e", at=rooms.documents.now(), correlation_id="c", causation_id="c", child=child, due=cohort(2026))
        await rooms.disposal.move(event)
    assert {one.child for one in await rooms.rolls.fingerprints(urn, cohort(2025))}.isdisjoint(children.values())
    assert len(await rooms.rolls.fingerprints(urn, cohort(2026))) == 3
    for key, child in children.items():
        assert (await rooms.documents.get(rooms.identities.id_(urn, key)) or {})["cohort"] == cohort(2026)
        assert await child_of(rooms, urn, key, 2025) == child


async def test_a_past_years_file_means_whom_a_later_years_roll_links(rooms: Rooms, place: tuple[Stack, Path]) -> None:
    """Whose entry in the index is kept as long already; a later year's file still sees to it that it is kept longer."""
    urn, ada, new, ben = "300061", upn(661), upn(662), upn(663)
    await rooms.rolls.tell(urn, YEAR, [row(ada), row(None, "7")], writer(1, 0), TODAY, CAUSE)
    now = {key: await child_of(rooms, urn, key) for key in (ada, "#7")}
    before = await rooms.documents.get(rooms.identities.id_(urn, ada))
    assert await rooms.rolls.on_roll(urn, (YEAR - 1, YEAR))
    past = await rooms.rolls.resolve(urn, YEAR - 1, [ada, new, "#7"], TODAY, CAUSE)
    assert {key: past[key] for key in now} == now
    assert past[new] not in now.values()
    assert await rooms.documents.get(rooms.identities.id_(urn, ada)) == before
    another = Rooms(*place)
    assert await another.rolls.resolve(urn, YEAR - 1, [ada, new, "#7"], TODAY, CAUSE) == past, "and so says the index"
    await close(another.client)

    last = await child_of(rooms, urn, ben, YEAR - 1)
    assert await rooms.rolls.on_roll(urn, (YEAR - 1, YEAR))
    assert await child_of(rooms, urn, ben) == last
    entry = await rooms.documents.get(rooms.identities.id_(urn, ben))
    assert entry is not None
    assert entry["cohort"] == cohort(YEAR)
