"""Notices known to us, and whether every Local Authority that was to be asked has answered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.sharing.domain.demands import Days, Limit
from services.sharing.domain.history import Before, History, Question, Told, known_to_us
from services.sharing.domain.material import Notice, NoticeHistory
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow, Unfit

TODAY = date(2027, 2, 15)
BY = By(person="officer-1", name="T. Okafor", role="officer", at=datetime(2027, 2, 1, tzinfo=UTC))
CONFIRMED = Days(required=True, before="sending", override=True, days=90)
LIMIT = Limit(required=True, before="checking", override=False, notices=2, years=3)
ISSUED = Notice(authority="803", child="c1", parent="p1", issued_on=date(2026, 3, 3), state="issued")


def asked(authority: str = "803", on: date = date(2027, 2, 1), parent: str = "p1") -> Question:
    return Question(authority=authority, parent=parent, asked_on=on, by=BY)


def told(**changes: Any) -> Told:
    return Told(id="n1", notice=ISSUED.model_copy(update=changes), source="e-mail", by=BY)


def known(history: History, *of_packs: Notice, own: tuple[Notice, ...] = (), entered: date | None = None) -> NoticeHistory:
    return known_to_us(history, of_packs, own, "c1", {"p1", "c1.1"}, "803", entered, CONFIRMED, LIMIT, TODAY)


def test_it_is_confirmed_when_the_authority_has_answered() -> None:
    assert not known(History()).confirmed
    waiting = History().asking(asked())
    assert not known(waiting).confirmed
    answered = waiting.answering("803", {"p1"}, date(2027, 2, 5), ())
    assert known(answered).confirmed
    assert not known(answered.asking(asked(on=date(2027, 2, 9)))).confirmed, "asked again it waits again"
    assert answered.asking(asked()) == answered, "the same question twice is one"


def test_an_answer_ages() -> None:
    on = TODAY - timedelta(days=90)
    for day, confirmed in ((on, True), (on - timedelta(days=1), False)):
        assert known(History().asking(asked(on=day)).answering("803", {"p1"}, day, ())).confirmed is confirmed


def test_about_another_parent_nothing_was_said() -> None:
    history = History().asking(asked(parent="p2")).answering("803", {"p2"}, TODAY, [told(parent="p2")])
    assert not known(history).confirmed
    assert known(history).known == ()


def test_of_a_child_who_came_the_earlier_authorities_are_asked_too() -> None:
    came = date(2026, 9, 1)
    history = History().asking(asked()).answering("803", {"p1"}, TODAY, ())
    assert (known(history, entered=came).confirmed, known(history, entered=came).came_on) == (False, came)
    assert known(history, entered=date(2024, 2, 15)).confirmed, "it came three years ago"
    nowhere = history.model_copy(update={"before": Before(authorities=(), why="a primary school of the same LA", by=BY)})
    assert known(nowhere, entered=came).confirmed
    moved = history.model_copy(update={"before": Before(authorities=("801",), why="the school's admission record", by=BY)})
    assert (known(moved, entered=came).confirmed, known(moved, entered=came).to_ask) == (False, ("803", "801"))
    assert known(moved.asking(asked("801")).answering("801", {"p1"}, TODAY, ()), entered=came).confirmed


def test_a_notice_that_the_authority_names_and_our_own_pack_led_to_is_one() -> None:
    history = History().asking(asked()).answering("803", {"p1"}, TODAY, [told(), told(issued_on=date(2025, 3, 3))])
    assert [one.issued_on for one in known(history, ISSUED).known] == [date(2025, 3, 3), date(2026, 3, 3)]
    assert len(known(history).known) == 2


def test_what_became_of_a_notice_is_said_of_the_same_one() -> None:
    history = History().telling(told()).telling(told(state="paid"))
    assert [(one.id, one.notice.state) for one in history.told] == [("n1", "paid")]
    assert history.changing("n1", "withdrawn", BY).told[0].notice.state == "withdrawn"
    with pytest.raises(NotPossibleNow):
        history.changing("n2", "paid", BY)


def test_an_answer_needs_its_question() -> None:
    with pytest.raises(NotPossibleNow, match="803 was not asked"):
        History().answering("803", {"p1"}, TODAY, ())
    with pytest.raises(Unfit, match="later than that"):
        History().asking(asked()).answering("803", {"p1"}, date(2027, 1, 31), ())


def test_the_notice_of_an_earlier_edition_does_not_count_against_the_next() -> None:
    history = History().asking(asked()).answering("803", {"p1"}, TODAY, [told()])
    assert known(history, own=(ISSUED,)).known == ()


def test_a_notice_that_is_dated_some_days_apart_is_one() -> None:
    session, other = ((date(2026, 2, 2), "AM"),), ((date(2026, 2, 9), "AM"),)
    ours = ISSUED.model_copy(update={"sessions": session})

    def count(**changes: Any) -> int:
        return len(known(History().telling(told(**changes)), ours).known)

    assert [count(issued_on=ISSUED.issued_on + timedelta(days=days)) for days in (-8, -7, -1, 7, 8)] == [2, 1, 1, 1, 2]
    assert count(issued_on=date(2026, 3, 2), sessions=session) == 1
    assert count(issued_on=date(2026, 3, 2), sessions=other) == 2
    assert count(issued_on=date(2026, 3, 2), authority="801") == 2


def test_a_notice_that_is_told_again_under_its_reference_is_amended() -> None:
    first = told(reference="PN/0017")
    amended = History().telling(first).telling(told(reference="pn 0017", issued_on=date(2026, 3, 9), state="paid"))
    assert [(one.id, one.notice.issued_on, one.notice.state) for one in amended.told] == [("n1", date(2026, 3, 9), "paid")]
    assert len(History().telling(first).telling(told(reference="PN/0018")).told) == 2, "two of one day"
    assert len(History().telling(first).telling(told()).told) == 1, "of one nobody told the reference"
    ours = ISSUED.model_copy(update={"reference": "PN/0017"})
    late = told(reference="PN/0017", issued_on=date(2026, 6, 1))
    assert known(History().telling(late), ours).known == (ours,)
    assert known(History().telling(late), own=(ours,)).known == ()
    sessions = [((date(2026, 2, day), "AM"),) for day in (2, 3)]
    both = [ours.model_copy(update={"sessions": one, "request": "r1"}) for one in sessions]
    assert [one.sessions for one in known(History(), *both).known] == [(*sessions[0], *sessions[1])], "one notice of two editions"


def of_packs(*changes: dict[str, Any]) -> list[tuple[date, str]]:
    """The notices that are known where one came of each request's pack, all under one reference."""
    notices = [ISSUED.model_copy(update={"reference": "CASE 77", "request": f"r{n}"} | change) for n, change in enumerate(changes)]
    return [(one.issued_on, one.state) for one in known(History(), *notices).known]


