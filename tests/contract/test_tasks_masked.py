"""Everybody's tasks, two thousand of them, to who may not see the confidential address that a few of them name."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.referrals.api.words_shown import Words
from services.referrals.domain.acts import accepted
from services.referrals.domain.flags import Word
from services.referrals.domain.parent import Link, Parent, changed
from services.referrals.domain.referral import Private, Referral
from services.referrals.domain.task import Task
from services.referrals.store import COHORT_KINDS, Store
from shared.academic_year import cohort, of
from shared.auth import Caller
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.identity import new_id
from shared.mongo import Document, close
from shared.service import Parts
from shared.store import Change
from tests.support.referrals import World, referrals_world
from tests.support.sharing import peer

TASKS, EVERY, SCHOOLS = 2000, 100, 90
HEAD = Caller(role="head of service", sub="head", schools=("*",))
REFUGE = "7 Refuge Lane, Wexley ZZ99 1AA"
CAUSE = Cause.beginning("test")


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("tasks")) as made:
        yield made


def documents(store: Store, number: int) -> tuple[Referral, list[Document]]:
    """A case with a task in it, and two parents; of one in a hundred the father's address is confidential, and the task names it."""
    at, child, school = store.now(), new_id(), str(910000 + number % SCHOOLS)
    hides = number % EVERY == 0
    proposal = Referral(
        id=new_id(), school=school, child=child, state="proposed", year=of(at.date()), order=0, proposed_at=at, private=Private()
    )
    case = accepted(proposal, "officer-sen", at)
    due = cohort(of(at.date()))
    what = "visit 7 Refuge Lane" if hides else "ring the school nurse"
    task = Task(id=new_id(), case=case.id, officer="officer-sen", what=what, due=at.date() + timedelta(days=3), by="head", at=at)
    of_case = {"case": case.id, "school": school, "children": [child], "year": case.year, "cohort": due}
    found = [store.tasks._document({"_id": f"task:{task.id}", "kind": "task", "version": 0, **of_case}, task)]
    word = Word(by="officer-sen", at=at, why="said so")
    for name, hidden in (("Ms Alex Larkfield", False), ("Mr Jo Ashdown", hides)):
        said: dict[Any, Any] = {"name": name, "address": REFUGE if hidden else "1 Example Street, Wexley"}
        parent = changed(Parent(id=new_id(), school=school), said | ({"address confidential": True} if hidden else {}), word)
        link = Link(parent=parent.id, child=child, school=school, said=word)
        found.append(store.parents._parents.new(parent.id, parent, due, school=school, children=[child]))
        found.append(store.parents._new_link(link, due))
    return case, found


async def filled(made: Parts) -> Store:
    disposal = Disposal(made.documents, made.sealer, COHORT_KINDS)
    store = Store.of(made.documents, made.sealer, disposal, made.settings)
    told = [documents(store, number) for number in range(TASKS)]
    for begin in range(0, TASKS, 500):
        some = told[begin : begin + 500]
        await store.referrals.put_all([case for case, _ in some], {}, {}, (), CAUSE)
        assert not await made.documents.write_all([Change(one) for _, more in some for one in more], CAUSE)
    return store


async def test_of_everybodys_two_thousand_tasks_those_are_masked_that_name_a_hidden_address(world: World) -> None:
    made = peer(world.stack, "referrals")
    try:
        store = await filled(made)
        words = Words(made.bus, store)
        found = await store.tasks.to_do(None)
        assert len(found) == TASKS

        shown = await words.each(found, found, HEAD)
        withheld = [one for one in shown if "withheld" in one.what]
        assert (len(withheld), any("Refuge" in one.what for one in shown)) == (TASKS // EVERY, False)
        assert [one for one in shown if one not in withheld] == [one for one in found if "Refuge" not in one.what]
    finally:
        await asyncio.shield(close(made.client))
