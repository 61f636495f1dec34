"""Whoever goes and comes back in whatever order: no school is lost, none is anybody's twice, and all are back in the end."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.handover import Takers, ended, handed_back, handed_over
from services.referrals.domain.officer import Allocation, Away, Officer

TODAY = date(2026, 11, 20)
STAFF = ("ann", "bob", "cleo", "dan")
SCHOOLS = {"ann": ("900001", "900002"), "bob": ("900003",), "cleo": ("900004",), "dan": ()}
Staff = dict[str, Officer]
steps = st.lists(st.tuples(st.sampled_from(STAFF), st.sampled_from(STAFF), st.integers(0, 3)), max_size=25)


def staff() -> Staff:
    begun = TODAY - timedelta(days=50)
    return {
        one: Officer(
            id=one, name=one, email=f"{one}@example.org", allocations=tuple(Allocation(school=urn, first=begun) for urn in SCHOOLS[one])
        )
        for one in STAFF
    }


def away(known: Staff, one: str, to: str, day: date, why: str = "away") -> Staff:
    said = Away(why=why, since=datetime(day.year, day.month, day.day, tzinfo=UTC), by="head")
    return known | {other.id: other for other in handed_over(known[one], Takers(to, {}), known, said, day)}


def back(known: Staff, one: str, day: date) -> Staff:
    return known | {other.id: other for other in handed_back(known[one], (two for two in known.values() if two.id != one), day)}


def held(known: Staff, day: date) -> dict[str, tuple[str, ...]]:
    return {one.id: one.on(day).schools for one in known.values()}


@given(steps)
def test_every_school_is_somebodys_as_long_as_somebody_is_here_and_all_come_back(walk: list[tuple[str, str, int]]) -> None:
    known, day = staff(), TODAY
    for one, to, days in walk:
        if known[one].away:
            known = back(known, one, day)
        elif to != one and not known[to].away:
            known = away(known, one, to, day)
        theirs = [urn for schools in held(known, day).values() for urn in schools]
        assert sorted(set(theirs)) == sorted(urn for schools in SCHOOLS.values() for urn in schools)
        day += timedelta(days=days)
    for one in STAFF:
        if known[one].away:
            known = back(known, one, day)
    assert held(known, day) == SCHOOLS


@given(steps)
def test_done_again_it_changes_nothing(walk: list[tuple[str, str, int]]) -> None:
    known, day = staff(), TODAY
    for one, to, days in walk:
        if known[one].away:
            known = back(known, one, day)
            assert held(back(known, one, day), day) == held(known, day)
        elif to != one and not known[to].away:
            known = away(known, one, to, day)
            assert away(known, one, to, day) == known
        day += timedelta(days=days)


def test_a_school_that_is_to_come_passes_with_its_days_and_comes_back() -> None:
    first, last = TODAY + timedelta(days=3), TODAY + timedelta(days=9)
    known = staff() | {"dan": staff()["dan"].model_copy(update={"allocations": (Allocation(school="900009", first=first, until=last),)})}
    gone = away(known, "dan", "cleo", TODAY)
    assert [held(gone, day)["cleo"] for day in (TODAY, first, last, last + timedelta(days=1))] == [
        ("900004",),
        ("900004", "900009"),
        ("900004", "900009"),
        ("900004",),
    ]
    again = back(gone, "dan", TODAY + timedelta(days=1))
    assert (held(again, first)["cleo"], held(again, first)["dan"]) == (("900004",), ("900009",))


def test_of_somebody_who_left_nothing_comes_back() -> None:
    gone = away(away(staff(), "ann", "bob", TODAY), "ann", "bob", TODAY, "left")
    assert held(gone, TODAY)["bob"] == ("900001", "900002", "900003")
    assert all(one.covers is None for one in gone["bob"].allocations)
    assert held(back(gone, "ann", TODAY), TODAY)["bob"] == ("900001", "900002", "900003")


def test_what_had_not_begun_was_never_there() -> None:
    told = (Allocation(school="900001", first=TODAY), Allocation(school="900002", first=TODAY - timedelta(days=1)))
    assert ended(told, TODAY) == (Allocation(school="900002", first=TODAY - timedelta(days=1), until=TODAY - timedelta(days=1)),)
