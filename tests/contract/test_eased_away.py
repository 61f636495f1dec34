"""What easings take away is written before the orders seen, on a real mongod: nothing is lost and nothing done twice, whoever ends or comes
in between."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.referrals.domain.concerns import Heard
from services.referrals.domain.referral import Referral
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.store import Documents
from shared.tries import until_written
from tests.support.referrals import YEAR
from tests.support.referrals_store import referrals_store
from tests.support.school import until
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
SCHOOL = "700002"


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("eased")) as stack:
        yield stack


@pytest.fixture
async def store(stack: Stack, tmp_path: Path) -> AsyncIterator[Store]:
    async with referrals_store(stack, tmp_path) as (made, _):
        yield made


def heard(child: str, order: int, *, raised: bool) -> Heard:
    return Heard(SCHOOL, child, YEAR, "persistent absence", order, raised, datetime.now(UTC))


async def take_in(store: Store, *told: Heard, between: str | None = None) -> None:
    """One pass; `between`: a child whose referral somebody writes after it was read."""
    known = await store.concerns.known(one.child for one in told)
    hearing = known.hearing()
    for one in told:
        hearing.hear(one, None, new_id)
    for referral in await of(store, between) if between else ():
        await store.referrals.change_all([referral.id], lambda held: held.model_copy(update={"covers": "somebody"}), CAUSE)
    await store.concerns.take_in(hearing, known, CAUSE)


async def of(store: Store, child: str) -> list[Referral]:
    return await store.referrals.everywhere([child])


async def orders(store: Store, child: str) -> dict[str, int]:
    """As they are noted."""
    known = await store.concerns.known([child])
    return {rule: order for document in known.orders.values() for rule, order in document["orders"].items()}


async def test_who_ends_in_between_hears_the_easing_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    goes, stays = new_id(), new_id()
    await take_in(store, heard(goes, 1, raised=True), heard(stays, 1, raised=True))

    async def ends(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as crash:
        crash.setattr(Documents, "write_as_one", ends)
        with pytest.raises(ConnectionError):
            await take_in(store, heard(goes, 2, raised=False))

    async def lapsed() -> bool:
        return [one.state for one in await of(store, goes)] == ["lapsed"]

    await until("what was eased away is in the journal, for which nobody waited", lapsed)
    assert await orders(store, goes) == {"persistent absence": 1}
    await take_in(store, heard(goes, 2, raised=False))
    assert ([one.state for one in await of(store, goes)], await orders(store, goes)) == (["lapsed"], {"persistent absence": 2})
    assert [one.state for one in await of(store, stays)] == ["proposed"]
    await take_in(store, heard(goes, 1, raised=True), heard(goes, 3, raised=True))
    assert sorted(one.state for one in await of(store, goes)) == ["lapsed", "proposed"], "raised anew"


async def test_what_another_wrote_meanwhile_is_read_again(store: Store) -> None:
    first, second = new_id(), new_id()
    await take_in(store, heard(first, 1, raised=True), heard(second, 1, raised=True))
    told = heard(first, 2, raised=False), heard(second, 2, raised=False)
    with pytest.raises(Conflict):
        await take_in(store, *told, between=first)
    assert [await orders(store, child) for child in (first, second)] == 2 * [{"persistent absence": 1}], "nothing is noted yet"
    await until_written("the easings", lambda: take_in(store, *told))  # what was written ahead is not in the journal at once
    assert [[one.state for one in await of(store, child)] for child in (first, second)] == [["lapsed"], ["lapsed"]]
    assert [await orders(store, child) for child in (first, second)] == 2 * [{"persistent absence": 2}]
