"""Who hears that a concern has turned is told the figures by which it did, without a look at the register; they are the register's."""

import random
from collections.abc import AsyncIterator, Sequence

import pytest

from services.attendance.domain.register_page import writer
from services.attendance.judging.ages import Ages
from services.attendance.judging.judges import Judges
from services.attendance.judging.shown import Shown
from services.attendance.store.joins_read import Said as SaidOfTwo
from services.attendance.store.schools import Schools
from shared.academic_year import cohort
from shared.contracts.attendance_events import ConcernsChanged
from shared.contracts.standing import AskStanding, Standing
from shared.identity import new_id
from shared.keys import KeyMint
from shared.mongo import close
from tests.contract.test_register_store import CAUSE, TODAY, YEAR, Rooms
from tests.support.columns import columns
from tests.support.profiles import PROFILES
from tests.support.servers import empty_stack


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    for year in (YEAR - 1, YEAR):
        mint.mint(cohort(year))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        made = Rooms(stack, keys)
        yield made
        await close(made.client)


@pytest.fixture
def shown(rooms: Rooms) -> Shown:
    return Shown(rooms.register, Judges(PROFILES, Schools(rooms.documents)), Ages(rooms.rolls), lambda: TODAY)


async def write(rooms: Rooms, urn: str, number: int, children: Sequence[str], slots: range, chance: random.Random) -> set[str]:
    """A feed of these sessions; the children over whom a concern has turned by it."""
    rooms.published.messages.clear()
    marks = {child: [(slot, ord(chance.choice("/////\\IOLU")), None) for slot in slots] for child in children}
    await rooms.register.write(urn, YEAR, {writer(number, 0): columns(marks)}, TODAY, CAUSE)
    told = [ConcernsChanged.read(message.body) for message in rooms.published.messages if "concerns-changed" in message.subject]
    return {child for event in told for child in (*(one.child for one in event.raised), *(one.child for one in event.eased))}


async def standings(shown: Shown, urn: str, children: set[str], *, as_judged: bool) -> dict[str, Standing]:
    asked = AskStanding(school=urn, year=YEAR, children=tuple(sorted(children)), as_judged=as_judged)
    return {one.child: one for one in await shown.standings(asked)}


async def test_the_figures_by_which_a_concern_turned_are_those_of_the_register(rooms: Rooms, shown: Shown) -> None:
    children, chance = [new_id() for _ in range(300)], random.Random(3)
    for number in range(1, 5):
        turned = await write(rooms, "200001", number, chance.sample(children, 280), range(60 + 14 * number, 90 + 14 * number), chance)
        assert turned
        assert rooms.register.lately.of("200001", YEAR, children).keys() >= turned
        judged = await standings(shown, "200001", turned, as_judged=True)
        assert judged == await standings(shown, "200001", turned, as_judged=False)
        assert judged.keys() == turned
    assert await standings(shown, "200001", set(children), as_judged=True) != {}


async def test_a_joined_child_is_told_with_the_marks_of_all_its_records(rooms: Rooms, shown: Shown) -> None:
    children, chance = [new_id() for _ in range(40)], random.Random(4)
    kept = min(await write(rooms, "200002", 1, children[:20], range(60, 120), chance))
    other = min(await write(rooms, "200002", 2, children[20:], range(120, 150), chance))
    alone = await standings(shown, "200002", {kept}, as_judged=True)
    await rooms.joins.join("200002", kept, other, SaidOfTwo("joined", "test", "test"), TODAY, CAUSE)
    await rooms.register.joined.regroup("200002", [kept, other], TODAY, CAUSE)
    fresh = await standings(shown, "200002", {kept}, as_judged=False)
    assert alone != fresh == await standings(shown, "200002", {kept}, as_judged=True)


async def test_late_before_and_after_the_register_closed_are_told_apart(rooms: Rooms, shown: Shown) -> None:
    child = new_id()
    marks = [(slot, ord(code), None) for slot, code in enumerate("LUU/", start=70)]
    await rooms.register.write("200009", YEAR, {writer(1, 0): columns({child: marks})}, TODAY, CAUSE)
    one = (await standings(shown, "200009", {child}, as_judged=False))[child]
    assert (one.late, one.late_after_closing, one.unauthorised, one.possible) == (1, 2, 2, 4)
