"""What a school's rolls say of a child: in any order, however often, and taken back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.roll_book import KEPT, Entry, fields_now, is_merged, named_by, new_entry, tell, withdraw

VALUES = st.none() | st.sampled_from(["a", "b", "c"])
FIELDS = st.dictionaries(st.sampled_from(["surname", "address", "1 name", "1 phone"]), VALUES, min_size=1)
SAID = st.dictionaries(st.integers(1, 40), FIELDS, max_size=24)


def entry_of(said: dict[int, dict[str, Any]], order: list[int]) -> Entry:
    entry = new_entry("B801200005001")
    for writer in order:
        tell(entry, writer, said[writer])
    return entry


def joined(said: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {name: value for writer in sorted(said) for name, value in said[writer].items()}


@st.composite
def orders(draw: st.DrawFn) -> tuple[dict[int, dict[str, Any]], list[int]]:
    """What writers say, and the deliveries: each at least once, in any order."""
    said = draw(SAID)
    again = draw(st.lists(st.sampled_from(sorted(said)), max_size=6)) if said else []
    return said, draw(st.permutations([*said, *again]))


@given(orders())
def test_in_any_order_and_however_often_the_entry_is_the_same(given_: tuple[dict[int, dict[str, Any]], list[int]]) -> None:
    said, order = given_
    entry = entry_of(said, order)
    assert entry == entry_of(said, sorted(said))
    assert fields_now(entry) == joined(said)
    assert named_by(entry) == max(said, default=0)


@given(orders(), st.data())
def test_taking_back_any_of_the_last_rolls_leaves_what_the_others_say(
    given_: tuple[dict[int, dict[str, Any]], list[int]], data: st.DataObject
) -> None:
    said, order = given_
    last = sorted(said)[-KEPT:]
    gone = data.draw(st.sets(st.sampled_from(last))) if last else set()
    entry = entry_of(said, order)
    for writer in gone:
        assert not is_merged(entry, writer)
        assert withdraw(entry, writer)
        assert not withdraw(entry, writer)
    left = {writer: fields for writer, fields in said.items() if writer not in gone}
    assert fields_now(entry) == joined(left)
    assert named_by(entry) == max(left, default=0)


def test_what_an_older_roll_said_and_no_later_one_replaced_is_known_to_be_merged() -> None:
    said = {number: {"surname": "a"} if number > 1 else {"surname": "b", "address": "1 Quay"} for number in range(1, KEPT + 2)}
    entry = entry_of(said, sorted(said))
    assert is_merged(entry, 1)
    assert fields_now(entry) == {"surname": "a", "address": "1 Quay"}


def test_rolls_that_say_the_same_are_kept_once() -> None:
    entry = entry_of({1: {"surname": "a"}, 2: {"surname": "b"}, 3: {"surname": "a"}}, [1, 2, 3])
    assert entry["layers"] == [[[1, 3], {"surname": "a"}], [[2], {"surname": "b"}]]
    assert fields_now(entry) == {"surname": "a"}
