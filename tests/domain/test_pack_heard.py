"""Where a pack stands after what its Local Authority has said of it, whatever the order in which that was heard."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.doubtful import doubtful
from services.sharing.domain.heard import Said, Says, Sessions, Source, Word, fit, is_news, stands, struck, with_word
from services.sharing.domain.life import step
from services.sharing.domain.pack_notice import notice_of
from services.sharing.domain.work import By
from services.sharing.errors import NotYours, Unfit
from tests.domain.readiness_sample import absent, certificate, register

SENT = date(2027, 3, 1)
BY = By(person="officer-1", name="T. Okafor", role="officer", at=datetime(2027, 6, 1, tzinfo=UTC))


def word(says: Says, day: int = 0, source: Source = "told to us", **more: Any) -> Word:
    return Word(said=Said(says=says, on=SENT + timedelta(days=day), **more), by=BY, source=source)


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        ((word("paid", 40), word("notice issued", 20), word("received", 1)), "paid"),
        ((word("paid", 40),), "paid"),
        ((word("accepted", 5), word("received", 9)), "accepted"),
        ((word("returned", 5, questions=("Which day?",)), word("accepted", 9)), "accepted"),
        ((word("accepted", 9), word("returned", 5, questions=("Which day?",))), "accepted"),
        ((word("unpaid", 30), word("in court", 60), word("outcome", 90, outcome="fined"), word("paid", 95)), "outcome"),
        ((word("in court", 60), word("outcome", 90, outcome="fined"), word("withdrawn", 95)), "outcome"),
        ((word("notice issued", 20), word("withdrawn", 25)), "withdrawn"),
        ((word("received", 3), word("accepted", 3)), "accepted"),
    ],
)
def test_the_day_on_which_it_happened_decides(heard: tuple[Word, ...], state: str) -> None:
    assert stands(heard, "sent") == state
    assert stands(heard, "superseded") == "superseded", "another has taken its place"


WORDS = st.lists(st.builds(word, st.sampled_from(get_args(Says)), st.integers(0, 9)), max_size=8)


@given(WORDS, st.randoms(use_true_random=False))
def test_the_order_of_hearing_changes_nothing(heard: list[Word], chance: Any) -> None:
    """Unless two words of one day are as far: then the one that was heard last holds."""
    rivals = {(one.said.on, step(one.said.says)) for one in heard}
    if len(rivals) < len({one.said for one in heard}):
        return
    shuffled = list(heard)
    chance.shuffle(shuffled)
    first = second = "sent"
    for number in range(1, len(heard) + 1):  # as each is heard, from the state in which the one before left the pack
        first = stands(heard[:number], first)  # type: ignore[arg-type]
        second = stands(shuffled[:number], second)  # type: ignore[arg-type]
    assert first == second


@given(WORDS)
def test_a_word_is_kept_once(heard: list[Word]) -> None:
    words: tuple[Word, ...] = ()
    for one in (*heard, *heard):
        words = with_word(words, one)
    assert {one.said for one in words} == {one.said for one in heard}
    assert len(words) == len({one.said for one in heard})


def test_a_late_word_that_changes_nothing_is_no_news() -> None:
    assert is_news((word("received", 1),), word("accepted", 2))
    assert not is_news((word("accepted", 2),), word("received", 1))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (word("returned"), "say `questions`"),
        (word("declined"), "say `why`"),
        (word("outcome"), "say `outcome`"),
        (word("received", -1), "not before the pack was sent"),
        (word("received", 31), "not after today"),
        (word("accepted", questions=("Why?",)), "questions come with"),
        (word("notice issued", 3, sessions=((SENT + timedelta(days=4), "AM"),)), "none is after its day of issue"),
    ],
)
def test_what_does_not_fit_is_refused(said: Word, says: str) -> None:
    with pytest.raises(Unfit, match=says):
        fit(said.said, SENT, SENT + timedelta(days=30))


OF_PACK: Sessions = ((date(2027, 1, 5), "AM"), (date(2027, 1, 6), "AM"))


def notice(*heard: Word) -> Any:
    return notice_of(heard, "803", "c1", "p1", OF_PACK)


def test_a_notice_is_what_the_authority_told_of_it() -> None:
    assert notice(word("accepted")) is None
    assert notice(word("in court")) is None, "a prosecution without a notice"
    issued = notice(word("notice issued", 9))
    assert (issued.issued_on, issued.state, issued.sessions) == (SENT + timedelta(days=9), "issued", OF_PACK)
    late = notice(word("paid", 30), word("notice issued", 9, sessions=OF_PACK[:1]))
    assert (late.issued_on, late.state, late.sessions) == (SENT + timedelta(days=9), "paid", OF_PACK[:1])
    assert notice(word("unpaid", 30)).issued_on == SENT + timedelta(days=30), "a notice whose issue nobody told"
    assert notice(word("notice issued", 9), word("withdrawn", 12)).state == "withdrawn"
    assert notice(word("notice issued", 9), word("withdrawn", 12, "ourselves")).state == "issued", "the LA alone withdraws a notice"


def test_sessions_that_the_certificate_does_not_bear_out_are_doubtful() -> None:
    marks = register(absent(count=2, start=date(2026, 11, 16)))
    said = word("notice issued", 9, sessions=((date(2026, 11, 16), "PM"), (date(2026, 11, 17), "AM"), (date(2025, 11, 16), "AM"))).said
    assert doubtful(said, certificate(marks)) == said.sessions[1:], "present, and outside the period"
    assert doubtful(said, None) == said.sessions
    assert doubtful(word("received").said, certificate(marks)) == ()


@given(WORDS, st.integers(0, 7), st.sampled_from(("sent", "fetched")))
def test_a_pack_stands_as_if_what_was_struck_had_never_been_said(heard: list[Word], place: int, before: Any) -> None:
    said: tuple[Word, ...] = ()
    for one in heard:
        said = with_word(said, one)
    if place >= len(said):
        return
    gone = struck(said, place + 1, BY, "of another pack")
    without = tuple(one for one in said if one is not said[place])
    fetched = before == "fetched"
    assert stands(gone, stands(said, before), fetched) == stands(without, before)
    assert len(gone) == len(said), "it is kept"
    assert struck(gone, place + 1, BY, "once more") == gone
    assert notice_of(gone, "893", "child", "parent", ()) == notice_of(without, "893", "child", "parent", ())


def test_who_typed_a_word_in_takes_it_back_and_nobody_takes_back_what_the_authority_said_itself() -> None:
    said = (word("paid", source="the LA itself"), word("declined", source="ourselves", why="no"), word("accepted"))
    for number in (1, 2):
        with pytest.raises(NotYours):
            struck(said, number, BY, "in error")
    for number in (0, 4):
        with pytest.raises(Unfit, match="no word"):
            struck(said, number, BY, "in error")
    gone = struck(said, 3, BY, "in error")
    assert len(with_word(gone, word("accepted"))) == 4, "a person means it"


@pytest.mark.parametrize(("before", "now", "heard"), [("a file", "a file", 1), ("told to us", "a file", 2), ("a file", "told to us", 2)])
def test_a_file_is_passed_over_only_where_what_a_file_said_was_struck(before: Source, now: Source, heard: int) -> None:
    gone = struck((word("paid", source=before),), 1, BY, "of another pack")
    assert len(with_word(gone, word("paid", source=now))) == heard
