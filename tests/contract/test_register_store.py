"""The register on a real mongod: pages, their children, writers at the same time, and a child that moves to a later cohort."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_book import KEPT
from services.attendance.domain.roll_row import Cell, RollRow
from services.attendance.domain.said import Said
from services.attendance.domain.whole_rolls import Whole
from services.attendance.judging.ages import Ages
from services.attendance.judging.judges import Judges
from services.attendance.store import KINDS
from services.attendance.store.identities import Identities
from services.attendance.store.joins import Joins
from services.attendance.store.register import Register
from services.attendance.store.roll_contacts import RollContacts
from services.attendance.store.rolls import Rolls, RollTooOld
from services.attendance.store.schools import Schools
from shared.academic_year import cohort
from shared.contracts.attendance import Withheld
from shared.contracts.attendance_events import ConcernsChanged, RollChanged
from shared.contracts.envelope import Cause
from shared.contracts.referrals import ContactSaid
from shared.contracts.retention import DisposalDateMoved
from shared.disposal import Disposal
from shared.identity import new_id
from shared.keys import CohortClosing, KeyFolder, KeyMint
from shared.mongo import Driver, close, connect
from shared.outboxes import Outgoing
from shared.sealing import CohortSealer
from shared.settings import Settings
from shared.store import Documents
from tests.support.columns import columns
from tests.support.profiles import PROFILES
from tests.support.servers import empty_stack

TODAY = date(2026, 11, 20)
YEAR = 2026
CAUSE = Cause.beginning("test")


class Kept:
    """A publishing port that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Outgoing] = []

    async def publish_all(self, messages: Sequence[Outgoing]) -> Sequence[int]:
        self.messages.extend(messages)
        return range(len(messages))


class Rooms:
    """The attendance store as the service composes it."""

    def __init__(self, stack: Stack, keys: Path, driver: Driver = "pymongo", published: Kept | None = None) -> None:
        self.published = published or Kept()
        settings = Settings(
            nats_credentials=keys,
            mongo_url_file=stack.credentials / "mongo" / "attendance.url",
            key_folder=keys,
            jwks="",
        )
        self.client = connect(settings.mongo_url(), driver)
        sealer = self.sealer = CohortSealer(KeyFolder(keys / "attendance", 60))
        self.documents = Documents(self.client, "attendance", self.published, settings.now)
        self.disposal = Disposal(self.documents, sealer, KINDS)
        self.identities = Identities(self.documents, sealer, self.disposal)
        self.joins = Joins(self.documents, sealer, self.disposal)
        self.rolls = Rolls(self.documents, sealer, self.disposal, self.identities, self.joins)
        self.register = Register(
            self.documents, sealer, self.disposal, Judges(PROFILES, Schools(self.documents)), Ages(self.rolls), self.joins
        )
        self.disposal.shares("roll", self.rolls.move)
        self.disposal.shares("page", self.register.move)
        self.disposal.shares("join", self.joins.move, whole=True)


@asynccontextmanager
async def rooms_of(
    tmp_path_factory: pytest.TempPathFactory, years: Sequence[int] = (2025, 2026), published: Kept | None = None
) -> AsyncIterator[Rooms]:
    """On a mongod of their own, with the keys of these academic years: of this one and the last."""
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    for year in years:
        mint.mint(cohort(year))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        made = Rooms(stack, keys, published=published)
        yield made
        await close(made.client)


