"""What an LA says that does not go together with what is known is kept, and shown as doubtful."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.sharing.domain.doubtful import came_of_it_all_the_same, declined_before, to_another
from services.sharing.domain.heard import Said, Struck, Word
from services.sharing.domain.work import By

BY = By(person="clerk", name="A. Clerk", role="la", at=datetime(2026, 11, 23, tzinfo=UTC))


def word(says: Any, day: int, *, struck: bool = False) -> Word:
    more = {"why": "no"} if says == "declined" else {}
    gone = Struck(by=BY, why="another pack's") if struck else None
    return Word(said=Said(says=says, on=date(2026, 11, day), **more), by=BY, source="a file", struck=gone)


@pytest.mark.parametrize(
    ("before", "says", "day"),
    [
        ([word("declined", 9)], "outcome", 9),
        ([word("accepted", 5), word("declined", 9)], "paid", 9),
        ([word("declined", 9), word("accepted", 9)], "in court", 9),
        ([word("declined", 9), word("accepted", 12)], "notice issued", None),
        ([word("declined", 9, struck=True)], "paid", None),
        ([word("declined", 21)], "paid", None),
        ([word("declined", 9)], "received", None),
        ([], "paid", None),
    ],
)
def test_nothing_comes_of_a_pack_that_was_declined(before: list[Word], says: Any, day: int | None) -> None:
    said = Said(says=says, on=date(2026, 11, 20))
    assert declined_before([*before, word(says, 20)], said) == (day and date(2026, 11, day))


def test_a_pack_of_which_something_came_was_not_declined_before_that() -> None:
    declined, came = word("declined", 9), word("paid", 20)
    assert came_of_it_all_the_same([came, declined], declined.said) == came.said.on
    assert came_of_it_all_the_same([came, declined, word("accepted", 12)], declined.said) is None
    assert came_of_it_all_the_same([came, word("declined", 21)], word("declined", 21).said) is None
    assert came_of_it_all_the_same([word("received", 8), declined], declined.said) is None


@pytest.mark.parametrize(
    ("to", "parent", "another"),
    [
        ("Mr J Tregear", "Jory Tregear", False),
        ("TREGEAR, Jory", "Jory Tregear", False),
        ("Tregear", "Jory Tregear", False),
        ("TREGEAR J", "Jory Tregear", False),
        ("Mr J M Tregear", "Jory Tregear", False),
        ("Mr J Nance-Tregear", "Jory Nance Tregear", False),
        ("J. O'Tregear", "Jory O\u2019Tregear", False),
        ("OTREGEAR, J", "Jory O'Tregear", False),
        ("Mrs E. Tregear", "Jory Tregear", True),
        ("Jory Nance", "Jory Tregear", True),
        ("Mr", "Jory Tregear", True),
        (None, "Jory Tregear", False),
        ("Jory Nance", None, False),
    ],
)
def test_somebody_of_another_name_is_somebody_else(to: str | None, parent: str | None, another: bool) -> None:
    said = Said(says="notice issued", on=date(2026, 11, 20), to=to)
    assert to_another(said, parent) is another
