"""The last day for an information, where no court sits on it."""

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
from shared.court_days import laid_by
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
