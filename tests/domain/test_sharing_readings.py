"""Every doubtful reading is printed, as the profile chose it."""

from typing import get_args

import pytest

from services.sharing.domain.profile import Readings
from services.sharing.domain.readings import readings
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL, PROFILES, TODAY

BEARS_ON = {
    "leave_reaches_back": sample.wanted(ground="leave in term time"),
    "sessions_before_the_parent_knew": sample.wanted(measure="prosecution", offence="444(1A)"),
}


@pytest.mark.parametrize("name", Readings.model_fields)
def test_each_choice_is_printed_in_words_of_its_own(name: str) -> None:
    choices = get_args(Readings.model_fields[name].annotation)
    asked = BEARS_ON.get(name, sample.wanted())
    told = {
        readings(NATIONAL.model_copy(update={"readings": NATIONAL.readings.model_copy(update={name: choice})}), asked) for choice in choices
    }
    assert len(told) == len(choices) > 1


def test_the_day_of_the_session_is_printed_too() -> None:
    counted = NATIONAL.model_copy(update={"clock": NATIONAL.clock.model_copy(update={"day_of_the_session": "counted"})})
    assert readings(counted, sample.wanted()) != readings(NATIONAL, sample.wanted())


def test_a_prosecution_says_nothing_of_notices() -> None:
    told = {one.rule for one in readings(NATIONAL, sample.wanted(measure="prosecution"))}
    assert told == {"Support", "Six months (Magistrates' Courts Act 1980 s.127)", "Whose readings"}


def test_figures_are_the_profiles() -> None:
    norfolk = dict(readings(PROFILES.of("926", TODAY), sample.wanted()))
    assert norfolk["The authority's own deadline"] == "15 school days from the day on which the parent was told, that day not counted."
    assert norfolk["Support"] == "Counts where an entry of the last 52 weeks offers or reviews it; 1 at least."
    assert norfolk["Notice to Improve"].startswith("Sent in the last 26 weeks, and its 6 weeks")
    southwark = readings(PROFILES.of("210", TODAY), sample.wanted())
    assert "code G, O and U in any mix" in southwark[0].reading
    assert all(len(one.reading) <= 500 for one in southwark)
