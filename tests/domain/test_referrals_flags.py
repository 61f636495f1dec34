"""Which flags stand over writing to a parent about a child."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.referrals.domain.flags import Flag, FlagKind, Word, of_roll, standing
from shared.contracts.attendance import Person

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = AT.date()
SAID = Word(by="officer-sen", at=AT, why="told by the social worker")


def flag(kind: FlagKind, child: str = "c", parent: str | None = None, until: date | None = None, lifted: Word | None = None) -> Flag:
    return Flag(id=f"{kind}{child}{parent}", school="100001", child=child, kind=kind, parent=parent, set=SAID, until=until, lifted=lifted)


def test_a_childs_own_flags_stand_over_every_parent_and_no_other_child() -> None:
    told = [flag("safeguarding"), flag("looked after"), flag("safeguarding", "sibling")]
    for parents in (None, (), ("mother",)):
        assert [(one.kind, one.child) for one in standing(told, "c", TODAY, parents)] == [("safeguarding", "c"), ("looked after", "c")]


def test_who_must_not_be_contacted_is_not_whichever_child_it_was_said_of() -> None:
    told = [flag("do not contact", "sibling", "father")]
    assert standing(told, "c", TODAY, {"father", "father at another school"}) == told
    assert standing(told, "c", TODAY) == told
    assert standing(told, "c", TODAY, {"mother"}) == []


@pytest.mark.parametrize(("days", "stands"), [(-1, False), (0, True), (1, True)])
def test_a_flag_stands_through_its_last_day(days: int, stands: bool) -> None:
    assert bool(standing([flag("safeguarding", until=TODAY + timedelta(days))], "c", TODAY)) is stands


def test_a_lifted_flag_does_not_stand() -> None:
    assert standing([flag("safeguarding", lifted=SAID)], "c", TODAY) == []


def test_the_rolls_word_counts_too() -> None:
    person = Person(child="c", upn=None, looked_after=True)
    assert [one.kind for one in standing(of_roll(person, "100001", AT), "c", TODAY, ("mother",))] == ["looked after"]
    assert of_roll(person.model_copy(update={"looked_after": None}), "100001", AT) == []
