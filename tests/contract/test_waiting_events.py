"""What a page has to tell outlives the page: it is told before its children go elsewhere, and never under another's id."""

from collections.abc import AsyncIterator, Sequence

import pytest

from services.attendance.domain.register_page import writer
from shared.academic_year import cohort
from shared.contracts.attendance_events import ConcernsChanged
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.errors import WorldAway
from shared.identity import new_id
from shared.outboxes import Outgoing
from tests.contract.test_register_store import CAUSE, TODAY, YEAR, Kept, Rooms, concerns, rooms_of, rows

UNAUTHORISED = range(64, 74)
"""Five days in September 2026."""
WEAR = {"correlation_id": "c", "causation_id": "c"}


class Broker(Kept):
    """One that goes away and comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

    async def publish_all(self, messages: Sequence[Outgoing]) -> Sequence[int]:
        if self.away:
            raise WorldAway("nats")
        return await super().publish_all(messages)


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with rooms_of(tmp_path_factory, years=(2025, 2026, 2027), published=Broker()) as made:
        yield made


async def raise_concerns(rooms: Rooms, urn: str, children: Sequence[str], number: int = 1) -> None:
    await rooms.register.write(urn, YEAR, {writer(number, 0): rows(children, UNAUTHORISED, "O")}, TODAY, CAUSE)


async def keep_longer(rooms: Rooms, child: str) -> None:
    at = rooms.documents.now()
    await rooms.disposal.move(DisposalDateMoved(id=new_id(), at=at, child=child, due=cohort(YEAR + 1), order=1, **WEAR))


async def test_what_waits_on_a_page_is_told_before_a_child_leaves_it_and_the_rest_is_disposed_of(rooms: Rooms) -> None:
    urn, stays, goes = "100001", new_id(), new_id()
    assert isinstance(rooms.published, Broker)
    rooms.published.away = True
    await raise_concerns(rooms, urn, [stays, goes])
    assert concerns(rooms) == []
    with pytest.raises(WorldAway):
        await keep_longer(rooms, stays)
    rooms.published.away = False
    await keep_longer(rooms, stays)
    purge = Purge(id=new_id(), at=rooms.documents.now(), purge="p", cohort=cohort(YEAR), school=urn, children=(goes,), **WEAR)
    await rooms.disposal.purge(purge)
    (message,) = concerns(rooms)
    assert {one.child for one in ConcernsChanged.read(message.body).raised} == {stays, goes}
    (page,) = await rooms.documents.find("page", {"school": urn})
    assert (page["cohort"], page["children"], page["events"]) == (cohort(YEAR + 1), [stays], [])


async def test_a_page_that_is_made_again_under_its_name_tells_under_other_ids(rooms: Rooms) -> None:
    urn, first, second = "100002", new_id(), new_id()
    rooms.published.messages.clear()
    await raise_concerns(rooms, urn, [first])
    (name,) = [page["_id"] for page in await rooms.documents.find("page", {"school": urn})]
    await keep_longer(rooms, first)
    assert await rooms.documents.get(name) is None
    await raise_concerns(rooms, urn, [second], 2)
    assert await rooms.documents.get(name)
    told = concerns(rooms)
    assert len({message.id for message in told}) == len(told) == 2
