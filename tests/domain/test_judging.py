"""A page is judged at once: what is found of each child is what its own series gives; what turns, and when; planned marks."""

import random
from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.concerns.concern import OF_SCHOOL_AGE, PATTERNS, RuleName
from services.attendance.domain.concerns.holiday_edge import edges
from services.attendance.domain.concerns.judge import judge, windows_for
from services.attendance.domain.concerns.school_weeks import week_of
from services.attendance.domain.concerns.stood import Stood
from services.attendance.domain.judging import NOTHING_FOUND, Bench, open_rules
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import standing_of
from shared.academic_year import first_day, slot
from shared.school_age import SchoolAge
from tests.domain.registers import school_days
from tests.support.profiles import NATIONAL, PROFILES

YEAR = 2026
TERM = school_days(date(2026, 9, 7), date(2026, 12, 18))
CODES = b"/\\LUIOGNMVD"


def page(children: int) -> Page:
    made = Page()
    for number in range(children):
        made.add(f"c{number}")
    return made


def mark(made: Page, child: str, day: date, codes: str) -> None:
    place = made.children.index(child)
    for session, code in zip(("AM", "PM"), codes.split(), strict=True):
        made.marks[slot(day, session) * CHILDREN + place] = ord(code)  # type: ignore[arg-type]


def random_page(chance: random.Random, children: int, days: list[date]) -> Page:
    """Children of very different habits."""
    made = page(children)
    for child in made.children:
        weights = [chance.choice([0, 0, 1, 3]) for _ in CODES]
        weights[0] += chance.choice([1, 20, 100])
        for day in days:
            mark(made, str(child), day, " ".join(chr(code) for code in chance.choices(CODES, weights, k=2)))
    return made


