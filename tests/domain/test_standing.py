"""The fast counts against plain ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.codes import BY_BYTE, CODES, Code, StatClass
from services.attendance.domain.standing import HELD, Standing, class_table, classes_of, standing_of

NO_SESSION_SEEN = {"Y4", "Y", "#", "Z"}


def plain(marks: bytes, counted: frozenset[str]) -> Standing:
    codes = [BY_BYTE[mark] for mark in marks if mark]
    authorised = sum(code.klass is StatClass.AUTHORISED for code in codes)
    unauthorised = sum(code.text in set("GNOU") for code in codes)
    attended = sum(code.klass in {StatClass.PRESENT, StatClass.LATE, StatClass.AEA} for code in codes)
    absent = authorised + unauthorised
    return Standing(
        possible=attended + absent,
        absent=absent,
        authorised=authorised,
        unauthorised=unauthorised,
        counted=sum(code.text in counted for code in codes),
        late=sum(code.text in {"L", "U"} for code in codes),
        late_before=sum(code.text == "L" for code in codes),
        ill=sum(code.text == "I" for code in codes),
    )


@given(st.lists(st.sampled_from([0, *BY_BYTE]), max_size=100).map(bytes), st.frozensets(st.sampled_from("GNOU")))
def test_the_standing_is_the_plain_one(marks: bytes, counted: frozenset[str]) -> None:
    standing = standing_of(classes_of(marks, class_table(counted)))
    assert standing == plain(marks, counted)
    assert standing.late_after == sum(BY_BYTE[mark].text == "U" for mark in marks if mark)
    assert standing.attended == standing.possible - standing.absent


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.text)
def test_which_codes_show_a_session_held(code: Code) -> None:
    assert bool(class_table()[code.byte] & HELD) == (code.text not in NO_SESSION_SEEN)


def test_no_mark_and_bytes_of_no_code_are_nothing() -> None:
    unknown = bytes(set(range(256)) - set(BY_BYTE))
    assert classes_of(unknown, class_table()) == bytes(len(unknown))
