"""What `iewo packs changed` offers as an answer is what the pack's state allows."""

import pytest

from clients.iewo.commands.pack_delivery import _answers
from services.sharing.domain.life import TO_TAKE_BACK, State, can_do


@pytest.mark.parametrize(
    "state", ["sent", "fetched", "received", "returned", "accepted", "notice issued", "unpaid", "in court", "declined", "paid", "outcome"]
)
def test_no_answer_is_offered_that_is_refused(state: State) -> None:
    offered = _answers(state)
    assert ("supersede" in offered) is ("supersede" in can_do(state))
    assert ("withdraw" in offered) is (state in (*TO_TAKE_BACK, "paid")), "services/sharing/changes.py"
    assert "stands" in offered