@given(st.randoms(use_true_random=False), st.integers(1, len(TERM)), st.sampled_from(["national", "210", "919"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_found_on_a_page_is_what_each_childs_series_gives(chance: random.Random, days: int, name: str, patterns: bool) -> None:
    bench = Bench(PROFILES.of(name, TERM[-1]), shows=PATTERNS if patterns else frozenset())
    made = random_page(chance, 12, TERM[:days])
    last = random_page(chance, 12, school_days(date(2026, 6, 1), date(2026, 7, 17)))
    look = bench.look(bench.see([made], YEAR, TERM[-1]))
    earlier = bench.earlier([last], YEAR - 1, look.wanting)
    found = bench.find(look, earlier)
    near = edges(look.days(), bench.thresholds.edge_gap)
    whole = bench.earlier([last], YEAR - 1, [str(child) for child in made.children])
    for place, child in enumerate(map(str, made.children)):
        series, before = look.series(place), whole[child]
        within = windows_for(bench.thresholds, YEAR, look.weeks, before.weeks, near)
        expected = judge(series, before.series, within, bench.thresholds, patterns=PATTERNS if patterns else frozenset())
        assert found.rules.get(child, set()) == set(expected)
        if child in found.verdicts:
            assert found.verdicts[child].standing == standing_of(series)


@given(st.randoms(use_true_random=False), st.integers(1, 11))
@settings(max_examples=30, deadline=None)
def test_what_is_found_of_a_child_does_not_depend_on_its_page(chance: random.Random, here: int) -> None:
    """Children with holes of weeks in their marks, on one page and on two."""
    bench, whole, split = Bench(NATIONAL), page(12), (Page(), Page())
    for number, child in enumerate(map(str, whole.children)):
        part = split[number >= here]
        part.add(child)
        missed = {chance.randrange(15) for _ in range(chance.choice((0, 4, 10)))}
        for day in TERM:
            if (day - TERM[0]).days // 7 not in missed:
                codes = " ".join(chance.choices("/OUL", (20, 1, 1, 1), k=2))
                mark(whole, child, day, codes)
                mark(part, child, day, codes)
    alone = bench.look(bench.see([whole], YEAR, TERM[-1]))
    seen = [bench.see([part], YEAR, TERM[-1]) for part in split]
    weeks = {week for one in seen for weeks in one.weeks for week in weeks}
    looks = [bench.look(one, weeks) for one in seen]
    assert {look.weeks for look in looks} == {alone.weeks}
    together = bench.look(bench.see(split, YEAR, TERM[-1]))
    assert together.weeks == alone.weeks
    expected = bench.find(alone, {})
    found = [bench.find(look, {}) for look in looks]
    assert {child: rules for one in found for child, rules in one.rules.items()} == expected.rules
    assert bench.find(together, {}).rules == expected.rules
    for one in [*found, bench.find(together, {})]:
        assert all(verdict.found == expected.verdicts[child].found for child, verdict in one.verdicts.items())


def test_a_page_without_a_mark_is_judged_by_the_weeks_of_others() -> None:
    made, bench = page(2), Bench(NATIONAL)
    look = bench.look(bench.see([made], YEAR, TERM[-1]), [week_of(day) for day in TERM])
    assert bench.find(look, {}) == NOTHING_FOUND
    assert len(look.weeks) == 15


def test_a_planned_mark_counts_from_its_day() -> None:
    made, bench = page(1), Bench(NATIONAL)
    for day in TERM[:20]:
        mark(made, "c0", day, "/ \\")
    for day in TERM[20:30]:
        mark(made, "c0", day, "C C")
    assert bench.find(bench.look(bench.see([made], YEAR, TERM[19])), {}) == NOTHING_FOUND
    look = bench.look(bench.see([made], YEAR, TERM[22]))
    assert bench.find(look, {}).rules == {"c0": {"persistent absence"}}
    assert look.tallies.of(0, look.series(0))[:2] == (46, 6)


def test_a_concern_is_raised_once_and_eased_once_whoever_judges_again() -> None:
    made, bench = page(2), Bench(NATIONAL)

    def turned(day: date, ages: dict[str, SchoolAge] | None = None) -> list[tuple[str, bool, int, bool]]:
        found = bench.find(bench.look(bench.see([made], YEAR, day)), {})
        return [(one.rule, one.raised, one.order, one.proposes) for one in bench.turns(made, found, ages or {})]

    for day in TERM[:5]:
        mark(made, "c1", day, "O O")
        mark(made, "c0", day, "/ \\")
    assert turned(TERM[4]) == [("ten sessions unauthorised", True, 1, True)]
    assert turned(TERM[4]) == []
    mark(made, "c1", TERM[0], "/ \\")
    assert turned(TERM[4]) == [("ten sessions unauthorised", False, 2, True)]
    mark(made, "c1", TERM[0], "O O")
    four = SchoolAge(TERM[-1], TERM[-1])
    assert turned(TERM[4], {"c1": four}) == []
    assert turned(TERM[4]) == [("ten sessions unauthorised", True, 3, True)]
    assert open_rules(made, "c1") == ["ten sessions unauthorised"]


def test_an_age_is_asked_for_where_a_duty_to_attend_is_in_question_whether_or_not_a_concern_stands() -> None:
    made, bench = page(3), Bench(NATIONAL)
    for child, codes in (("c0", "/ \\"), ("c1", "O O"), ("c2", "M M")):
        for day in TERM[:10]:
            mark(made, child, day, codes)
    for _ in range(2):
        found = bench.find(bench.look(bench.see([made], YEAR, TERM[9])), {})
        assert bench.asks_age(found) == {"c1"}
        bench.turns(made, found, {})


def test_a_concern_eases_when_the_sessions_that_are_left_in_school_age_are_too_few() -> None:
    made, bench = page(1), Bench(NATIONAL)
    age = {"c0": SchoolAge(TERM[4], date(2038, 6, 25))}
    for day in TERM[:9]:
        mark(made, "c0", day, "O O")

    def duty() -> set[RuleName]:
        bench.turns(made, bench.find(bench.look(bench.see([made], YEAR, TERM[9])), {}), age)
        return {rule for rule in open_rules(made, "c0") if rule in OF_SCHOOL_AGE}

    assert duty() == {"ten sessions unauthorised"}
    mark(made, "c0", TERM[8], "/ \\")  # sixteen in all, eight in school age
    assert duty() == set()


def test_a_school_says_what_proposes() -> None:
    proposes: list[RuleName] = ["same weekday"]
    bench = Bench(NATIONAL, proposes)
    made = page(1)
    for day in TERM[:50]:
        mark(made, "c0", day, "I \\" if day.weekday() == 4 else "/ \\")
    told = bench.turns(made, bench.find(bench.look(bench.see([made], YEAR, first_day(YEAR) + timedelta(300))), {}), {})
    assert {(one.rule, one.proposes) for one in told} == {("same weekday", True), ("persistent absence", False)}


def test_a_concern_that_stands_is_told_again_when_what_proposes_has_changed() -> None:
    made = page(1)
    for day in TERM[:10]:
        mark(made, "c0", day, "I I")

    def turned(*proposes: RuleName) -> list[tuple[str, bool, bool, int]]:
        bench = Bench(NATIONAL, proposes)
        turns = bench.turns(made, bench.find(bench.look(bench.see([made], YEAR, TERM[9])), {}), {})
        assert [(one.met, one.stood) for one in turns] == [(1, one.order > 1) for one in turns]
        return [(one.rule, one.raised, one.proposes, one.order) for one in turns if one.rule == "severe absence"]

    assert turned() == [("severe absence", True, False, 1)]
    assert turned() == []
    assert turned("severe absence") == [("severe absence", True, True, 2)]
    assert turned("severe absence", "persistent absence") == []
    assert turned("persistent absence") == [("severe absence", True, False, 3)]
    assert turned() == []


def test_a_page_of_before_was_told_that_every_concern_proposes() -> None:
    made, bench = page(1), Bench(NATIONAL, ["severe absence", "persistent absence"])
    for day in TERM[:10]:
        mark(made, "c0", day, "I I")
    found = bench.find(bench.look(bench.see([made], YEAR, TERM[9])), {})
    bench.turns(made, found, {})
    head = msgspec.msgpack.decode(msgspec.msgpack.encode(made.state))
    old = {child: {rule: one[:2] for rule, one in rules.items()} for child, rules in head.items()}
    made.state = msgspec.msgpack.decode(msgspec.msgpack.encode(old), type=dict[str, dict[RuleName, Stood]])
    assert bench.turns(made, found, {}) == []
