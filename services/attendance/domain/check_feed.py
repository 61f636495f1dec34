"""From the bytes of an uploaded file to what is to be stored and what the school is told."""

from collections.abc import Container
from dataclasses import dataclass, replace

from services.attendance.domain.by_school import of_school
from services.attendance.domain.check_marks import CheckedMarks, check_marks
from services.attendance.domain.check_roll import CheckedRoll, check_roll
from services.attendance.domain.formats.sniff import read_tables
from services.attendance.domain.formats.table import Table
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.plain_marks import plain_marks
from services.attendance.domain.receipts import Account, Receipt
from services.attendance.domain.text import File


@dataclass(frozen=True, slots=True)
class CheckedBoth:
    """Of a file that is a roll and marks as well: one account of both."""

    account: Account
    roll: CheckedRoll
    marks: CheckedMarks

    @property
    def receipt(self) -> Receipt:
        """As for a school that was told nothing before."""
        return self.account.receipt()


Checked = CheckedMarks | CheckedRoll | CheckedBoth


def check_feed(data: File, terms: Terms) -> Checked:
    """A roll, marks or both, as the file says. Raises FileRefused, and nothing else, whatever the bytes."""
    return plain_marks(data, terms) or check_rows(data, terms)


def check_rows(data: File, terms: Terms) -> Checked:
    """`check_feed` row by row, as any file can be read."""
    tables = [of_school(table, terms.names, only=terms.only) for table in read_tables(data, terms.laestab)]
    if len(tables) == 2:
        roll, marks = tables
        return _check_both(roll, marks, terms)
    (table,) = tables
    return check_roll(table, terms) if table.header.kind == "roll" else check_marks(table, terms)


def _check_both(roll: Table, marks: Table, terms: Terms) -> CheckedBoth:
    account = Account.open("roll and marks", (), 1)
    checked = check_roll(roll, terms, account)
    named = _Either(terms.on_roll, {key for row in checked.rows for key in row.keys})
    return CheckedBoth(account, checked, check_marks(marks, replace(terms, on_roll=named), account))


@dataclass(frozen=True, slots=True)
class _Either(Container[str]):
    one: Container[str]
    other: Container[str]

    def __contains__(self, upn: object) -> bool:
        return upn in self.one or upn in self.other


def roll_of(checked: Checked) -> CheckedRoll | None:
    return checked.roll if isinstance(checked, CheckedBoth) else checked if isinstance(checked, CheckedRoll) else None


def marks_of(checked: Checked) -> CheckedMarks | None:
    return checked.marks if isinstance(checked, CheckedBoth) else checked if isinstance(checked, CheckedMarks) else None
