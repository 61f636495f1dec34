"""Statistics over HTTP: the Department's own rows in as registers, its own percentages out; year groups, authorities, periods."""

import asyncio
import csv
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, product
from pathlib import Path
from typing import Any

import pytest

from deploy.local.running import QUICK, Running
from services.attendance.domain.codes import CODES
from tests.support.autumn import CLOCK, YEAR, last_term, this_term
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, upn
from tests.support.servers import running_on_empty

PUBLISHED = Path(__file__).parents[1] / "data" / "dfe_year_to_date_2025_26.csv"
FIRST, LAST = date(YEAR - 1, 9, 8), date(YEAR, 7, 10)
DAYS = [day for n in range((LAST - FIRST).days + 1) if (day := FIRST + timedelta(n)).weekday() < 5][:190]
ROWS = ("Bracknell Forest", "Kensington and Chelsea", "Newham")
"""LAs whose special schools together have few enough sessions to push them all."""
# what is no sum of sessions, or of enrolments on each day rather than of children
NOT_OURS = {"num_schools", "enrolments", "total_num_schools", "total_enrolments", "pa_perc", "time_identifier"}
REASONS = {code.reason: code.text for code in CODES if code.text != "F"}

Row = tuple[str, date | str, str, str]


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


def published(name: str) -> dict[str, str]:
    with PUBLISHED.open(newline="", encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if (row["la_name"], row["education_phase"]) == (name, "Special"))


def register(row: dict[str, str], first_child: int) -> tuple[list[Row], int]:
    """Marks of as many children as it takes for each reason to come out as published, and how many children that is."""
    morning, afternoon = int(row["reason_present_am"]), int(row["reason_present_pm"])
    children = -(-max(morning, afternoon, int(row["possible_sessions"]) // 2 + 1) // len(DAYS))
    cells = [(upn(first_child + child), day) for child, day in product(range(children), DAYS)]
    rows: list[Row] = [(*cell, "AM", "/") for cell in cells[:morning]]
    rows += [(*cell, "PM", "\\") for cell in cells[:afternoon]]
    left: Iterator[tuple[str, date, str]] = chain(
        ((*cell, "AM") for cell in cells[morning:]), ((*cell, "PM") for cell in cells[afternoon:])
    )
    for reason, code in REASONS.items():
        if reason in row and not reason.startswith("reason_present"):
            rows += [(*next(left), code) for _ in range(int(row[reason]))]
    return rows, children


def unit(printed: str) -> Decimal:
    """Of the fifteenth digit: R prints no more, and the last is at times one off (0.003333833408344585021..., printed ...4458)."""
    return Decimal(1).scaleb(Decimal(printed).adjusted() - 14)


async def sums(school: School, path: str, first: date = FIRST, last: date = LAST, **claims: Any) -> dict[str, Any]:
    answer = await school.get(f"/v1/{path}{'&' if '?' in path else '?'}from={first}&to={last}", **({"role": "head of service"} | claims))
    assert answer.status_code == 200, answer.text
    figures: dict[str, Any] = answer.json()
    return figures


async def test_each_percentage_that_the_department_prints_comes_back(running: Running) -> None:
    rows = [published(name) for name in ROWS]
    total: dict[str, int] = {}
    for place, row in enumerate(rows):
        marks, children = register(row, 1 + 1000 * place)
        halves = [{upn(1 + 1000 * place + child) for child in some} for some in (range(children // 2), range(children // 2, children))]
        schools = [await School(running, f"93{place}{n:03}").open(row["old_la_code"]) for n in range(2)]
        receipts = await asyncio.gather(
            *(one.put_in(marks_csv([mark for mark in marks if mark[0] in half])) for one, half in zip(schools, halves, strict=True))
        )
        assert sum(receipt["accepted"] for receipt in receipts) == int(row["possible_sessions"])
        figures = await sums(schools[0], f"authorities/{row['old_la_code']}/statistics")
        assert (figures["num_schools"], figures["enrolments"]) == (2, children)
        for name in row.keys() & figures.keys() - NOT_OURS:
            if name.endswith("_perc"):
                assert abs(Decimal(figures[name]) - Decimal(row[name])) < unit(row[name]), name
            else:
                assert figures[name] == int(row[name]), name
                total[name] = total.get(name, 0) + figures[name]
        assert len(row.keys() & figures.keys() - NOT_OURS) == 51
    everybody = await sums(schools[0], "statistics")
    assert {name: everybody[name] for name in total} == total


async def test_of_a_year_group_by_the_roll_of_the_sessions_own_year(running: Running) -> None:
    """Ada is in year 9 now and was in year 8; Ben was in year 9 last year."""
    school = await School(running, "931900").open("981")
    ada, ben = upn(1), upn(2)
    for year, groups in ((YEAR - 1, ("8", "9")), (YEAR, ("9", "10"))):
        fields = {n: {"year group": group} for n, group in enumerate(groups, 1)}
        await school.put_in(roll_csv((1, 2), {}, fields), year=year)
    before, now = last_term(1)[0], this_term(1)[0]
    await school.put_in(marks_csv([(child, day, "AM", code) for child, code in ((ada, "I"), (ben, "/")) for day in (before, now)]))
    path = "schools/931900/statistics"
    assert (await sums(school, f"{path}?year_group=9", before, before))["overall_attendance"] == 1
    assert (await sums(school, f"{path}?year_group=Year 9", now, now))["overall_absence"] == 1
    both = await sums(school, f"{path}?year_group=9", before, now)
    assert (both["enrolments"], both["possible_sessions"], both["overall_absence"]) == (2, 2, 1)
    every = await sums(school, path, before, now)
    assert (every["enrolments"], every["possible_sessions"], every["persistent_absentees"]) == (2, 4, 1), (
        "a child's years are one enrolment"
    )
    assert (await sums(school, "authorities/981/statistics?year_group=10", before, now))["possible_sessions"] == 1
    answer = await school.get(f"/v1/{path}?year_group=Year 22&from={before}&to={now}")
    assert answer.status_code == 422


async def test_a_child_at_two_schools_of_an_authority_is_two_enrolments(running: Running) -> None:
    day = this_term(1)[0]
    for urn in ("931901", "931902"):
        school = await School(running, urn).open("982")
        await school.put_in(marks_csv([(upn(1), day, "AM", "/"), (upn(1), day, "PM", "D")]))
    figures = await sums(school, "authorities/982/statistics", day, day)
    assert (figures["num_schools"], figures["enrolments"], figures["not_possible_sessions"]) == (2, 2, 2)


async def test_sums_of_schools_are_for_those_who_see_all_of_them(running: Running) -> None:
    school = await School(running, "931903").open("983")
    for path in ("authorities/983/statistics", "statistics"):
        query = f"/v1/{path}?from={FIRST}&to={LAST}"
        assert (await school.get(query)).status_code == 403
        assert (await school.get(query, role="officer", sub="o")).status_code == 403
        assert (await school.get(query, role="operator", sub="o")).status_code == 200
    unknown = await school.get(f"/v1/authorities/984/statistics?from={FIRST}&to={LAST}", role="operator", sub="o")
    assert unknown.status_code == 404
