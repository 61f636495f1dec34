"""What a roll has changed, by kind."""

from datetime import date
from typing import Any

import pytest

from services.attendance.domain.enrolment import Span
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_book import Entry, new_entry, tell
from services.attendance.domain.roll_changes import Changed, Seen, changes, is_begun, seen
from shared.contracts.attendance_events import RollChange

KNOWN: dict[str, Any] = {"surname": "Nance", "forename": "Ada", "born": "2015-04-30", "year_group": "6", "address": "1 Quay"}
LEFT = Span(None, date(2026, 10, 1))


def child(fields: dict[str, Any] | None = None, span: Span | None = None) -> dict[str, Seen]:
    return {"ada": Seen(True, KNOWN | (fields or {}), span)}


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"surname": "Carveth", "forename": "Eve"}, ("name",)),
        ({"year_group": "7"}, ("year group",)),
        ({"born": "2015-05-30", "upn": "B801200005001"}, ("date of birth", "identifier")),
        ({"1 address confidential": True}, ("address",)),
        ({"1 phone": "01632 960001", "address": None}, ("address", "contacts")),
        ({"entry date": "2026-09-14"}, ("enrolment",)),
        ({"health needs": "asthma", "looked after": True}, ("other",)),
        ({"health needs": None, "2 name": None}, ()),
        ({"leaving date": "2027-07-30"}, ()),
    ],
)
def test_each_change_has_its_kind_and_nothing_has_none(fields: dict[str, Any], kinds: tuple[RollChange, ...]) -> None:
    told = changes(child(), child(fields), begun=True)
    assert told == ([Changed("ada", kinds)] if kinds else [])


def test_who_leaves_and_who_returns() -> None:
    assert changes(child(), child(span=LEFT), begun=True) == [Changed("ada", ("left",))]
    assert changes(child(span=LEFT), child(span=Span(date(2026, 9, 14), None)), begun=True) == [Changed("ada", ("returned",))]
    gone = {"ada": Seen(False, {}, None)}
    assert changes(child(), gone, begun=True) == [Changed("ada", ("left",))], "the roll that named the child was taken back"
    assert changes(child(span=LEFT), gone, begun=True) == []


def test_the_first_roll_of_a_year_enters_everybody_which_is_no_change() -> None:
    marks_alone = {"ada": Seen(False, {}, None)}
    for before in ({}, marks_alone):
        assert changes(before, child(), begun=False) == []
        assert changes(before, child(), begun=True) == [Changed("ada", ("entered",))]


def test_a_year_is_begun_when_another_feed_has_named_somebody() -> None:
    ada: Entry = new_entry("B801200005001")
    assert not is_begun([ada], 3)
    tell(ada, writer(3, 0), KNOWN)
    assert not is_begun([ada], 3)
    assert is_begun([ada], 4)
    assert seen({"ada": ada}, {"ada": LEFT}) == child(span=LEFT)
