"""What a service is told by whoever starts it: which sweeps are ahead of time."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from shared.settings import Settings

TODAY = date(2028, 9, 1)
NOWHERE = Path("nowhere")


@pytest.mark.parametrize(
    ("development", "ahead", "on", "ahead_of_time"),
    [
        (True, 0, TODAY, False),
        (True, 0, date(2028, 9, 2), True),
        (True, 365, TODAY, True),
        (True, -365, date(2027, 9, 1), True),
        (False, 0, TODAY, False),
        (False, 365, date(2029, 9, 1), False),
    ],
    ids=[
        "on its day",
        "ahead of its day",
        "the services live ahead",
        "the services live behind",
        "a real stack",
        "a real stack moves no clock",
    ],
)
def test_a_sweep_is_ahead_of_time_by_the_real_day(development: bool, ahead: int, on: date, ahead_of_time: bool) -> None:
    settings = Settings(
        nats_credentials=NOWHERE,
        mongo_url_file=NOWHERE,
        key_folder=NOWHERE,
        jwks="nowhere",
        development=development,
        clock_offset_days=ahead,
    )
    with time_machine.travel(datetime(2028, 9, 1, 2, 0, tzinfo=UTC), tick=False):
        assert settings.is_ahead(on) is ahead_of_time
