"""Rows that name their school: what is no school's number is nobody's row."""

from dataclasses import replace

import pytest

from services.attendance.domain.by_school import UNREADABLE, schools_of
from services.attendance.domain.check_feed import check_feed
from tests.feeds.terms import ADA, BEN, CY, TERMS, refusals

OURS = replace(TERMS, names=frozenset({"900001", "9921001"}))
HEAD = "URN,UPN,date,session,code\n"


def rows(*names: str) -> bytes:
    return (HEAD + "".join(f"{name},{upn},2026-09-07,AM,/\n" for name, upn in zip(names, (ADA, BEN, CY), strict=False))).encode()


@pytest.mark.parametrize("name", ["900002.0", "URN900002", "0900002x", "90000", "9.00002E5", "n/a"])
def test_a_number_that_cannot_be_read_may_be_another_schools(name: str) -> None:
    checked = check_feed(rows("900001", name, ""), OURS)
    assert checked.receipt.accepted == 2
    assert refusals(checked.receipt) == [(3, "URN", "not a school's number")]
    alone = check_feed(rows("900001", name, "992/1001"), replace(OURS, only=True))
    assert (alone.receipt.rows, alone.receipt.accepted) == (2, 2)


def test_a_trusts_file_tells_rows_of_no_name_from_rows_of_a_bad_one() -> None:
    found = schools_of(rows("900001", "900002.0", ""))
    assert {name: some.lines for name, some in found.items()} == {"900001": [2], UNREADABLE: [3], "": [4]}


def test_a_row_of_another_width_is_refused_for_that() -> None:
    checked = check_feed(rows("900001") + b"x,y\n", OURS)
    assert refusals(checked.receipt) == [(3, "row", "wrong number of columns")]
