"""What is known of a school's children where `attendance` answered more than once, each time of the children of other years."""

from collections.abc import Sequence
from datetime import date

from services.referrals.figures.impact import Told
from shared.contracts.periods import Periods, PeriodSums, Span

DAY = date(2026, 10, 1)
SPANS = (
    Span(day=DAY, begin=-30, end=0),
    Span(day=DAY, begin=0, end=30),
    Span(day=DAY, begin=30, end=60),
    Span(day=date(2026, 10, 2), begin=30, end=60),
)


def answer(children: Sequence[str], spans: int) -> Periods:
    some = len(children)
    sums = PeriodSums(first=DAY, last=DAY, days=30, possible=bytes([60] * some), absent=bytes([6] * some))
    return Periods(children=tuple(children), year_groups={2026: ("7",) * some}, spans=(sums,) * spans)


def test_a_child_that_a_later_answer_does_not_have_is_not_known_in_it() -> None:
    told = Told("900071", [(SPANS[:3], answer("abc", 3)), (SPANS[3:], answer("ac", 1))])
    place = told.place("b")
    assert place is not None
    panel = told.panel(SPANS)
    assert list(zip(*panel.course(place), strict=True)) == [(60, 60, 60, 0), (6, 6, 6, 0)], "no session possible, and none missed"
    assert panel.whole(1).tolist() == [True, False, True], "nothing is said of it"


def test_a_child_of_a_later_answer_alone_is_known_in_it() -> None:
    told = Told("900071", [(SPANS[:1], answer("ac", 1)), (SPANS[1:], answer("bca", 3))])
    place = told.place("b")
    assert place is not None
    panel = told.panel(SPANS)
    assert list(zip(*panel.course(place), strict=True)) == [(0, 60, 60, 60), (0, 6, 6, 6)]
    assert panel.whole(1).tolist() == [child != place for child in range(3)]
    assert told.in_year_group_of(place, DAY).all()
    assert told.place({"d"}) is None
