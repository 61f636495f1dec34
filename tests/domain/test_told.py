"""What a receipt says is new, and what was told before."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.receipts import LISTED, Account, Receipt, Remark
from services.attendance.domain.told import DAYS, FRESH, KEPT, Told

TODAY = date(2026, 11, 20)
SECRET = bytes(range(32))
ADA, BEN, CY = "B801200005001", "H801200001001", "A950000178301"
TERMS = Terms(today=TODAY, on_roll=frozenset({ADA, BEN}))
ROLL = "UPN,surname,forename,date of birth,year group"


def account(header: str, *rows: str) -> Account:
    return check_feed("\n".join([header, *rows]).encode(), TERMS).account


def tell(told: Told, said: Account) -> Receipt:
    """The receipt, and it is noted."""
    receipt = said.receipt(told.knows)
    told.note(list(said.told(told.knows)))
    return receipt


def listed(receipt: Receipt) -> list[int]:
    return [one.line for one in (*receipt.refused, *receipt.warnings)]


def known(receipt: Receipt) -> list[tuple[str, int, int]]:
    return [(one.reason, one.rows, one.first_line) for one in (*receipt.known_refusals, *receipt.known_warnings)]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("UPN,date,session,code", [f"{ADA},2026-09-07,AM,A", "Ada Testerly,2026-09-07,AM,/", f"{BEN},2026-09-05,AM,/"]),
        ("UPN,date,session,code", [f"{ADA},2026-09-07,AM,I", f"{ADA},2026-09-07,AM,O"]),
        ("UPN,date,session,code", [f"{ADA},2026-09-07,AM,I", f"{ADA},2026-09-07,AM,I"]),
        ("UPN,date,session,code,colour", [f"{CY},2026-09-07,AM,I,red"]),
        (ROLL, [f"{ADA},Testerly,Ada,2015-02-29,7", "X,Sample,Ben,2015-04-30,7", f"{CY},Sample"]),
        (ROLL, [f"{ADA},Testerly,Ada,2015-04-30,7", f"{ADA},Testerly,Ida,2015-04-30,7"]),
        (ROLL, [f"{ADA},Testerly,Ada,2015-04-30,7", f"{ADA},Testerly,Ada,2015-04-30,7"]),
        (ROLL, ["A801200005001,Testerly,Ada,2015-04-30,7"]),
    ],
)
def test_what_was_told_once_is_counted_and_not_repeated(header: str, rows: Sequence[str]) -> None:
    told = Told(SECRET, TODAY)
    first = tell(told, account(header, *rows))
    assert listed(first)
    assert known(first) == []
    again = tell(told, account(header, "", *rows))
    assert listed(again) == []
    assert sum(count for _, count, _ in known(again)) == len(listed(first))
    assert (again.refused_rows, again.accepted) == (first.refused_rows, first.accepted)
    assert [(one.reason, one.rows) for one in again.refused_by_reason] == [(one.reason, one.rows) for one in first.refused_by_reason]


def test_only_the_new_row_is_listed() -> None:
    told = Told(SECRET, TODAY)
    tell(told, account("UPN,date,session,code", f"{ADA},2026-09-07,AM,A"))
    receipt = tell(told, account("UPN,date,session,code", f"{BEN},2026-09-07,AM,A", f"{ADA},2026-09-07,AM,A", f"{ADA},2026-09-08,AM,A"))
    assert listed(receipt) == [2, 4]
    assert known(receipt) == [("not a register code", 1, 3)]
    assert receipt.refused_rows == 3


def test_a_child_that_is_not_on_the_roll_is_told_of_once_whatever_the_day() -> None:
    told = Told(SECRET, TODAY)
    tell(told, account("UPN,date,session,code", f"{CY},2026-09-07,AM,/"))
    receipt = tell(told, account("UPN,date,session,code", f"{CY},2026-09-08,AM,/"))
    assert known(receipt) == [("not on the roll (yet)", 1, 2)]


def test_what_a_receipt_had_no_room_to_list_is_listed_by_the_next() -> None:
    told = Told(SECRET, TODAY)
    rows = [f"{ADA},2026-09-07,AM,A{number}" for number in range(LISTED + 5)]
    assert len(tell(told, account("UPN,date,session,code", *rows)).refused) == LISTED
    again = tell(told, account("UPN,date,session,code", *rows))
    assert listed(again) == list(range(LISTED + 2, LISTED + 7))
    assert [tally.rows for tally in again.known_refusals] == [LISTED]


def test_a_row_that_cannot_be_read_is_always_new() -> None:
    told = Told(SECRET, TODAY)
    for _ in range(2):
        assert listed(tell(told, account("UPN,date,session,code", f'"{ADA},2026-09-07,AM,/'))) == [2]


remarks = st.builds(Remark, st.text(max_size=3), st.text(max_size=3), st.tuples(st.text(max_size=3), st.text(max_size=3)))


@given(st.lists(remarks), st.lists(remarks))
def test_what_was_noted_is_known_from_the_stored_bytes_and_nothing_else_is(noted: list[Remark], others: list[Remark]) -> None:
    told = Told(SECRET, TODAY)
    told.note(noted)
    read = Told(SECRET, TODAY, told.packed())
    assert all(read.knows(remark) for remark in noted)
    assert not any(read.knows(remark) for remark in others if remark not in noted)
    assert not any(Told(bytes(32), TODAY, told.packed()).knows(remark) for remark in noted)


def test_it_is_forgotten_when_it_has_not_been_said_for_long() -> None:
    remark = Remark("code", "not a register code", ("x",))
    told = Told(SECRET, TODAY)
    assert told.note([remark])
    assert Told(SECRET, TODAY + timedelta(days=DAYS), told.packed()).knows(remark)
    assert not Told(SECRET, TODAY + timedelta(days=DAYS + 1), told.packed()).knows(remark)


def test_the_same_again_is_stored_once_a_week() -> None:
    remark = Remark("code", "not a register code", ("x",))
    told = Told(SECRET, TODAY)
    assert told.note([remark])
    assert not Told(SECRET, TODAY + timedelta(days=FRESH), told.packed()).note([remark])
    later = Told(SECRET, TODAY + timedelta(days=FRESH + 1), told.packed())
    assert later.note([remark])
    assert Told(SECRET, TODAY + timedelta(days=DAYS + FRESH), later.packed()).knows(remark)


def test_the_longest_unsaid_make_room() -> None:
    old, new = ([Remark("code", "r", (when, str(number))) for number in range(KEPT)] for when in ("old", "new"))
    told = Told(SECRET, TODAY - timedelta(days=1))
    told.note(old)
    later = Told(SECRET, TODAY, told.packed())
    later.note(new[: KEPT // 2])
    packed = later.packed()
    read = Told(SECRET, TODAY, packed)
    assert len(packed) == 1 + 10 * KEPT
    assert all(read.knows(remark) for remark in new[: KEPT // 2])
    assert sum(read.knows(remark) for remark in old) == KEPT // 2


def test_another_version_is_not_read() -> None:
    with pytest.raises(ValueError, match="version"):
        Told(SECRET, TODAY, b"\x02")
