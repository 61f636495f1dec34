"""A file of what Local Authorities answer about notices: what its rows say, and that what is said twice or late changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.answer_differs import differs
from services.sharing.domain.history import Answered, History, Question, Told
from services.sharing.domain.history_file import Known, read
from services.sharing.domain.material import Notice
from services.sharing.domain.pack_notice import NoticeState
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow, Unfit

BY = By(person="officer-1", name="T. Okafor", role="officer", at=datetime(2026, 5, 4, tzinfo=UTC))
ASKED = date(2026, 5, 1)


def one(text: str) -> tuple[Known, ...]:
    [row], refused, *_ = read(f"pack,answer\np1,{text}\n".encode())
    assert refused == []
    return row.notices


def refused(row: str) -> tuple[str, str]:
    rows, [wrong], *_ = read(f"Our reference,Answer,Date,Source\n{row}\n".encode())
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
    [row], _, unread, _ = read(b"Pack ID;Answer;Shoe size;LA\r\np1;none;9;801\r\n")
    assert (row.on, row.source, row.la, unread) == (None, None, "801", [3])


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("p1,,,", "Answer", "write none where the LA knows of no notice"),
        (",none,,", "Our reference", "is missing"),
        ("p1,perhaps one,,", "Answer", "write none where the LA knows of no notice"),
        ("p1,yes,,", "Answer", "write none where the LA knows of no notice"),
        ("p1,2025-02-30,,", "Answer", "2025-11-03 paid"),
        ("p1,2025-11-03 perhaps,,", "Answer", "what became of it"),
        ("p1,;,,", "Answer", "write none"),
        ("p1,2025-11-03 paid; 2025-11-03 unpaid,,", "Answer", "of one day"),
        (f"p1,{'; '.join(f'2025-11-{day:02}' for day in range(1, 22))},,", "Answer", "at most 20"),
        ("p1,none,soon,", "Date", "a day is written"),
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


def answered(held: History, day: date, *said: Told) -> tuple[History, str | None]:
    """With this answer, and how it differs from what was noted."""
    answer = Answered.of("992", "c.1", day, said, "e-mail", BY)
    after = held.answering_among_many("992", {"c.1"}, day, said).keeping(answer, {"c.1"})
    return after, differs(held, after, answer, {"c.1"}, said)


def test_an_answer_that_differs_from_an_earlier_one_says_how_and_both_are_kept() -> None:
    day, first, later = date(2026, 1, 12), ASKED + timedelta(days=3), ASKED + timedelta(days=9)
    none, says = answered(asked(), first)
    assert says is None, "the first answer"
    named, says = answered(none, later, told(day))
    assert says == "the answer of 4 May 2026 did not name the notice of 12 January 2026: it counts now"
    assert [(one.on, one.notices) for one in named.answers] == [(first, ()), (later, ((day, "issued"),))]
    assert answered(named, later, told(day)) == (named, None), "the same again"
    assert answered(named, later)[1] == "it does not name the notice of 12 January 2026, which was noted before: it still counts"
    paid, says = answered(named, later + timedelta(days=1), told(day, "paid"))
    assert says == "the notice of 12 January 2026 was noted as issued: it is paid now"
    _, says = answered(paid, later + timedelta(days=1), told(day, "withdrawn"))
    assert says == "the notice of 12 January 2026 was noted as paid, and stays so: see `iewo notice-history became`"


def test_what_came_after_an_answer_does_not_differ_from_it() -> None:
    issued, first = ASKED + timedelta(days=5), ASKED + timedelta(days=3)
    held, _ = answered(asked(), first)
    held, says = answered(held, issued, told(issued))
    assert says is None, "no answer names a notice before its issue"
    assert answered(held, first)[1] is None, "a late one does not, either"
    withdrawn = held.changing(held.told[0].id, "withdrawn", BY)
    assert answered(withdrawn, issued + timedelta(days=1))[1] is None, "nobody tells of a notice that was withdrawn"


def asked() -> History:
    return History().asking(Question(authority="992", parent="c.1", asked_on=ASKED, by=BY))


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 5), max_size=3)), min_size=1, max_size=5))
def test_answers_that_come_again_in_any_order_change_nothing(said: list[tuple[int, list[int]]]) -> None:
    history = asked()

    def heard(held: History, after: int, notices: list[int]) -> History:
        days = [told(date(2026, 1, 1) + timedelta(days=7 * one)) for one in notices]
        return answered(held, ASKED + timedelta(days=after), *days)[0]

    for after, notices in said:
        history = heard(history, after, notices)
    [question] = history.questions
    assert question.answered_on == ASKED + timedelta(days=max(after for after, _ in said)), "the latest answer counts"
    for after, notices in reversed(said):
        assert heard(history, after, notices) == history


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
