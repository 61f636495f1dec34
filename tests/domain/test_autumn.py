"""The day on which the tests live does not end while they run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from shared.settings import Settings
from tests.support.autumn import clock, next_autumn

NOWHERE = Path("/nowhere")
LONGEST = timedelta(hours=11)
"""That a run of the tests takes."""


@given(
    begun=st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  (hypothesis wants the zone apart)
    later=st.timedeltas(timedelta(0), LONGEST),
)
def test_a_service_lives_on_the_day_of_the_tests_from_beginning_to_end(begun: datetime, later: timedelta) -> None:
    settings = Settings(
        nats_credentials=NOWHERE,
        mongo_url_file=NOWHERE,
        key_folder=NOWHERE,
        jwks="nowhere",
        development=True,
        clock_offset_days=float(clock(begun)["IEWO_CLOCK_OFFSET_DAYS"]),
    )
    with time_machine.travel(begun + later, tick=False):
        assert settings.today() == next_autumn(begun.date())
