"""The sample schools are drawn from the real mix, their files say what was generated, and nobody in them is real."""

import csv
import io
import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo.sample import Sample, School, absence_perc, make, mixes
from deploy.demo.sample.calendar import easter, half_terms, open_days
from deploy.demo.sample.habits import MINUTES_LATE
from deploy.demo.sample.leave import leave_csv, weeks_away
from deploy.demo.sample.model import Child, Pinned
from deploy.demo.sample.people import UPN_LETTERS, upn
from deploy.demo.sample.published import ABSENT, ATTENDING, NOT_POSSIBLE, UNAUTHORISED
from tests.support.small_sample import make_small

TODAY = date(2026, 11, 20)
WHOLE_YEARS = 1_200_000
SEEDS = (1, 2, 7, 2026)


@cache
def sample(seed: int, today: date = TODAY, budget: int = 330_000) -> Sample:
    return make(seed, today, budget)


@cache
def whole(seed: int) -> Sample:
    return make(seed, date(2027, 7, 31), WHOLE_YEARS)


def rows(content: bytes) -> list[dict[str, str]]:
    """A file's rows under plain lower-case column names, whatever the school's style."""
    reader = csv.reader(io.StringIO(content.decode()))
    header = [name.lower().replace("_", " ") for name in next(reader)]
    return [dict(zip(header, row, strict=True)) for row in reader]


def marks(school: School, year: int) -> list[dict[str, str]]:
    return [row for content in school.marks_csv(year) for row in rows(content)]


def of_child(school: School, year: int, pinned: Pinned) -> list[str]:
    return [row["code"] for row in marks(school, year) if row["upn"] == pinned.upn]


def everyone(of: Sample) -> list[Child]:
    return [child for school in of.schools for child in school.pupils]


# The mix