@pytest.fixture(scope="module", params=["pymongo", "motor"])
async def rooms(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    """On either driver."""
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    for year in (2025, 2026, 2027):
        mint.mint(cohort(year))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        made = Rooms(stack, keys, request.param)
        yield made
        await close(made.client)


def rows(children: Sequence[str], slots: range, mark: str = "/") -> Said:
    return columns({child: [(slot, ord(mark), None) for slot in slots] for child in children})


async def on_pages(rooms: Rooms, urn: str, year: int = YEAR) -> list[str]:
    pages = await rooms.register.of_school(urn, year)
    return [child for page in pages for child in page.children if child]


async def test_writers_at_the_same_time_place_each_child_once(rooms: Rooms) -> None:
    children = [new_id() for _ in range(150)]
    await asyncio.gather(
        *(rooms.register.write("100001", YEAR, {writer(n, 0): rows(children, range(n, n + 2))}, TODAY, CAUSE) for n in range(1, 9))
    )
    placed = await on_pages(rooms, "100001")
    assert sorted(placed) == sorted(children)
    for page in await rooms.register.of_school("100001", YEAR):
        for child in page.children:
            assert child is not None
            assert page.series(child).count(ord("/")) == 9


async def test_a_confidential_address_is_known_from_every_roll_that_names_the_child(rooms: Rooms) -> None:
    urn, upn = "100009", "A801000026099"
    carer: dict[str, Cell] = {"name": None, "address": "7 Refuge Lane ZZ9 9ZZ", "address confidential": True}
    elsewhere: dict[str, Cell] = {"address": "2 Cockle Lane"}
    for number, (year, told) in enumerate(((2025, carer), (2026, elsewhere)), 1):
        row = RollRow(upn, "Tregear", "Merryn", date(2013, 3, 9), "9", {}, {4: told})
        await rooms.rolls.tell(urn, year, [row], writer(number, 0), TODAY, CAUSE)
    child = (await rooms.rolls.resolve(urn, 2026, [upn], TODAY, CAUSE))[upn]
    assert await rooms.rolls.withheld(urn, child) == Withheld(child=child, confidential=True, addresses=("7 Refuge Lane ZZ9 9ZZ",))
    assert await rooms.rolls.withheld("100008", child) == Withheld(child=child, confidential=False)
    assert await rooms.rolls.hidden_homes(urn, child) == {}, "nobody of that address has a name"
    named: dict[str, Cell] = {"name": "Elowen Tregear", "address": "9 Sanctuary Close", "address confidential": True}
    await rooms.rolls.tell(
        urn, 2026, [RollRow(upn, "Tregear", "Merryn", date(2013, 3, 9), "9", {}, {2: named})], writer(3, 0), TODAY, CAUSE
    )
    assert await rooms.rolls.hidden_homes(urn, child) == {f"{child}.2": "9 Sanctuary Close"}


async def test_who_a_child_is_follows_the_latest_roll_though_rolls_are_kept_in_memory(rooms: Rooms) -> None:
    urn, upns = "100031", ["A801000026101", "A801000026102"]
    names = {upn: ("Tregear", f'Siân {at} "Sí" łŁ') for at, upn in enumerate(upns)}

    async def tell(number: int) -> dict[str, str]:
        rows = [RollRow(upn, *names[upn], date(2013, 3, 9), "9", {}, {}) for upn in upns]
        await rooms.rolls.tell(urn, YEAR, rows, writer(number, 0), TODAY, CAUSE)
        return await rooms.rolls.resolve(urn, YEAR, upns, TODAY, CAUSE)

    async def told() -> dict[str | None, tuple[str | None, str | None]]:
        return {one.upn: (one.surname, one.forename) for one in (await rooms.rolls.people(urn, [*children.values(), "nobody"])).values()}

    children = await tell(1)
    assert await told() == names
    names[upns[0]] = ("Tregear", "Merryn")
    await tell(2)
    assert await told() == names
    before = await rooms.rolls.people(urn, children.values())
    at, mover = rooms.documents.now(), children[upns[0]]
    await rooms.disposal.move(
        DisposalDateMoved(id="moved", at=at, correlation_id="c", causation_id="c", child=mover, due=cohort(YEAR + 1), order=1)
    )
    assert await rooms.rolls.people(urn, children.values()) == before, "from two documents of one year"


async def test_nobody_is_named_from_memory_whose_roll_is_gone(rooms: Rooms) -> None:
    urn, upn = "100032", "A801000026103"
    await rooms.rolls.tell(urn, YEAR, [RollRow(upn, "Tregear", "Merryn", date(2013, 3, 9), "9", {}, {})], writer(1, 0), TODAY, CAUSE)
    child = (await rooms.rolls.resolve(urn, YEAR, [upn], TODAY, CAUSE))[upn]
    assert (await rooms.rolls.people(urn, [child])).keys() == {child}
    await rooms.documents.delete_all({"school": urn}, ["roll"])
    assert await rooms.rolls.people(urn, [child]) == {}


async def test_an_address_that_another_schools_roll_hides_is_withheld_here_too(rooms: Rooms) -> None:
    here, there, upn = "100026", "100027", "A801000026090"
    carer: dict[str, Cell] = {"name": "Elowen Tregear", "address": "7 Refuge Lane ZZ9 9ZZ"}
    for number, (urn, said) in enumerate(((here, False), (there, True)), 1):
        row = RollRow(upn, "Tregear", "Merryn", date(2013, 3, 9), "9", {}, {1: carer | {"address confidential": said}})
        await rooms.rolls.tell(urn, 2026, [row], writer(number, 0), TODAY, CAUSE)
    child = (await rooms.rolls.resolve(here, 2026, [upn], TODAY, CAUSE))[upn]
    assert await rooms.rolls.withheld(here, child) == Withheld(child=child, confidential=False), "the school's own word"
    hidden = Withheld(child=child, confidential=True, addresses=("7 Refuge Lane ZZ9 9ZZ",))
    assert [await rooms.rolls.withheld_anywhere(urn, child) for urn in (here, there, "100028")] == [hidden] * 3


async def test_a_child_that_moves_leaves_every_other_where_it_was(rooms: Rooms) -> None:
    urn, year = "100002", 2025
    upns = [f"A80100002600{n}" for n in range(5)]
    ids = await rooms.rolls.resolve(urn, year, upns, TODAY, CAUSE)
    await rooms.register.write(urn, year, {writer(1, 0): rows(list(ids.values()), range(4))}, TODAY, CAUSE)
    moved, due = ids[upns[2]], cohort(2026)
    event = DisposalDateMoved(id="e", at=rooms.documents.now(), correlation_id="c", causation_id="c", child=moved, due=due)
    await rooms.disposal.move(event)
    await rooms.disposal.move(event)
    held = await rooms.documents.find_all({"school": urn, "cohort": {"$exists": True}}, ("page", "roll"))
    by_cohort = {kind: {d["cohort"]: set(d["children"]) for d in held if d["kind"] == kind} for kind in ("page", "roll")}
    rest = set(ids.values()) - {moved}
    assert by_cohort == {kind: {cohort(year): rest, due: {moved}} for kind in ("page", "roll")}
    assert await rooms.rolls.resolve(urn, year, upns, TODAY, CAUSE) == ids
    # a later feed finds the child on its new page
    await rooms.register.write(urn, year, {writer(2, 0): rows(list(ids.values()), range(4), "I")}, TODAY, CAUSE)
    assert sorted(await on_pages(rooms, urn, year)) == sorted(ids.values())


async def test_a_child_whose_date_comes_forward_goes_back_to_where_it_was(rooms: Rooms) -> None:
    urn, year = "100013", 2025
    upns = [f"A80100002620{n}" for n in range(3)]
    ids = await rooms.rolls.resolve(urn, year, upns, TODAY, CAUSE)
    await rooms.register.write(urn, year, {writer(1, 0): rows(list(ids.values()), range(4))}, TODAY, CAUSE)
    await rooms.register.write(urn, 2026, {writer(2, 0): rows(list(ids.values()), range(4))}, TODAY, CAUSE)
    child = ids[upns[1]]
    wear = {"at": rooms.documents.now(), "correlation_id": "c", "causation_id": "c", "child": child}
    later = DisposalDateMoved(id="e", due=cohort(2027), order=1, **wear)
    nothing = DisposalDateMoved(id="f", due="", order=2, **wear)
    for event in (later, nothing, later, nothing):
        await rooms.disposal.move(event)
        clock = await rooms.documents.get(f"clock:{child}")
        assert clock is not None
        last = clock["order"]
        kept = "" if last == 2 else cohort(2027)
        held = await rooms.documents.find_all({"school": urn, "children": child}, ("page", "roll"))
        assert {(one["kind"], one["year"], one["cohort"]) for one in held} == {
            ("page", 2025, kept or cohort(2025)),
            ("roll", 2025, kept or cohort(2025)),
            ("page", 2026, kept or cohort(2026)),
        }
    assert last == 2, "an older word that comes late is no news"
    assert await rooms.rolls.resolve(urn, year, upns, TODAY, CAUSE) == ids
    for one in (2025, 2026):
        assert sorted(await on_pages(rooms, urn, one)) == sorted(ids.values())
        assert {
            page.series(mine).count(ord("/")) for page in await rooms.register.of_school(urn, one) for mine in page.children if mine
        } == {4}


async def test_the_last_child_that_moves_leaves_no_empty_page(rooms: Rooms) -> None:
    for child in (children := [new_id(), new_id()]):
        await rooms.register.write("100003", 2025, {writer(1, 0): rows([child], range(2))}, TODAY, CAUSE)
    for child in children:
        event = DisposalDateMoved(id=child, at=rooms.documents.now(), correlation_id="c", causation_id="c", child=child, due=cohort(2026))
        await rooms.disposal.move(event)
    pages = await rooms.documents.find("page", {"school": "100003", "year": 2025})
    assert [(page["cohort"], sorted(page["children"])) for page in pages] == [(cohort(2026), sorted(children))]


async def test_new_upns_at_the_same_time_get_one_id_each_across_schools_and_years(rooms: Rooms) -> None:
    upns = [f"B80200002600{n}" for n in range(8)]
    asked = [(urn, year) for urn in ("100004", "100005") for year in (2025, 2026)] * 2
    random.Random(1).shuffle(asked)
    answers = await asyncio.gather(*(rooms.rolls.resolve(urn, year, upns, TODAY, CAUSE) for urn, year in asked))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == len(upns)


def concerns(rooms: Rooms) -> list[Outgoing]:
    return [message for message in rooms.published.messages if message.subject == ConcernsChanged.SUBJECT]


async def test_two_children_of_a_page_raise_the_same_concern_in_one_feed(rooms: Rooms) -> None:
    children = [new_id(), new_id()]
    rooms.published.messages.clear()
    slots = range(64, 64 + 10)  # the first week of September 2026 and on, five days
    await rooms.register.write("100006", YEAR, {writer(1, 0): rows(children, slots, "O")}, TODAY, CAUSE)
    (message,) = concerns(rooms)
    assert {one.child for one in ConcernsChanged.read(message.body).raised} == set(children)
    await rooms.register.write("100006", YEAR, {writer(1, 0): rows(children, slots, "O")}, TODAY, CAUSE)
    assert concerns(rooms) == [message]


async def test_who_stays_is_moved_under_a_closing_key_and_the_rest_is_sealed_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A sweep closes the key first: one child that stays must not keep the others' documents from being written."""
    keys = tmp_path_factory.mktemp("closing")
    mint = KeyMint(keys, ("attendance",))
    for year in (2025, 2026):
        mint.mint(cohort(year))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        rooms = Rooms(stack, keys)
        upns = [f"C80300002600{n}" for n in range(4)]
        ids = await rooms.rolls.resolve("100007", 2025, upns, TODAY, CAUSE)
        await rooms.register.write("100007", 2025, {writer(1, 0): rows(list(ids.values()), range(4))}, TODAY, CAUSE)
        await close(rooms.client)
        mint.close(cohort(2025))
        rooms = Rooms(stack, keys)
        event = DisposalDateMoved(
            id="e", at=rooms.documents.now(), correlation_id="c", causation_id="c", child=ids[upns[0]], due=cohort(2026)
        )
        await rooms.disposal.move(event)
        left = await rooms.documents.find_all({"cohort": cohort(2025), "school": "100007"}, ("page", "roll"))
        assert {frozenset(document["children"]) for document in left} == {frozenset(ids[upn] for upn in upns[1:])}
        identity = await rooms.documents.find_all({"cohort": cohort(2026)}, ("identity",))
        assert len(identity) == 1, "the index keeps the child as long as its records"
        with pytest.raises(CohortClosing):
            await rooms.rolls.resolve("100007", 2025, ["C803000026009"], TODAY, CAUSE)
        await close(rooms.client)


def named(upn: str, surname: str, **details: Cell) -> RollRow:
    return RollRow(upn, surname, "Merryn", date(2013, 3, 9), "9", details, {})


async def test_a_roll_among_the_last_is_taken_back_exactly_and_its_late_redelivery_changes_nothing(rooms: Rooms) -> None:
    urn, kept, gone = "100011", "A801000026111", "A801000026112"
    first, second = writer(1, 0), writer(2, 0)
    await rooms.rolls.tell(urn, YEAR, [named(kept, "Tregear", sex="F")], first, TODAY, CAUSE)
    before = {one.upn: one for one in await rooms.rolls.of_year(urn, YEAR)}
    again = [named(kept, "Lanyon"), named(gone, "Nance")]
    await rooms.rolls.tell(urn, YEAR, again, second, TODAY, CAUSE)
    assert (await rooms.rolls.on_roll(urn, [YEAR])).upns == {kept, gone}
    await rooms.rolls.withdraw(urn, YEAR, [second], CAUSE)
    await rooms.rolls.tell(urn, YEAR, again, second, TODAY, CAUSE)
    after = {one.upn: one for one in await rooms.rolls.of_year(urn, YEAR)}
    assert after[kept] == before[kept]
    assert after[gone].surname is None
    assert (await rooms.rolls.on_roll(urn, [YEAR])).upns == {kept}


async def test_an_officers_word_reaches_the_roll_once_and_is_taken_back_exactly(rooms: Rooms) -> None:
    urn, upn = "100019", "A801000026119"
    parent: dict[str, Cell] = {"name": "Alex Nance", "phone": "01632 960001"}
    row = RollRow(upn, "Nance", "Merryn", date(2013, 3, 9), "9", {}, {1: parent})
    await rooms.rolls.tell(urn, YEAR, [row], writer(1, 0), TODAY, CAUSE)
    child = (await rooms.rolls.resolve(urn, YEAR, [upn], TODAY, CAUSE))[upn]
    contacts = RollContacts(rooms.documents, rooms.sealer)
    said = (ContactSaid(parent=f"{child}.1", field="phone", value="07700 900123"),)
    rooms.published.messages.clear()
    for _ in range(2):
        await contacts.hear(urn, child, "i", said, TODAY, CAUSE)
    changed = [message for message in rooms.published.messages if message.subject == "events.attendance.roll-changed"]
    assert len(changed) == 1
    assert (RollChanged.read(changed[0].body).changes, RollChanged.read(changed[0].body).feed) == (("contacts",), 0)

    async def phone() -> str | None:
        return (await rooms.rolls.people(urn, [child]))[child].carers[0].phone

    assert await phone() == "07700 900123"
    await rooms.rolls.tell(urn, YEAR, [row], writer(2, 0), TODAY, CAUSE)
    assert await phone() == "07700 900123", "the school's system sends the old number still"
    assert [(one.parent, one.what, one.source, one.counts) for one in await contacts.trail(urn, child)] == [
        (f"{child}.1", "changed", "officer", True)
    ]
    await contacts.hear(urn, child, "i", (), None, CAUSE)
    assert (await phone(), await contacts.trail(urn, child)) == ("01632 960001", [])
    await contacts.hear(urn, new_id(), "i", said, TODAY, CAUSE)
    stored = await rooms.documents.find("roll", {"school": urn, "year": YEAR})
    assert b"900123" not in repr(stored).encode()


async def test_a_roll_withdrawn_before_it_is_entered_never_counts(rooms: Rooms) -> None:
    urn, upn = "100012", "A801000026113"
    await rooms.rolls.withdraw(urn, YEAR, [writer(1, 0)], CAUSE)
    await rooms.rolls.tell(urn, YEAR, [named(upn, "Nance")], writer(1, 0), TODAY, CAUSE)
    assert (await rooms.rolls.on_roll(urn, [YEAR])).upns == frozenset()


async def test_an_older_roll_is_refused_and_nothing_is_changed(rooms: Rooms) -> None:
    urn, upn = "100013", "A801000026114"
    await rooms.rolls.tell(urn, YEAR, [named(upn, "Nance", sex="F")], writer(1, 0), TODAY, CAUSE)
    for number in range(2, KEPT + 2):
        await rooms.rolls.tell(urn, YEAR, [named(upn, "Nance")], writer(number, 0), TODAY, CAUSE)
    with pytest.raises(RollTooOld):
        await rooms.rolls.withdraw(urn, YEAR, [writer(1, 0)], CAUSE)
    (known,) = await rooms.rolls.of_year(urn, YEAR)
    assert known.sex == "F"


async def test_a_whole_roll_in_parts_ends_enrolments_with_its_last_part_whatever_comes_first(rooms: Rooms) -> None:
    urn, upns = "100014", [f"A80100002612{n}" for n in range(4)]
    whole = Whole(5, TODAY)
    ends = {upns[3]: TODAY}

    async def left() -> dict[str, date]:
        return {str(one.upn): one.left for one in await rooms.rolls.of_year(urn, YEAR) if one.left}

    await rooms.rolls.tell(urn, YEAR, [named(upns[0], "Nance")], writer(5, 0), TODAY, CAUSE)
    await rooms.rolls.end_unnamed(urn, YEAR, whole, 2, 0, CAUSE)
    await rooms.rolls.tell(urn, YEAR, [named(upn, "Nance") for upn in upns[1:]], writer(3, 0), TODAY, CAUSE)
    assert await left() == {}
    for _ in range(2):
        await rooms.rolls.tell(urn, YEAR, [named(upns[1], "Nance"), named(upns[2], "Nance")], writer(5, 1), TODAY, CAUSE)
        await rooms.rolls.end_unnamed(urn, YEAR, whole, 2, 1, CAUSE)
        assert await left() == ends
    late = "A801000026129"
    await rooms.rolls.tell(urn, YEAR, [named(late, "Lanyon")], writer(4, 0), TODAY, CAUSE)
    assert await left() == ends | {late: TODAY}
    assert (await rooms.rolls.on_roll(urn, [YEAR])).enrolled.keys() == {(upns[3], YEAR), (late, YEAR)}
    await rooms.rolls.withdraw(urn, YEAR, [writer(5, 0), writer(5, 1)], CAUSE)
    await rooms.rolls.end_unnamed(urn, YEAR, whole, 2, 1, CAUSE)
    assert await left() == {}
