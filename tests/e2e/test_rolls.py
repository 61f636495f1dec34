"""Rolls as schools push them: enrolments, whole rolls, what is kept of them, and a school's successor."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK, this_term
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, upn

NUMBERS = count()


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with Running(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}, notablescan=True) as stack:
        yield stack


@pytest.fixture
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, f"92{next(NUMBERS):04}").open()
    yield opened
    await opened.close()


def reasons(receipt: dict[str, Any]) -> list[str]:
    return [refused["reason"] for refused in receipt["refused"]]


async def test_marks_outside_a_childs_enrolment_are_refused_and_taken_once_the_roll_says_otherwise(school: School) -> None:
    days = this_term(4)
    dates = {"entry date": "", "leaving date": ""}
    await school.put_in(roll_csv((1, 2), dates, {1: {"entry date": days[1], "leaving date": days[2]}}))
    marks = marks_csv([(upn(number), day, "AM", "/") for number in (1, 2) for day in days])
    receipt = await school.put_in(marks)
    assert reasons(receipt) == ["before the child's entry", "after the child's leaving"]
    assert receipt["accepted"] == 6
    await school.put_in(roll_csv((1,), dates))
    again = await school.put_in(marks)
    assert again["feed"] != receipt["feed"], "what was refused may be taken another day"
    assert again["accepted"] == 8
