"""A pack is said to be fetched only when its own acknowledgement was seen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.fetched import Progress, state

MADE = datetime(2026, 9, 1, tzinfo=UTC)
SENT = MADE + timedelta(days=30)
PLACE = st.integers(0, 1000)


@pytest.mark.parametrize(
    ("acknowledged", "first", "expected"),
    [
        (0, 1, "sent"),
        (4, 1, "sent"),  # an earlier pack is acknowledged, this one not
        (5, 1, "fetched"),
        (9, 5, "fetched"),
        (5, 6, "expired"),  # the consumer's mark was moved on by the message's age, not by the LA
        (0, 6, "expired"),
    ],
)
def test_the_fifth_message(acknowledged: int, first: int, expected: str) -> None:
    assert state(5, SENT, Progress(acknowledged, first, MADE)) == expected


@given(sequence=PLACE, acknowledged=PLACE, first=PLACE)
def test_fetched_means_acknowledged_while_it_stood(sequence: int, acknowledged: int, first: int) -> None:
    fetched = state(sequence, SENT, Progress(acknowledged, first, MADE)) == "fetched"
    assert fetched == (first <= sequence <= acknowledged)


@given(acknowledged=PLACE, first=PLACE, later=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_stream_made_afterwards_says_nothing(acknowledged: int, first: int, later: timedelta) -> None:
    assert state(5, SENT, Progress(acknowledged, first, SENT + later)) == "sent"