def test_published_shares_give_the_printed_rates() -> None:
    for mix in mixes().values():
        assert 100 * sum(mix.shares[code] for code in ABSENT) == pytest.approx(mix.absence_perc, abs=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_absence_is_within_half_a_point_of_england(seed: int) -> None:
    total: Counter[str] = Counter()
    for school in sample(seed).schools:
        for year in school.registers:
            counts = school.expected(year)
            total += counts
            assert absence_perc(counts) == pytest.approx(mixes()[school.phase].absence_perc, abs=0.5)
    assert absence_perc(total) == pytest.approx(mixes()["Total"].absence_perc, abs=0.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_year_has_the_published_rate_of_persistent_absence(seed: int) -> None:
    for school in whole(seed).schools:
        for year in school.registers:
            assert len(school.registers[year].days) >= 185
            rate = 100 * school.persistent(year) / len(school.roll(year))
            assert rate == pytest.approx(mixes()[school.phase].persistent_perc, abs=4)


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_every_code_has_about_its_published_share(seed: int) -> None:
    for school in whole(seed).schools:
        for year in school.registers:
            counts = school.expected(year)
            possible = sum(count for code, count in counts.items() if code not in NOT_POSSIBLE)
            for code, share in mixes()[school.phase].shares.items():
                assert counts[code] / possible == pytest.approx(share, rel=0.15, abs=0.001), (school.phase, code)


def test_absence_comes_in_spells_and_to_few() -> None:
    register = whole(1).school("900002").registers[2026]
    absent = [[cell in ABSENT for cell in row] for row in register.cells]
    follows = sum(now and before for row in absent for before, now in pairwise(row))
    assert follows / sum(map(sum, absent)) > 0.4
    most = sorted((sum(row) for row in absent), reverse=True)
    assert sum(most[: len(most) // 5]) > 0.5 * sum(most)


# Size and sameness


def test_fifteen_hundred_children_and_over_three_hundred_thousand_marks() -> None:
    made = sample(1)
    assert {school.phase for school in made.schools} == {"Primary", "Secondary", "Special"}
    assert len(made.authorities) == 2
    for year in (2025, 2026):
        assert sum(len(school.roll(year)) for school in made.schools) == 1500
    assert 300_000 < sum(counts.total() for counts in made.expected().values()) <= 330_000


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    one, same, other = make(5, TODAY, 60_000), make(5, TODAY, 60_000), make(6, TODAY, 60_000)

    def content(of: Sample) -> list[bytes]:
        return [part for school in of.schools for year in school.registers for part in school.marks_csv(year)]

    assert content(one) == content(same) != content(other)
    assert one.story == same.story


@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)), st.integers(36_000, 120_000))
@settings(max_examples=12)
def test_any_day_and_budget(today: date, budget: int) -> None:
    made = make(3, today, budget)
    assert sum(counts.total() for counts in made.expected().values()) <= budget
    for school in made.schools:
        last, this = (school.registers[year].days for year in (made.year - 1, made.year))
        assert len(last) >= 10
        assert all(day <= today for day in (*last, *this))


def test_a_budget_without_room_for_both_years_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        make(1, TODAY, 20_000)


# The files


@pytest.mark.parametrize("urn", ["900001", "900002", "900003"])
def test_the_files_hold_exactly_what_is_expected(urn: str) -> None:
    school = sample(1).school(urn)
    for year in school.registers:
        read = marks(school, year)
        assert Counter(row["code"] for row in read) == school.expected(year)
        assert len({(row["upn"], row["date"], row["session"]) for row in read}) == len(read)
        assert {row["upn"] for row in read} == {row["upn"] for row in rows(school.roll_csv(year))}
        assert all((row["code"] == "/") <= (row["session"] == "AM") for row in read)
        assert all((row["code"] == "\\") <= (row["session"] == "PM") for row in read)


def test_three_schools_write_in_three_ways() -> None:
    plain, british, underscored = (school.day_csv(TODAY).decode().splitlines()[:2] for school in sample(1).schools)
    assert plain[0] == "UPN,Date,Session,Code,Minutes late,Comment"
    assert ",2026-11-20,AM," in plain[1]
    assert ",20/11/2026,AM," in british[1]
    assert underscored[0] == "upn,DATE,Session,code,MINUTES_LATE,Comment"


def test_a_day_is_cut_from_the_same_register() -> None:
    for school in sample(1).schools:
        day = {tuple(row.values()) for row in rows(school.day_csv(TODAY))}
        assert len(day) == 2 * len(school.roll(2026))
        assert day <= {tuple(row.values()) for row in marks(school, 2026)}


def test_next_years_first_register_has_those_who_stay_all_present() -> None:
    school = sample(1).school("900002")
    read = rows(school.day_csv(open_days(2027)[0]))
    assert {row["upn"] for row in read} == {child.upn for child in school.roll(2027)}
    assert {row["code"] for row in read} == {"/", "\\"}
    assert 0 < len(school.roll(2027)) < len(school.roll(2026))


def test_a_closed_day_has_no_register() -> None:
    with pytest.raises(ValueError, match="closed"):
        sample(1).schools[0].day_csv(date(2026, 12, 25))


@given(st.integers(0, 10_000), st.integers(20, 90), st.integers(1, 10))
@settings(max_examples=15)
def test_a_register_of_any_size_is_full_and_keeps_the_rules(seed: int, children: int, weeks: int) -> None:
    made = make_small(seed, children, weeks)
    (school,) = made.schools
    for year, register in school.registers.items():
        counts = school.expected(year)
        assert counts.total() == 2 * len(register.days) * children
        assert set(counts) <= {"/", "\\"} | ABSENT | ATTENDING | NOT_POSSIBLE
        for row in marks(school, year):
            if row["code"] in MINUTES_LATE:
                low, high = MINUTES_LATE[row["code"]]
                assert low <= int(row["minutes late"]) <= high
            else:
                assert row["minutes late"] == ""


def test_no_unauthorised_absence_in_reception_and_study_leave_only_in_year_11() -> None:
    for school in whole(1).schools:
        for register in school.registers.values():
            for group, row in zip(register.groups, register.cells, strict=True):
                assert group > 0 or UNAUTHORISED.isdisjoint(row)
                assert group == 11 or "S" not in row


# The people


@pytest.mark.parametrize("known", ["B801200005001", "H801200001001", "H243278544154"])
def test_check_letter_of_published_vectors(known: str) -> None:
    assert upn(known[1:4], known[4:8], int(known[8:10]), int(known[10:])) == known


def test_upns_are_unique_and_valid() -> None:
    upns = [child.upn for child in everyone(sample(1))]
    assert len(set(upns)) == len(upns) > 1500
    for one in upns:
        assert re.fullmatch(r"[A-HJ-NP-RT-Z][0-9]{12}", one)
        assert UPN_LETTERS.index(one[0]) == sum(i * int(digit) for i, digit in enumerate(one[1:], start=2)) % 23


def test_ages_fit_the_year_groups() -> None:
    for school in sample(1).schools:
        for child in school.roll(2026):
            turns_during_the_year = child.year_group(2026) + 5
            assert date(2026 - turns_during_the_year, 9, 1) <= child.born < date(2027 - turns_during_the_year, 9, 1)


def test_nobody_can_be_reached() -> None:
    for child in everyone(sample(1)):
        assert 1 <= len(child.parents) <= 2
        for parent in child.parents:
            assert re.fullmatch(r"07700 900\d{3}|01632 960\d{3}", parent.phone)
            assert parent.email.endswith("@example.org")
            assert ", ZZ99 " in parent.address


def test_some_children_are_looked_after_have_needs_or_a_confidential_address() -> None:
    pupils = everyone(sample(1))
    assert any(child.looked_after for child in pupils)
    assert any(child.health for child in pupils)
    assert any(child.needs for child in pupils)
    assert any(parent.confidential and parent.address != child.address for child in pupils for parent in child.parents)


# The story


@pytest.mark.parametrize("seed", SEEDS)
def test_the_enforced_child_meets_the_threshold_and_misses_half(seed: int) -> None:
    made = sample(seed)
    story = made.story
    codes = of_child(made.school(story.enforced.urn), 2026, story.enforced)
    assert {"G", "O"} == set(codes) & ABSENT
    assert sum(code in UNAUTHORISED for code in codes[-80:]) >= 10
    assert 2 * sum(code in ABSENT for code in codes) >= len(codes)
    child = next(child for child in everyone(made) if child.upn == story.enforced.upn)
    assert [parent.confidential for parent in child.parents] == [False, True]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pair_stand_together_and_reach_ten_sessions_in_one_file(seed: int) -> None:
    made = sample(seed)
    one, two = made.story.pair
    school = made.school(one.urn)
    for year in (2025, 2026):
        assert [child.upn for child in school.roll(year)[:2]] == [one.upn, two.upn]
    for pinned in (one, two):
        codes = of_child(school, 2026, pinned)
        assert codes[-10:] == ["O"] * 10
        assert ABSENT.isdisjoint(codes[:-10] + of_child(school, 2025, pinned))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_leavers_markers_are_in_last_years_files_and_nowhere_else(seed: int) -> None:
    made = sample(seed)
    school = made.school(made.story.leaver.urn)
    last = b"".join([school.roll_csv(2025), *school.marks_csv(2025)]).decode()
    leaver = made.story.leaver
    without = "\n".join(line for line in last.splitlines() if not line.startswith(leaver.upn))
    rest = [school.roll_csv(2026).decode(), *(content.decode() for content in school.marks_csv(2026)), without]
    others = [other.roll_csv(year).decode() for other in made.schools if other is not school for year in (2025, 2026)]
    for marker in made.markers:
        assert marker in last
        assert not any(marker in text for text in (*rest, *others))


# The calendar


@pytest.mark.parametrize("day", [date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)])
def test_easter(day: date) -> None:
    assert easter(day.year) == day


