"""What a sent pack rests on, and what of it is another now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.rests import KINDS, LONGEST_PAUSE, PAUSE, Rests, What, pause
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow
from shared.pack import change
from shared.pack.register import MarkChange

AT = datetime(2027, 3, 1, tzinfo=UTC)
BY = By(person="officer-1", name="T. Okafor", role="officer", at=AT)
PRINTS = st.fixed_dictionaries({kind: st.sampled_from("ab") for kind in KINDS})


def test_of_a_pack_that_has_ended_the_pause_is_a_twentieth_of_its_age() -> None:
    assert {age: pause(False, timedelta(days=age)) for age in (0, 5, 60, 3000)} == {
        0: PAUSE,
        5: timedelta(hours=6),
        60: timedelta(days=3),
        3000: LONGEST_PAUSE,
    }
    assert pause(True, timedelta(days=3000)) == PAUSE, "while an LA may act on it"


@given(PRINTS, st.lists(PRINTS, max_size=5))
def test_each_change_is_one_edition_and_stays_open_until_it_is_answered(sent: Any, looks: list[Any]) -> None:
    rests = Rests(seen=sent)
    touched: set[str] = set()
    for now in (one for look in looks for one in (look, look)):  # looked at twice it is one change
        changed = {kind for kind in KINDS if now[kind] != rests.seen[kind]}
        touched |= changed
        after = rests.looked(now, AT)
        assert after.edition - rests.edition == bool(changed)
        assert set(after.open) == touched
        rests = after
    if not touched:
        with pytest.raises(NotPossibleNow):
            rests.answering("stands", "why", BY)
        return
    answered = rests.answering("stands", "why", BY)
    assert (answered.open, set(answered.answered[-1].what)) == ((), touched)
    assert answered.looked(rests.seen, AT) == answered, "what was answered is not told again"


def mark(day: int, before: str | None, after: str | None) -> MarkChange:
    return MarkChange(date=date(2027, 2, day), session="AM", before=before, after=after, submitted_on=None)


def seen(print_: str) -> dict[What, str]:
    return {**dict.fromkeys(KINDS, "same"), "sessions": print_}


def test_of_sessions_it_tells_which_with_the_mark_when_it_was_sent_and_now() -> None:
    sent = Rests(seen=seen("0"))
    first = sent.looked(seen("1"), AT, (mark(1, "O", "I"),))
    assert first.sessions == (mark(1, "O", "I"),)
    second = first.looked(seen("2"), AT, (mark(1, "O", None), mark(2, "/", "U")))
    assert second.sessions == (mark(1, "O", None), mark(2, "/", "U")), "always beside the mark that was sent"
    back = second.looked(seen("3"), AT, (mark(2, "/", "U"),))
    assert back.sessions == (mark(1, "O", "O"), mark(2, "/", "U")), "as it was sent again"
    answered = back.answering("stands", "why", BY)
    assert (answered.sessions, answered.answered[-1].sessions) == ((), back.sessions)
    later = answered.looked(seen("4"), AT, (mark(2, "/", "U"), mark(3, "O", "G")))
    assert later.sessions == (mark(3, "O", "G"),), "what was answered is told no more"
    assert answered.looked(seen("5"), AT, ()).sessions == (mark(2, "/", "/"),)


def test_a_notice_of_the_first_version_is_what_it_was() -> None:
    """Its bytes have no list of sessions, and its signature is over those bytes."""
    key = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    raw = (
        b'{"authority":"803","format":"iewo.notice-of-change","notice":"p1-change-1","pack":"p1","public_key":"%s",'
        b'"says":"changed since sent","told_on":"2027-03-01","version":1,"what":["sessions"]}' % change.public_of(key).encode()
    )
    files = {change.NOTICE: raw, change.SIGNATURE: key.sign(raw).hex().encode() + b"\n"}
    assert change.fault(files, "p1-change-1", "803", change.public_of(key)) is None
    assert change.read(files).sessions == ()


def test_a_notice_of_change_is_signed_and_of_its_own_pack() -> None:
    key = Ed25519PrivateKey.generate()
    public = change.public_of(key)
    notice = change.NoticeOfChange(
        pack="p1",
        notice="p1-change-1",
        authority="803",
        told_on=date(2027, 3, 1),
        says="changed since sent",
        what=("flag",),
        public_key=public,
    )
    with pytest.raises(ValueError, match="version 2 has no `why`"):
        change.NoticeOfChange.model_validate(notice.model_dump() | {"version": 2, "why": "enough are left"})
    files = change.sign(notice, key)
    assert change.fault(files, "p1-change-1", "803", public) is None
    assert change.fault(files, "p1-change-1", "803", None) is None
    for wrong in (
        change.fault(files, "p1-change-2", "803", public),
        change.fault(files, "p1-change-1", "801", public),
        change.fault(files, "p1-change-1", "803", change.public_of(Ed25519PrivateKey.generate())),
        change.fault({**files, change.NOTICE: files[change.NOTICE].replace(b"flag", b"parent")}, "p1-change-1", "803", public),
        change.fault({**files, change.NOTICE: b"{}"}, "p1-change-1", "803", public),
    ):
        assert wrong is not None
