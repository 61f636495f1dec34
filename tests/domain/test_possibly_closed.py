"""Whether an unheard school may be closed, by what others know of the day; and the settings behind it."""

import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.demo.sample.calendar import open_days
from services.attendance.domain.calendar.possibly_closed import A_YEAR, IN_TERM, Opening, Others, Term, by_last_year, by_the_day
from services.attendance.domain.calendar.said import Said, spoken
from services.attendance.domain.calendar.school_year import SchoolYear, Uploaded
from services.attendance.domain.calendar.worked_out import Shown
from services.attendance.judging.authorities import FOLDER, BadProfile
from services.attendance.judging.openings import load_openings
from shared.academic_year import SLOTS

OPENING = load_openings().of("801", date(2026, 11, 20))
NOBODY = Others(0, 0)
MONDAY = date(2026, 10, 26)


def with_terms(*terms: tuple[date, date]) -> Opening:
    return Opening(
        since=date(2026, 8, 1),
        bridge_days=7,
        others_least=5,
        others_percent=80,
        last_year_days=4,
        terms=tuple(Term(*term) for term in terms),
    )


@pytest.mark.parametrize(
    ("day", "wedged"),
    [
        (date(2026, 12, 29), True),
        (date(2026, 12, 31), True),
        (date(2025, 12, 29), True),
        (date(2027, 12, 31), True),
        (date(2026, 12, 24), False),
        (date(2027, 1, 4), False),
        (date(2026, 5, 11), False),  # between the two of May
        (MONDAY, False),
    ],
)
def test_no_school_is_open_between_christmas_and_new_year(day: date, wedged: bool) -> None:
    assert (by_the_day(day, OPENING, Others(50, 0)) == "between bank holidays") is wedged


def test_the_authoritys_term_dates_decide_where_it_gives_any_for_the_year() -> None:
    opening = with_terms((date(2026, 9, 2), date(2026, 10, 23)), (date(2026, 11, 2), date(2026, 12, 18)))
    for others in (NOBODY, Others(20, 0), Others(0, 20)):
        assert by_the_day(MONDAY, opening, others) == "outside the authority's term dates"
        assert by_the_day(MONDAY - timedelta(days=3), opening, others) == IN_TERM
    assert by_the_day(date(2027, 10, 25), opening, NOBODY) is None, "nothing is given for that year"


@pytest.mark.parametrize("authority", ["991", "992"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_the_sample_authorities_terms_are_those_of_their_schools(authority: str, year: int) -> None:
    opening = load_openings().of(authority, date(year, 9, 1))
    assert {by_the_day(day, opening, Others(0, 20)) for day in open_days(year)} == {IN_TERM}
    days = open_days(year)
    away = [later - timedelta(days=(later - day).days // 2) for day, later in pairwise(days) if (later - day).days > 6]
    assert len(away) == 5, "the middle of each holiday between"
    assert IN_TERM not in {by_the_day(day, opening, Others(20, 0)) for day in away}


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        (Others(0, 4), None),
        (Others(1, 4), "other schools are silent too"),
        (Others(2, 4), None),
        (Others(4, 1), IN_TERM),
        (Others(300, 0), IN_TERM),
    ],
)
def test_enough_of_the_other_schools_decide(others: Others, verdict: str | None) -> None:
    assert by_the_day(MONDAY, OPENING, others) == verdict


def last_year(*said: Said) -> SchoolYear:
    year = 2025
    return SchoolYear(year, SLOTS, Shown({}), Uploaded(spoken(said), "school", datetime(2025, 9, 1, tzinfo=UTC)))


def test_a_break_of_last_year_counts_and_a_training_day_does_not() -> None:
    then = MONDAY - A_YEAR
    assert then.weekday() == MONDAY.weekday()
    half_term = last_year(Said(first=then, last=then + timedelta(days=4), state="closed"))
    for day in range(5):
        assert by_last_year(half_term, MONDAY + timedelta(days=day), OPENING) == "closed on this day last year"
    for day in (-3, 7):
        assert by_last_year(half_term, MONDAY + timedelta(days=day), OPENING) is None
    training = last_year(Said(first=then, state="closed"))
    assert by_last_year(training, MONDAY, OPENING) is None
    assert by_last_year(SchoolYear(2025, SLOTS, Shown({})), MONDAY, OPENING) is None, "a school that was not here last year"


def test_an_authority_says_its_term_dates_and_a_file_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, folder := tmp_path / "authorities")
    version = "[[version]]\nfrom = 2024-08-19\n"
    (folder / "803.toml").write_text(version + "[[opening]]\nfrom = 2026-08-01\nterms = [{ first = 2026-09-02, last = 2026-10-23 }]\n")
    openings = load_openings(folder)
    assert openings.of("803", MONDAY).terms == (Term(date(2026, 9, 2), date(2026, 10, 23)),)
    assert openings.of("803", MONDAY).others_least == OPENING.others_least
    assert openings.of("803", date(2026, 7, 1)).terms == openings.of("210", MONDAY).terms == ()
    for wrong, line in (
        ("others_percent = 50", "51 to 100"),
        ("bridge_days = 0", "whole number"),
        ("terms = [{ first = 2026-09-02 }]", "a term is"),
        ("terms = [{ first = 2026-09-02, last = 2026-09-01 }]", "ends before"),
        ("holidays = 3", "no setting holidays"),
    ):
        (folder / "803.toml").write_text(f"{version}[[opening]]\nfrom = 2026-08-01\n{wrong}\n")
        with pytest.raises(BadProfile, match=line):
            load_openings(folder)
