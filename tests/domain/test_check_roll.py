"""Rolls: what is taken, what is refused, and what is told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.year_groups import normalise_year_group

ADA, BEN = "B801200005001", "H801200001001"
TERMS = Terms(today=date(2026, 11, 20))
HEADER = "UPN,surname,forename,date of birth,year group"
GOOD = f"{ADA},Testerly,Ada,2015-04-30,7"


def check(*rows: str, header: str = HEADER) -> CheckedRoll:
    checked = check_feed("\n".join([header, *rows]).encode(), TERMS)
    assert isinstance(checked, CheckedRoll)
    return checked


def refusals(checked: CheckedRoll) -> list[tuple[int, str, str]]:
    return [(finding.line, finding.field, finding.reason) for finding in checked.receipt.refused]


def test_a_row_becomes_a_child() -> None:
    checked = check(f" {ADA.lower()} , Testerly ,Ada,30/04/2015,Year 7")
    assert checked.rows == [RollRow(ADA, "Testerly", "Ada", date(2015, 4, 30), "7", {}, {})]
    assert (checked.receipt.kind, checked.receipt.accepted, checked.receipt.warnings) == ("roll", 1, ())


def test_an_absent_column_says_nothing_and_an_empty_cell_says_that_there_is_nothing() -> None:
    header = HEADER + ",Sex,looked_after,Parent 1 Name,parent 1 address confidential,PARENT_2_DATE_OF_BIRTH,health needs"
    checked = check(f"{GOOD},F,no,Bea Testerly,Yes,01/02/1985,asthma", f"{BEN},Sample,Ben,2015-05-01,7,,,,,,", header=header)
    ada, ben = checked.rows
    assert ada.details == {"sex": "F", "looked after": False, "health needs": "asthma"}
    assert ada.parents == {
        1: {"name": "Bea Testerly", "address confidential": True},
        2: {"date of birth": "1985-02-01"},
    }
    assert ben.details == {"sex": None, "looked after": None, "health needs": None}
    assert ben.parents == {1: {"name": None, "address confidential": None}, 2: {"date of birth": None}}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("B80120000500,Sample,Ben,2015-05-01,7", "UPN"),
        (f"{BEN},,Ben,2015-05-01,7", "surname"),
        (f"{BEN},Sample, ,2015-05-01,7", "forename"),
        (f"{BEN},Sample,Ben,2015-02-29,7", "date of birth"),
        (f"{BEN},Sample,Ben,2026-11-21,R", "date of birth"),
        (f"{BEN},Sample,Ben,2024-11-21,N1", "date of birth"),
        (f"{BEN},Sample,Ben,2005-11-20,14", "date of birth"),
        (f"{BEN},Sample,Ben,2015-05-01,15", "year group"),
        (f"{BEN},Sample,Ben,2015-05-01,", "year group"),
        (f"{BEN},Sample,Ben,2015-05-01", "row"),
        (f"{BEN},{'x' * 501},Ben,2015-05-01,7", "surname"),
        (f'{BEN},"Sample,Ben,2015-05-01,7', "row"),
    ],
)
def test_a_bad_row_is_refused_and_the_good_one_kept(row: str, field: str) -> None:
    checked = check(row, GOOD)
    assert [(line, name) for line, name, _ in refusals(checked)] == [(2, field)]
    assert [child.upn for child in checked.rows] == [ADA]
    assert "Sample" not in checked.receipt.model_dump_json()


@pytest.mark.parametrize("born", ["2024-11-20", "2005-11-21"])
def test_a_child_of_2_and_one_of_20_are_taken(born: str) -> None:
    assert check(f"{ADA},Testerly,Ada,{born},X").receipt.accepted == 1


@pytest.mark.parametrize("name", ["looked after", "parent 1 address confidential"])
def test_neither_yes_nor_no_is_refused_and_never_guessed(name: str) -> None:
    checked = check(f"{GOOD},perhaps", header=f"{HEADER},{name}")
    assert refusals(checked) == [(2, name, "neither yes nor no")]


def test_rows_that_differ_for_one_child_are_both_refused_each_naming_the_other() -> None:
    checked = check(GOOD, f"{BEN},Sample,Ben,2015-05-01,7", f"{ADA},Testerly,Ada,2015-04-30,8")
    assert refusals(checked) == [
        (2, "UPN", "another row with this UPN says otherwise: line 4"),
        (4, "UPN", "another row with this UPN says otherwise: line 2"),
    ]
    assert [child.upn for child in checked.rows] == [BEN]


def test_the_same_row_twice_is_kept_once_and_warned_of() -> None:
    checked = check(GOOD, f"{ADA},Testerly,Ada,30/04/2015,Y7")
    assert (checked.receipt.accepted, checked.receipt.repeated) == (1, 1)
    assert [(f.line, f.reason) for f in checked.receipt.warnings] == [(3, "the same row twice: kept once: line 2")]


def test_a_wrong_check_letter_is_taken_and_warned_of() -> None:
    checked = check("A801200005001,Testerly,Ada,2015-04-30,7")
    assert checked.receipt.accepted == 1
    assert [(f.line, f.reason) for f in checked.receipt.warnings] == [(2, "wrong check letter")]


def test_a_roll_without_rows_is_refused() -> None:
    with pytest.raises(FileRefused, match="no rows"):
        check("", ",,,,")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("7", "7"), ("07", "7"), ("Year 7", "7"), ("yr 13", "13"), ("Y1", "1"), ("R", "R"), ("reception", "R"),
        ("Year R", "R"), ("0", "R"), ("n1", "N1"), ("Nursery 2", "N2"), ("14", "14"), ("x", "X"),
        ("15", None),
        ("00070", None), ("-1", None), ("7A", None), ("Year", None), ("", None), ("\u0667", None), ("9" * 10, None),
    ],
)  # fmt: skip
def test_year_groups_are_read_as_schools_write_them(written: str, meant: str | None) -> None:
    assert normalise_year_group(written) == meant


cell = st.sampled_from([ADA, BEN, "Ada", "2015-04-30", "30/04/2015", "7", "R", "", "yes", '"', "\n"])


@given(st.lists(st.lists(cell, min_size=5, max_size=6).map(",".join), min_size=1))
def test_every_row_is_accepted_refused_or_repeated(drawn: list[str]) -> None:
    try:
        checked = check(*drawn)
    except FileRefused:
        return
    receipt = checked.receipt
    assert receipt.accepted == len(checked.rows) == len({child.upn for child in checked.rows})
    assert receipt.rows == receipt.accepted + receipt.refused_rows + receipt.repeated
