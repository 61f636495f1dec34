"""Of a prosecution for s.444(1A), sessions before the parent knew of the absence are not relied on, wherever that is counted."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.sharing.domain.knowledge import first_told, relied_on_after
from services.sharing.domain.material import Material
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.printing import volume_a, volume_b
from services.sharing.domain.profile import Profile
from services.sharing.domain.readiness import judge
from services.sharing.domain.readiness.view import View
from services.sharing.domain.sessions import counting, relied_on
from services.sharing.gathering import Gathered
from shared.contracts.attendance import Carer, ChildRegister
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL, TODAY

KNOWING = sample.wanted(measure="prosecution", offence="444(1A)")
TOLD = date(2026, 12, 1)
"""Of the sample's attendance contract."""
RELIED = NATIONAL.model_copy(update={"readings": NATIONAL.readings.model_copy(update={"sessions_before_the_parent_knew": "relied on"})})
DAYS = sample.school_days(sample.FIRST, sample.LAST)


def marks() -> ChildRegister:
    """Two days before the parent was told, the day itself, and three sessions after."""
    days = (date(2026, 11, 25), date(2026, 11, 27), TOLD)
    early = {(day, half): "O" for day in days for half in ("AM", "PM")}
    return sample.register({**early, **sample.absent("U", 3, date(2026, 12, 2))})


def made(profile: Profile = NATIONAL, **changes: Any) -> Material:
    person = sample.person(carers=(Carer(parent=sample.parent().ref or "", name="Elowen Tregear"),))
    return sample.material(profile, **{"marks": marks(), "wanted": KNOWING, "person": person} | changes)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_what_was_before_the_parent_was_told_and_on_that_day_is_not_relied_on() -> None:
    held = made()
    view = View(held, NATIONAL)
    assert [one.day for one in view.relied_on] == [date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 3)]
    assert held.clocks.earliest == date(2026, 12, 2)
    assert len(View(made(wanted=sample.wanted(measure="prosecution")), NATIONAL).relied_on) == 9, "s.444(1) asks for no knowledge"
    assert len(View(made(RELIED), RELIED).relied_on) == 9
    by_rule = {one.rule: one for one in judge(held, NATIONAL)}
    knew = "1 December 2026; 3 sessions relied on came after that. s.444(1), for which nobody has to have known, would carry 9."
    assert by_rule["parent knew"].says.endswith(knew)
    assert by_rule["ground in the register"].says.startswith("3 sessions")


def test_where_none_came_after_it_the_other_offence_is_named_with_its_last_day() -> None:
    early = sample.register(dict.fromkeys(((date(2026, 11, day), half) for day in (25, 27) for half in ("AM", "PM")), "O"))
    by_rule = {one.rule: one for one in judge(made(marks=early), NATIONAL)}
    ground = by_rule["ground in the register"]
    assert not ground.met
    assert ground.says.endswith(": 4 sessions of the period came no later than what shows that the parent knew, on 1 December 2026.")
    assert "choose s.444(1)" in ground.todo
    assert "25 November 2026, can be laid until 25 May 2027" in ground.todo
    assert "in time" not in by_rule, "there is nothing of which it could be said"
    none = {one.rule: one for one in judge(made(marks=sample.register({})), NATIONAL)}
    assert none["ground in the register"].todo == "Choose another period or reason."


def test_where_no_day_is_on_record_none_can_be_told_apart_and_the_rule_is_lacking() -> None:
    held = made(case=sample.case(entries=(), letters=()))
    assert len(View(held, NATIONAL).relied_on) == 9
    assert not next(one for one in judge(held, NATIONAL) if one.rule == "parent knew").met


def test_the_period_that_nobody_said_shows_the_absence_of_which_the_parent_was_told() -> None:
    assert Gathered(made(), NATIONAL).own_period == (date(2026, 11, 25), date(2026, 12, 3))


@pytest.mark.parametrize(
    ("profile", "says", "listed"),
    [
        (NATIONAL, "All sessions relied on, 3, came after that day.", "3 sessions, on 2 days, are relied on."),
        (RELIED, "Of the 9 sessions relied on, 3 came after that day.", "9 sessions, on 5 days, are relied on."),
    ],
)
def test_both_volumes_say_since_when_the_parent_knew_and_the_certificate_shows_every_session(
    profile: Profile, says: str, listed: str
) -> None:
    pack = assemble(made(profile), profile)
    served = words(volume_b(pack, None))
    assert f"Our records show a contact with this parent (attendance contract) on 1 December 2026. {says}" in served
    assert "with 9 sessions of unauthorised absence" in served, "what the school certifies"
    assert listed in served
    few = profile is NATIONAL
    assert ("6 more in the register, up to and on 1 December 2026" in served) is few
    assert ("relied on are 3, after 1 December 2026: a contact with this parent" in words(volume_a(pack, None))) is few
    assert pack.to_be_served.knowledge is not None


def test_of_the_other_offence_nothing_is_said_of_what_the_parent_knew() -> None:
    pack = assemble(made(wanted=sample.wanted(measure="prosecution")), NATIONAL)
    assert pack.to_be_served.knowledge is None
    assert "Our records show" not in words(volume_b(pack, None))


@given(
    st.sets(st.tuples(st.sampled_from(DAYS), st.sampled_from(("AM", "PM")))),
    st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(("attendance contract", "home visit", "telephone call"))), max_size=3),
)
def test_what_is_relied_on_is_what_counts_and_came_after_the_first_contact_that_tells(
    absent: set[tuple[date, str]], contacts: list[tuple[date, str]]
) -> None:
    known = sample.case(entries=tuple(sample.entry(kind, day) for day, kind in contacts), letters=())
    register = sample.register(dict.fromkeys(absent, "O"))
    notices = made().notices
    found = relied_on(KNOWING, known, register, notices, NATIONAL, TODAY)
    every = counting(KNOWING, known, register, notices, NATIONAL, TODAY)
    days = [day for day, kind in contacts if kind != "telephone call"]
    told = first_told(KNOWING, known, NATIONAL)
    assert (told.day if told else None) == min(days, default=None) == relied_on_after(KNOWING, known, NATIONAL)
    assert found == tuple(one for one in every if not days or one.day - min(days) >= timedelta(days=1))


def test_the_entry_of_a_letter_that_came_back_shows_no_knowledge() -> None:
    sent = sample.entry(day=TOLD, entry="e1", kind="formal warning", engagement="not applicable", parents=("p1",))
    came = sample.letter(TOLD, entry="e1", came_back=date(2026, 12, 8))
    assert first_told(KNOWING, sample.case(letters=(came,), entries=(sent,)), NATIONAL) is None
    told = first_told(KNOWING, sample.case(letters=(), entries=(sent,)), NATIONAL)
    assert told is not None
    assert told.day == TOLD, "paper that went before there was this system"
