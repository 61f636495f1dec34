"""The log of downloads has an end, and nobody downloads without a line in it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.errors import NotPossibleNow
from services.sharing.store.downloads import Download, bounded

BEGUN = datetime(2026, 11, 2, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=60))
def test_of_each_person_and_file_the_first_and_the_last_stay(told: list[tuple[str, str]]) -> None:
    known: tuple[Download, ...] = ()
    every = [Download(file=file, person=person, at=BEGUN + timedelta(days=day)) for day, (file, person) in enumerate(told)]
    for one in every:
        known = bounded((*known, one), 12)
        assert len(known) <= 12
        assert known[-1] == one
    for pair in set(told):
        of_pair = [one for one in every if (one.file, one.person) == pair]
        assert {of_pair[0].at, of_pair[-1].at} <= {one.at for one in known}
    assert list(known) == sorted(known, key=lambda one: one.at)


def test_who_cannot_be_noted_is_refused() -> None:
    known = tuple(Download(file="pack.json", person=str(number), at=BEGUN) for number in range(13))
    assert bounded(known[:12], 12) == known[:12]
    with pytest.raises(NotPossibleNow):
        bounded(known, 12)
