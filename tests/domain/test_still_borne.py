"""Whether the register of today still bears what a sent pack asks for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.sharing.domain.material import Override
from services.sharing.domain.still_borne import still_borne
from services.sharing.errors import NotPossibleNow
from shared.pack.register import ReliedOn
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL, material, register


def sent(now: dict[tuple[date, str], str | None], then: dict[tuple[date, str], str | None] | None = None, **changes: Any) -> ReliedOn:
    """Of a pack that was sent with twelve sessions."""
    certified = register(sample.absent() if then is None else then)
    found = still_borne(material(marks=register(now), certificate=sample.certificate(certified), **changes), NATIONAL)
    if found.why_not:
        raise NotPossibleNow(found.why_not)
    return found.relied_on


def test_a_pack_stands_while_enough_is_left_of_what_it_relied_on() -> None:
    assert sent(sample.absent()) == ReliedOn(sent=12, now=12)
    assert sent(sample.absent(count=10)) == ReliedOn(sent=12, now=10)
    with pytest.raises(NotPossibleNow, match="are needed"):
        sent(sample.absent(count=9))
    with pytest.raises(NotPossibleNow, match="No session"):
        sent({})


def test_another_code_that_counts_is_relied_on_as_before() -> None:
    assert sent(sample.absent("G")) == ReliedOn(sent=12, now=12)


def test_what_became_unauthorised_since_nobody_has_certified() -> None:
    with pytest.raises(NotPossibleNow):
        sent(sample.absent(count=9) | sample.absent(count=5, start=date(2026, 12, 7)))


def test_what_was_let_pass_is_let_pass() -> None:
    below = Override(rule="threshold met", by="T. Okafor", at=datetime(2027, 2, 1, tzinfo=UTC), why="as agreed", says="", authority="991")
    assert sent(sample.absent(count=8), overrides=(below,)) == ReliedOn(sent=12, now=8)


def test_a_prosecution_does_not_stand_on_a_certificate_that_the_register_contradicts() -> None:
    wanted = sample.wanted(measure="prosecution", offence="444(1)")
    assert sent(sample.absent(), wanted=wanted) == ReliedOn(sent=12, now=12)
    with pytest.raises(NotPossibleNow, match="shows 11 sessions as unauthorised that the register does not"):
        sent(sample.absent(count=1), wanted=wanted)
    with pytest.raises(NotPossibleNow, match="No session"):
        sent({}, wanted=wanted)


def test_in_court_every_session_that_was_certified_as_unauthorised_counts() -> None:
    """One too on which the pack does not rest: the court sees the certificate, not our sums."""
    wanted = sample.wanted(measure="prosecution", offence="444(1)")
    waiting = sample.absent("N", count=2, start=date(2026, 10, 5))
    assert sent(sample.absent() | waiting, sample.absent() | waiting, wanted=wanted) == ReliedOn(sent=12, now=12)
    with pytest.raises(NotPossibleNow, match="shows 2 sessions as unauthorised that the register does not"):
        sent(sample.absent(), sample.absent() | waiting, wanted=wanted)
    assert sent(sample.absent(), sample.absent() | waiting) == ReliedOn(sent=12, now=12), "a notice rests on what is left"


def test_in_court_a_certificate_that_shows_too_little_or_another_code_still_bears_it_out() -> None:
    wanted = sample.wanted(measure="prosecution", offence="444(1)")
    assert sent(sample.absent("G") | sample.absent(count=2, start=date(2026, 10, 5)), wanted=wanted) == ReliedOn(sent=12, now=12)
