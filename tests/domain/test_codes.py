"""The code table against the Department's own columns and totals."""

from datetime import date

import pytest

from services.attendance.domain.codes import (
    ABSENT,
    ATTENDED,
    BY_BYTE,
    BY_TEXT,
    CLASS_TABLE,
    CLEARED,
    CODES,
    CURRENT,
    NO_MARK,
    NOT_MARKS,
    POSSIBLE,
    WITHDRAWN,
    StatClass,
    find,
)

# The reason columns of the Department for Education's "Pupil attendance in schools", year to date 2025/26
# (Open Government Licence v3), grouped as its own totals recompute.
PUBLISHED = {
    StatClass.PRESENT: "reason_present_am reason_present_pm",
    StatClass.LATE: "reason_l_present_late_before_registers_closed",
    StatClass.AEA: (
        "reason_b_aea_education_off_site reason_j_aea_interview reason_p_aea_approved_sporting_activity "
        "reason_v_aea_educational_visit_trip reason_w_aea_work_experience reason_k_aea_education_arranged_by_la"
    ),
    StatClass.AUTHORISED: (
        "reason_i_authorised_illness reason_m_authorised_medical_dental reason_r_authorised_religious_observance "
        "reason_s_authorised_study_leave reason_t_authorised_mobile_child reason_h_authorised_holiday "
        "reason_e_authorised_excluded reason_c_authorised_other reason_c1_authorised_regulated_performance "
        "reason_j1_authorised_interview reason_c2_authorised_temp_reduced_timetable"
    ),
    StatClass.UNAUTHORISED: (
        "reason_g_unauthorised_holiday reason_u_unauthorised_late_after_registers_closed reason_o_other_unauthorised reason_n_no_reason_yet"
    ),
}

# The stored format. A change here is a migration of every register ever stored.
STORED = {
    **{letter: letter for letter in "/\\LKVPWBCEIMRSTGNOUDQXZ#HJYF"},
    **{"C1": "c", "C2": "d", "J1": "j"},
    **{f"Y{n}": str(n) for n in range(1, 8)},
}


def test_there_are_34_current_codes_of_which_12_are_new() -> None:
    assert len(CURRENT) == 34
    assert {code.text for code in CURRENT if code.first} == {
        "K",
        "C1",
        "C2",
        "J1",
        "Q",
        *(f"Y{n}" for n in range(1, 8)),
    }
    assert {code.text for code in WITHDRAWN} == set("HJYF")


def test_the_stored_bytes_are_fixed_distinct_and_never_no_mark() -> None:
    assert {code.text: chr(code.byte) for code in CODES} == STORED
    assert len(BY_BYTE) == len(BY_TEXT) == len(CODES)
    assert not {NO_MARK, CLEARED} & BY_BYTE.keys()


@pytest.mark.parametrize("klass", PUBLISHED)
def test_each_class_has_the_columns_that_the_department_sums(klass: StatClass) -> None:
    assert {code.reason for code in CODES if code.klass is klass} == set(PUBLISHED[klass].split())


def test_outside_possible_sessions_no_column_is_the_departments() -> None:
    published = {column for columns in PUBLISHED.values() for column in columns.split()}
    outside = [code for code in CODES if code.klass not in POSSIBLE]
    assert {code.text for code in outside} == {"D", "Q", "X", "Y", "Z", "#", *(f"Y{n}" for n in range(1, 8))}
    assert not published & {code.reason for code in outside}


def test_possible_sessions_are_attendance_and_absence_and_nothing_else() -> None:
    assert set(PUBLISHED) == POSSIBLE
    assert not ATTENDED & ABSENT


def test_the_class_table_answers_for_every_byte() -> None:
    assert len(CLASS_TABLE) == 256
    for byte in range(256):
        assert CLASS_TABLE[byte] == (BY_BYTE[byte].klass if byte in BY_BYTE else 0)


def test_the_interview_moved_from_attended_to_absent() -> None:
    old, new = BY_TEXT["J"], BY_TEXT["J1"]
    assert old.klass in ATTENDED
    assert new.klass in ABSENT
    assert old.in_use(date(2024, 8, 18))
    assert not old.in_use(date(2024, 8, 19))
    assert new.in_use(date(2024, 8, 19))
    assert not new.in_use(date(2024, 8, 18))


@pytest.mark.parametrize(("written", "meant"), [(" c1 ", "C1"), ("y7", "Y7"), ("\\", "\\"), ("l", "L"), ("\u00a0i", "I")])
def test_a_code_is_found_as_schools_write_it(written: str, meant: str) -> None:
    found = find(written)
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize("written", ["", "A", "C3", "Y8", "Y0", "//", "\u0131", "\u017f", "-", "1"])
def test_what_is_not_a_code_is_not_found(written: str) -> None:
    assert find(written) is None


def test_what_is_exported_for_no_mark_is_no_code() -> None:
    assert all(find(text) is None for text in NOT_MARKS)


def test_nobody_enters_ahead_that_a_child_came_fell_ill_or_stayed_away_and_no_withdrawn_code() -> None:
    assert {code.text for code in CURRENT if not code.ahead} == {"/", "\\", "L", "I", "G", "N", "O", "U", "Q", "Y1", "Y2", "Y7"}
    assert not any(code.ahead for code in WITHDRAWN)
