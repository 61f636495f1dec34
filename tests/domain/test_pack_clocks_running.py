"""Which legal clocks are shown in which state of a pack."""

from datetime import date
from typing import get_args

import pytest

from services.sharing.domain.life import AT_HOME, State
from services.sharing.domain.nearest import nearest, running

ASK, LAY = date(2027, 2, 1), date(2027, 3, 1)
WITH_THE_LA = ("sent", "fetched", "expired", "received", "returned", "accepted", "notice issued", "unpaid")
ENDED = ("declined", "paid", "in court", "outcome", "withdrawn", "superseded", "cancelled")


def test_every_state_is_one_of_these() -> None:
    assert {*AT_HOME, *WITH_THE_LA, *ENDED} == {*get_args(State)}


@pytest.mark.parametrize("state", AT_HOME)
def test_a_pack_in_preparation_has_both(state: State) -> None:
    assert (running(state, ASK, LAY), nearest(state, ASK, LAY), nearest(state, None, LAY)) == ((ASK, LAY), ASK, LAY)


@pytest.mark.parametrize("state", WITH_THE_LA)
def test_one_that_left_has_that_of_the_information(state: State) -> None:
    assert (running(state, ASK, LAY), nearest(state, ASK, LAY)) == ((None, LAY), LAY)


@pytest.mark.parametrize("state", ENDED)
def test_one_that_has_ended_or_is_in_court_has_none(state: State) -> None:
    assert (running(state, ASK, LAY), nearest(state, ASK, LAY)) == ((None, None), None)
