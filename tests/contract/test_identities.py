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
from shared.academic_year import cohort
from shared.contracts.envelope import Cause
from shared.contracts.retention import DisposalDateMoved
from shared.keys import KeyMint
from shared.mongo import close
from tests.contract.test_register_store import Rooms
from tests.support.school import upn

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
    async with Stack(tmp_path_factory.mktemp("store"), notablescan=True) as stack:
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
    assert await child_of(rooms, urn, old) == await child_of(rooms, urn, new)
    (person,) = await rooms.rolls.of_year(urn, YEAR)
    assert person.upn == new


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
    child = await child_of(rooms, urn, new, 2025)
    told = await rooms.rolls.fingerprints(urn, cohort(2025))
    assert sorted(one.fingerprint for one in told if one.child == child) == sorted(
        rooms.rolls.fingerprint(urn, k) for k in (new, "#51", old)
    )
    event = DisposalDateMoved(id="e", at=rooms.documents.now(), correlation_id="c", causation_id="c", child=child, due=cohort(2026))
    await rooms.disposal.move(event)
    assert {one.child for one in await rooms.rolls.fingerprints(urn, cohort(2025))}.isdisjoint({child})
    assert len(await rooms.rolls.fingerprints(urn, cohort(2026))) == 3
    for key in (new, "#51", old):
        assert (await rooms.documents.get(rooms.identities.id_(urn, key)) or {})["cohort"] == cohort(2026)
        assert await child_of(rooms, urn, key, 2025) == child
