"""A file of what Local Authorities answer about notices: what its rows say, and that what is said twice or late changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.history import History, Question, Told
from services.sharing.domain.history_file import Known, read
from services.sharing.domain.material import Notice
from services.sharing.domain.pack_notice import NoticeState
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow, Unfit

BY = By(person="officer-1", name="T. Okafor", role="officer", at=datetime(2026, 5, 4, tzinfo=UTC))
ASKED = date(2026, 5, 1)


def one(text: str) -> tuple[Known, ...]:
    [row], refused, _ = read(f"pack,answer\np1,{text}\n".encode())
    assert refused == []
    return row.notices


def refused(row: str) -> tuple[str, str]:
    rows, [wrong], _ = read(f"Our reference,Answer,Date,Source\n{row}\n".encode())
    assert rows == []
    assert wrong.line == 2
    return wrong.field, wrong.reason


@pytest.mark.parametrize("text", ["none", "NONE", "No notices", "no_known notices", "0", "nil"])
def test_that_none_is_known_is_said_in_many_ways(text: str) -> None:
    assert one(text) == ()


def test_notices_are_told_by_their_days_and_what_became_of_them() -> None:
    assert one("2025-11-03 paid; 12/01/2026") == (Known(date(2025, 11, 3), "paid"), Known(date(2026, 1, 12), "issued"))
    assert one("2025-11-03 In Court|2025-11-03 in court") == (Known(date(2025, 11, 3), "in court"),)


def test_what_a_row_does_not_say_is_left_to_who_brings_the_file() -> None:
    [row], _, unread = read(b"Pack ID;Answer;Shoe size;LA\r\np1;none;9;801\r\n")
    assert (row.on, row.source, row.la, unread) == (None, None, "801", [3])


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("p1,,,", "answer", "write none where the LA knows of no notice"),
        (",none,,", "pack", "is missing"),
        ("p1,perhaps one,,", "answer", "what became of it"),
        ("p1,yes,,", "answer", "a day is written"),
        ("p1,;,,", "answer", "none, or the days"),
        ("p1,2025-11-03 paid; 2025-11-03 unpaid,,", "answer", "of one day"),
        ("p1,none,soon,", "on", "a day is written"),
        ("p1,none,,,surplus", "row", "more cells"),
    ],
)
def test_a_row_that_says_nothing_certain_is_refused_by_its_field(row: str, field: str, says: str) -> None:
    wrong, why = refused(row)
    assert wrong == field
    assert says in why


def test_it_needs_a_pack_and_an_answer() -> None:
    with pytest.raises(Unfit, match="not there: answer"):
        read(b"pack,on\np1,2026-05-04\n")
    with pytest.raises(Unfit, match="not there: pack"):
        read(b"answer\nnone\n")


def told(day: date, state: NoticeState = "issued") -> Told:
    notice = Notice(authority="992", child="c", parent="c.1", issued_on=day, state=state, sessions=(), reference=None)
    return Told(id=f"{day}{state}", notice=notice, source="e-mail of 4 May", by=BY)


def asked() -> History:
    return History().asking(Question(authority="992", parent="c.1", asked_on=ASKED, by=BY))


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 5), max_size=3)), min_size=1, max_size=5))
def test_answers_that_come_again_in_any_order_change_nothing(said: list[tuple[int, list[int]]]) -> None:
    history = asked()

    def answered(held: History, after: int, notices: list[int]) -> History:
        days = [told(date(2026, 1, 1) + timedelta(days=7 * one)) for one in notices]
        return held.answering_among_many("992", {"c.1"}, ASKED + timedelta(days=after), days)

    for after, notices in said:
        history = answered(history, after, notices)
    [question] = history.questions
    assert question.answered_on == ASKED + timedelta(days=max(after for after, _ in said)), "the latest answer counts"
    for after, notices in reversed(said):
        assert answered(history, after, notices) == history


def test_what_became_of_a_notice_stays_when_the_answer_comes_again() -> None:
    day, on = date(2026, 1, 12), ASKED + timedelta(days=3)
    history = asked().answering_among_many("992", {"c.1"}, on, [told(day)])
    withdrawn = history.changing(history.told[0].id, "withdrawn", BY)
    assert withdrawn.answering_among_many("992", {"c.1"}, on, [told(day)]) == withdrawn


def test_who_was_not_asked_has_not_answered() -> None:
    with pytest.raises(NotPossibleNow, match="was not asked"):
        asked().answering_among_many("801", {"c.1"}, ASKED, [])
    with pytest.raises(Unfit, match="asked later"):
        asked().answering_among_many("992", {"c.1"}, ASKED - timedelta(days=1), [])
