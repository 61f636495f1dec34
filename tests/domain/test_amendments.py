"""What counts as an amendment of the register."""

from services.attendance.domain.amendments import Amendment, of_page
from services.attendance.domain.page_withdrawal import withdraw
from services.attendance.domain.register_page import Page, writer
from shared.academic_year import SLOTS
from tests.support.columns import Row, apply, columns

WHO = (None, None, "B Example", "parent phoned")


def page_of(*feeds: dict[str, list[Row]]) -> Page:
    page = Page(children=["a", "b"])
    for number, rows in enumerate(feeds, 1):
        apply(page, writer(number, 0), columns(rows))
    return page


def said(page: Page) -> list[tuple[str, int, str, str, int, str | None]]:
    return [(one.child, one.slot, chr(one.before), chr(one.after), one.feed, one.reason) for one in of_page(page, 0, SLOTS)]


def test_a_mark_that_is_replaced_cleared_and_entered_again() -> None:
    page = page_of({"a": [(0, 78, None)]}, {"a": [(0, 79, WHO)]}, {"a": [(0, 45, None)]}, {"a": [(0, 47, None)]})
    assert said(page) == [("a", 0, "N", "O", 2, "parent phoned"), ("a", 0, "O", "-", 3, None), ("a", 0, "-", "/", 4, None)]


def test_an_original_entry_is_none_and_neither_is_another_note() -> None:
    page = page_of({"a": [(0, 45, None)], "b": [(1, 76, (5,))]}, {"a": [(0, 78, None)], "b": [(1, 76, (7,))]})
    assert said(page) == []


def test_who_and_why_may_come_with_a_later_feed() -> None:
    page = page_of({"a": [(0, 78, None)]}, {"a": [(0, 79, None)]}, {"a": [(0, 79, WHO)]}, {"a": [(0, 79, None)]})
    assert list(of_page(page, 0, SLOTS)) == [Amendment("a", 0, 78, 79, 2, "B Example", "parent phoned")]


def test_of_some_slots_and_some_feeds_alone() -> None:
    page = page_of({"a": [(0, 78, None), (4, 78, None)]}, {"a": [(0, 79, None)]}, {"a": [(4, 79, None)]})
    assert [one.feed for one in of_page(page, 0, 4)] == [2]
    assert [one.feed for one in of_page(page, 0, SLOTS, {3})] == [3]


def test_a_feed_that_was_taken_back_is_no_part_of_it() -> None:
    page = page_of({"a": [(0, 78, None)]}, {"a": [(0, 79, WHO)]}, {"a": [(0, 73, None)]})
    withdraw(page, 2)
    assert said(page) == [("a", 0, "N", "I", 3, None)]
