"""What `iewo packs changed` offers as an answer is what the pack's state allows."""

import pytest

from clients.iewo.commands.pack_delivery import _answers
from services.sharing.domain.life import State, can_do


@pytest.mark.parametrize(
    "state", ["sent", "fetched", "received", "returned", "accepted", "notice issued", "unpaid", "in court", "declined", "paid", "outcome"]
)
def test_no_answer_is_offered_that_is_refused(state: State) -> None:
    offered = _answers(state)
    assert [act in offered for act in ("supersede", "withdraw")] == [act in can_do(state) for act in ("supersede", "withdraw")]
    assert "stands" in offered