def test_notices_of_two_requests_under_one_reference_are_two() -> None:
    later = {"issued_on": date(2026, 9, 3)}
    assert of_packs({}, later) == [(ISSUED.issued_on, "issued"), (date(2026, 9, 3), "issued")]
    assert of_packs({"state": "unpaid"}, later | {"state": "withdrawn"})[0] == (ISSUED.issued_on, "unpaid")
    first, second, third = (((date(2026, 2, day), "AM"),) for day in (2, 3, 4))
    near = {"issued_on": date(2026, 3, 9)}
    assert len(of_packs({"sessions": first + second}, near | {"sessions": second + third})) == 1, "one notice of two packs"
    assert len(of_packs({"sessions": first}, near | {"sessions": second})) == 2, "a notice for each"
    assert len(of_packs({"sessions": first}, later | {"sessions": first})) == 2


@pytest.mark.parametrize(
    ("one", "other", "notices"), [("25/1-12", "25/11-2", 2), ("PN/A/7", "pn-a 7", 1), ("PN 7", "PN7", 1), ("A-BC", "AB-C", 2)]
)
def test_what_separates_the_figures_of_a_reference_counts(one: str, other: str, notices: int) -> None:
    history = History().telling(told(reference=one)).telling(told(reference=other, issued_on=date(2026, 9, 3)))
    assert len(history.told) == notices


def test_a_notice_that_was_told_of_two_records_of_one_person_is_one() -> None:
    history = History().telling(told()).telling(told(parent="c1.1", state="paid")).telling(told(parent="c1.1", issued_on=date(2025, 3, 3)))
    assert [(one.issued_on, one.state) for one in known(history).known] == [(date(2025, 3, 3), "issued"), (date(2026, 3, 3), "paid")]
