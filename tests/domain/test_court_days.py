"""The last day for an information and for a request, where it is no working day."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from clients.iewo import show
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.printing import volume_a
from services.sharing.domain.readiness import judge
from shared.bank_holidays import BANK_HOLIDAYS
from shared.contracts.attendance import Carer
from shared.court_days import answered_by, asked_by, laid_by, no_day_to_ask, working_days_later
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2027, 1, 1), "2027-01-01 (New Year's Day: lay it by 31 December 2026)"),
        (date(2027, 3, 29), "2027-03-29 (Easter Monday: lay it by 25 March 2027)"),
        (date(2027, 12, 25), "2027-12-25 (a Saturday: lay it by 24 December 2027)"),
        (date(2027, 12, 28), "2027-12-28 (the substitute day of Boxing Day: lay it by 24 December 2027)"),
        (date(2027, 2, 14), "2027-02-14 (a Sunday: lay it by 12 February 2027)"),
        (date(2027, 2, 15), "2027-02-15"),
    ],
)
def test_a_day_on_which_no_court_sits_says_so_and_until_when_it_has_to_be_laid(day: date, says: str) -> None:
    assert laid_by(day, day.isoformat()) == says == show.laid_by(day.isoformat())
    assert show.laid_by(None) is None


@given(st.dates(date(2018, 1, 8), date(2028, 12, 31)))
def test_the_day_that_is_named_is_the_last_before_it_on_which_a_court_sits(day: date) -> None:
    def sits(one: date) -> bool:
        return one.isoweekday() <= 5 and one not in BANK_HOLIDAYS

    said = laid_by(day, "")
    assert (said == "") is sits(day)
    before = max(one for one in (day - timedelta(days=n) for n in range(1, 7)) if sits(one))
    assert said == "" or said.endswith(f": lay it by {before.day} {before:%B %Y})")


@given(st.dates(date(2018, 1, 8), date(2028, 12, 31)))
def test_both_clocks_name_the_same_working_day(day: date) -> None:
    assert laid_by(day, "").replace("lay it by", "ask by") == asked_by(day, "")
    assert show.asked_by(day.isoformat()) == asked_by(day, day.isoformat())


@given(st.dates(date(2018, 1, 8), date(2028, 12, 1)), st.integers(1, 10))
def test_so_many_working_days_later_are_so_many(day: date, days: int) -> None:
    later = working_days_later(day, days)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    working = [one for one in between if one.isoweekday() <= 5 and one not in BANK_HOLIDAYS]
    assert (len(working), working[-1]) == (days, later)


def test_a_day_past_the_last_bank_holiday_that_is_known_says_so() -> None:
    known = "bank holidays are known until 31 December 2028"
    assert laid_by(date(2029, 1, 1), "2029-01-01") == f"2029-01-01 ({known})"
    assert no_day_to_ask(date(2029, 1, 6)) == f"a Saturday: ask by 5 January 2029; {known}"
    assert known not in laid_by(date(2028, 12, 31), "")
    assert known in answered_by(date(2029, 1, 2), None)


def test_a_change_is_to_be_answered_by_a_day_of_its_own() -> None:
    assert answered_by(date(2026, 11, 24), date(2027, 3, 2)) == "answer by 24 November 2026; last day in court: 2 March 2027"
    assert answered_by(date(2026, 11, 24), date(2027, 3, 28)).endswith("28 March 2027 (a Sunday: lay it by 25 March 2027)")
    assert answered_by(date(2026, 11, 24), None) == "answer by 24 November 2026"
    assert working_days_later(date(2026, 12, 24), 1) == date(2026, 12, 29), "Christmas Day, a weekend, the substitute day of Boxing Day"


def test_readiness_and_cover_say_it_and_the_clock_stays_what_the_law_says() -> None:
    """Six months after 28 September 2026 is Easter Sunday's."""
    marks = sample.register(sample.absent("O", 12, date(2026, 9, 28)))
    person = sample.person(carers=(Carer(parent="c1.1", name="Elowen Tregear"),))
    told: dict[str, Any] = {"marks": marks, "person": person}
    held = sample.material(**told)
    assert held.clocks.earliest_by == date(2027, 3, 28)
    says = {one.rule: one.says for one in judge(held, NATIONAL)}
    note = "28 March 2027 (a Sunday: lay it by 25 March 2027)"
    assert note in says["in time"]
    late = held.model_copy(update={"created": date(2027, 3, 10)})
    assert note in {one.rule: one.says for one in judge(late, NATIONAL)}["lead time"]
    pdf = PdfReader(io.BytesIO(volume_a(assemble(held, NATIONAL), None)))
    first = " ".join(pdf.pages[0].extract_text().split())
    assert f"information by {note}" in first, "the profile's own cover"
    assert f"Information for the earliest session (28 Sep 2026) by {note}" in first, first


def test_readiness_and_cover_say_it_of_the_request_too() -> None:
    """40 days before Thursday 25 March 2027, the last on which an information can be laid."""
    profile = NATIONAL.model_copy(update={"clock": NATIONAL.clock.model_copy(update={"lead_days": 40})})
    marks = sample.register(sample.absent("O", 12, date(2026, 9, 28)))
    person = sample.person(carers=(Carer(parent="c1.1", name="Elowen Tregear"),))
    held = sample.material(profile, marks=marks, person=person).model_copy(update={"created": date(2027, 2, 1)})
    assert held.clocks.request_by == date(2027, 2, 13)
    note = "13 February 2027 (a Saturday: ask by 12 February 2027)"
    assert note in {one.rule: one.says for one in judge(held, profile)}["lead time"]
    first = " ".join(PdfReader(io.BytesIO(volume_a(assemble(held, profile), None))).pages[0].extract_text().split())
    assert f"request by {note}" in first
    assert f"Request to the Local Authority by {note}" in first, first
