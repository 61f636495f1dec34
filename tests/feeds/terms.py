"""The children, the day and the readings that the tests of files share. Everybody is fictional."""

from datetime import date

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.codes import BY_BYTE, CLEARED
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.receipts import Receipt
from shared.academic_year import day_of

ADA, BEN, CY = "B801200005001", "H801200001001", "A950000178301"
TERMS = Terms(today=date(2026, 11, 20), on_roll=frozenset({ADA, BEN, CY}))

NAMES = ("Testerly", "Sample", "Wrenfeather")
"""Surnames in the files; no receipt may hold one."""


def marks(data: bytes) -> CheckedMarks:
    checked = check_feed(data, TERMS)
    assert isinstance(checked, CheckedMarks)
    return checked


def roll(data: bytes) -> CheckedRoll:
    checked = check_feed(data, TERMS)
    assert isinstance(checked, CheckedRoll)
    return checked


def taken(checked: CheckedMarks) -> list[tuple[str, str, str, str]]:
    """UPN, ISO date, session and code of every mark; `-` where one is cleared."""
    return [
        (child.key, day_of(batch.year, slot)[0].isoformat(), day_of(batch.year, slot)[1], "-" if mark == CLEARED else BY_BYTE[mark].text)
        for batch in checked.batches.values()
        for child in batch.children()
        for slot, mark in zip(child.slots, child.marks, strict=True)
    ]


def refusals(receipt: Receipt) -> list[tuple[int, str, str]]:
    return [(finding.line, finding.field, finding.reason) for finding in receipt.refused]


def answer(data: bytes) -> Receipt | str:
    """The receipt of a file, or the one line by which it is refused; anything else fails the test.

    Neither may hold a name, and the counts of a receipt must come out.
    """
    try:
        receipt = check_feed(data, TERMS).receipt
    except FileRefused as error:
        return _said(error)
    assert receipt.rows == receipt.accepted + receipt.refused_rows + receipt.missing + receipt.repeated
    assert not any(name in receipt.model_dump_json() for name in NAMES)
    return receipt


def _said(error: FileRefused) -> str:
    said = str(error)
    assert "\n" not in said
    assert len(said) < 200
    assert not any(name in said for name in NAMES)
    assert error.__cause__ is None, "it would carry what stood in the file"
    return said
