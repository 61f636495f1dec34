"""What is offered as an answer to a change of a sent pack is what will be taken."""

from typing import get_args

import pytest

from services.sharing.domain.life import TO_TAKE_BACK, State, can_do
from services.sharing.domain.offered import NOT_KNOWN, TO_UNDO, offered
from services.sharing.domain.rests import Answer
from services.sharing.domain.still_borne import Borne
from shared.pack.register import ReliedOn

LEFT = ReliedOn(sent=12, now=11)
OPEN: tuple[State, ...] = (
    *("sent", "fetched", "received", "returned", "accepted", "notice issued", "unpaid", "in court", "declined", "paid", "outcome"),
)


@pytest.mark.parametrize("state", OPEN)
def test_no_answer_is_offered_that_is_refused(state: State) -> None:
    offer = offered(state, Borne(LEFT, None) if state in TO_UNDO else None)
    assert ("supersede" in offer.possible) is ("supersede" in can_do(state))
    assert ("withdraw" in offer.possible) is (state in (*TO_TAKE_BACK, "paid"))
    assert "stands" in offer.possible
    assert {*offer.possible, *offer.refused} == {*get_args(Answer)}, "each is taken, or it is said why not"


@pytest.mark.parametrize("state", TO_UNDO)
def test_what_the_register_does_not_bear_is_not_offered_to_stand(state: State) -> None:
    offer = offered(state, Borne(LEFT, "ten are needed."))
    assert ("stands" in offer.possible, offer.relied_on) == (False, LEFT)
    assert offer.refused["stands"] == f"ten are needed. Answer with {' or '.join(f'`{one}`' for one in offer.possible)}."
    assert offered(state, None).refused["stands"] == NOT_KNOWN


def test_a_pack_on_which_nobody_acts_stands_whatever_the_register_says() -> None:
    for state in ("declined", "outcome"):
        assert "stands" in offered(state, None).possible
