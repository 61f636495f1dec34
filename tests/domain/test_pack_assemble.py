"""A pack says what the register and the officers say, of one child and one parent, and nothing more."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.sharing.domain import pack
from services.sharing.domain.assemble import CodeNotExplained
from tests.domain import pack_sample as sample

codes = st.sampled_from([meaning.code for meaning in sample.KEY] + [None])
CLASS = {meaning.code: meaning.statistical_class for meaning in sample.KEY}


@given(marks=st.lists(st.tuples(codes, codes), max_size=120))
def test_the_totals_are_those_of_the_register(marks: list[tuple[str | None, str | None]]) -> None:
    days = tuple(
        pack.RegisterDay(date=day, am=am, pm=pm) for day, (am, pm) in zip(sample.school_days(date(2026, 9, 1), 200), marks, strict=False)
    )
    whole = sample.made(attendance=sample.attendance(days), request=sample.request(period_to=date(2027, 7, 30)))
    totals = whole.certificate.totals
    classes = [CLASS[code] if code else None for mark in marks for code in mark]
    assert totals.unauthorised == classes.count("unauthorised absence")
    assert totals.authorised == classes.count("authorised absence")
    assert totals.possible == totals.attended + totals.absent
    assert totals.no_mark == classes.count(None)
    assert totals.possible + totals.not_possible + totals.no_mark == 2 * len(marks)
    assert sum(count.sessions for count in whole.certificate.codes) == 2 * len(marks) - totals.no_mark
    assert (totals.attendance_percentage is None) is (totals.possible == 0)


def test_late_is_attendance_and_after_the_register_closed_is_absence() -> None:
    days = (pack.RegisterDay(date=date(2026, 9, 7), am="L", pm="U"),)
    totals = sample.made(attendance=sample.attendance(days)).certificate.totals
    assert (totals.attended, totals.late, totals.unauthorised, totals.attendance_percentage) == (1, 1, 1, "50.00")


def test_days_outside_the_period_stay_out_and_the_rest_is_in_order() -> None:
    days = sample.register(date(2026, 9, 3), 60)
    period = sample.request(period_from=date(2026, 9, 7), period_to=date(2026, 9, 18))
    shown = sample.made(attendance=sample.attendance(days[::-1]), request=period).certificate.days
    assert [day.date for day in shown] == sample.school_days(date(2026, 9, 7), 10)


def test_a_code_without_a_meaning_is_an_error() -> None:
    with pytest.raises(CodeNotExplained):
        sample.made(attendance=sample.attendance(key=sample.KEY[:3]))


def test_a_session_on_a_weekend_is_refused() -> None:
    with pytest.raises(ValidationError):
        pack.RegisterDay(date=date(2026, 9, 5), am="/", pm="\\")


@pytest.mark.parametrize(
    ("head", "on", "signed"),
    [
        ("R. Pascoe", date(2027, 2, 16), True),
        ("R. Pascoe", date(2027, 2, 12), True),
        ("R. Pascoe", date(2027, 2, 11), False),  # before the last day that it certifies
        (None, date(2027, 2, 16), False),
        ("R. Pascoe", None, False),
    ],
)
def test_a_certificate_is_a_draft_unless_name_and_a_later_date_are_given(head: str | None, on: date | None, signed: bool) -> None:
    whole = sample.made(request=sample.request(head_teacher=head, signed_on=on))
    assert whole.is_draft is not signed
    assert any("not signed" in matter for matter in whole.matters_open) is not signed


def test_what_must_be_settled_is_said() -> None:
    days = (
        pack.RegisterDay(date=date(2026, 9, 7), am="N", pm=None),
        pack.RegisterDay(date=date(2026, 9, 8), am="/", pm=None),
    )
    late_change = pack.MarkChange(date=date(2026, 9, 8), session="AM", before="O", after="/", submitted_on=date(2027, 2, 20))
    evidence = sample.attendance(days, changes=(late_change,), register_as_of=date(2027, 1, 29))
    assert sample.made(attendance=evidence).matters_open == (
        "The school's last submission lies before the end of the period.",
        "The school changed marks of the period after the date of signature.",
        "Code N (reason not yet established) stands in 1 session: the reason is to be settled.",
        "The school has sent no mark for 2 sessions of the period.",
    )


def test_a_register_that_changed_after_the_signature_is_told() -> None:
    later = sample.made(attendance=sample.attendance(register_as_of=date(2027, 2, 17), changes=()))
    assert later.certificate.signature is not None
    told = "The register of this period last changed on 17 February 2027, after the head teacher's signature of 16 February 2027."
    assert told in later.matters_open
    same_day = sample.made(attendance=sample.attendance(register_as_of=date(2027, 2, 16), changes=()))
    unsigned = sample.made(
        request=sample.request(head_teacher=None, signed_on=None), attendance=sample.attendance(register_as_of=date(2027, 2, 17))
    )
    for made in (same_day, unsigned):
        assert not any("last changed" in matter for matter in made.matters_open)


def test_a_clean_pack_leaves_nothing_to_settle() -> None:
    days = (pack.RegisterDay(date=date(2026, 9, 7), am="O", pm="\\"),)
    assert sample.made(attendance=sample.attendance(days, changes=())).matters_open == ()


def test_notes_of_conversations_have_no_place_in_a_pack() -> None:
    with pytest.raises(ValidationError):
        sample.contact(date(2026, 11, 2), words="said in confidence")
    left_out = {one.record: one.why for one in sample.made().not_included}
    assert left_out["Notes of conversations"] == "Left out: they stay with the case."


@given(number=st.integers(0, 40), start=st.dates(date(2026, 9, 1), date(2027, 1, 1)))
def test_the_chronology_is_in_the_order_of_its_days(number: int, start: date) -> None:
    contacts = tuple(sample.contact(start + timedelta(days=n * 17 % 41)) for n in range(number))
    whole = sample.made(chronology=sample.chronology().model_copy(update={"contacts": contacts}))
    days = [contact.date for contact in whole.chronology]
    assert days == sorted(contact.date for contact in contacts)


def test_the_json_is_read_back_as_the_same_pack() -> None:
    whole = sample.made()
    assert pack.Pack.model_validate_json(whole.as_json()) == whole
    assert json.loads(whole.as_json())["format"] == "iewo.enforcement-pack"


def test_the_json_has_the_fields_of_version_1_and_no_other() -> None:
    assert set(json.loads(sample.made().as_json())) == {
        *("format", "version", "pack_id", "created", "company", "requested_by", "requested_on", "measure"),
        *("authority", "school", "child", "parent", "certificate", "changes", "concerns", "chronology"),
        *("readings", "not_included", "matters_open"),
    }


def test_the_authoritys_own_reading_of_the_threshold_is_printed() -> None:
    whole = sample.made()
    assert whole.readings[0].reading.startswith("Ten sessions of unauthorised absence, codes G, N, O and U")
    read = sample.made(threshold="10 sessions of unauthorised absence, codes G, O and U").readings[0]
    assert (read.rule, read.reading) == (whole.readings[0].rule, "10 sessions of unauthorised absence, codes G, O and U")