@given(st.integers(2020, 2060))
def test_school_days_of_any_year(year: int) -> None:
    days = open_days(year)
    assert 180 <= len(days) <= 198
    assert all(day.weekday() < 5 for day in days)
    assert date(year, 9, 1) < days[0] < date(year, 9, 8)
    assert date(year + 1, 7, 14) < days[-1] <= date(year + 1, 7, 21)
    sunday = easter(year + 1)
    assert {date(year, 12, 25), sunday - timedelta(days=2), sunday + timedelta(days=1)}.isdisjoint(days)
    assert len(half_terms(days)) == 6


@pytest.mark.parametrize(
    "day",
    [date(2026, 5, 4), date(2026, 5, 25), date(2026, 4, 3), date(2026, 4, 6), date(2027, 5, 3), date(2027, 5, 31)],
)
def test_bank_holidays_in_term(day: date) -> None:
    assert day not in open_days(2025) + open_days(2026)


# Leave


def test_the_list_of_leave_has_the_whole_weeks_of_g_and_no_others() -> None:
    school = sample(1).school("900002")
    listed = list(weeks_away(school.registers[2026]))
    assert len(listed) >= 2, "a walk through the system asks for many packs at once"
    g_of: dict[str, set[tuple[str, str]]] = {}
    for row in marks(school, 2026):
        if row["code"] == "G":
            g_of.setdefault(row["upn"], set()).add((row["date"], row["session"]))
    assert {(first.weekday(), last - first) for _, first, last in listed} == {(0, timedelta(days=4))}
    found = {(upn_, first) for upn_, first, _ in listed}
    mondays = [day for day in school.registers[2026].days if day.weekday() == 0]
    for upn_, marked in g_of.items():
        for monday in mondays:
            week = {((monday + timedelta(days=place)).strftime("%d/%m/%Y"), half) for place in range(5) for half in ("AM", "PM")}
            assert (week <= marked) == ((upn_, monday) in found)
    text = leave_csv(school.registers[2026]).decode()
    assert text.splitlines()[0] == "UPN,First day,Last day"
    assert len(text.splitlines()) == len(listed) + 1
