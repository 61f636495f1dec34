"""From the bytes of an uploaded file to what is to be stored and what the school is told."""

from services.attendance.domain.check_marks import CheckedMarks, check_marks
from services.attendance.domain.check_roll import CheckedRoll, check_roll
from services.attendance.domain.headers import Header, read_header
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.rows import read_row, split_lines
from services.attendance.domain.text import decode


def open_feed(data: bytes) -> tuple[Header, list[str], int]:
    """The header, the physical lines, and the index of the first line behind the header. Raises FileRefused."""
    lines = split_lines(decode(data))
    at = next(index for index, line in enumerate(lines) if line.strip())
    cells, taken = read_row(lines, at)
    return read_header(cells), lines, at + taken


def check_feed(data: bytes, terms: Terms) -> CheckedMarks | CheckedRoll:
    """A roll or marks, as the header says. Raises FileRefused, and nothing else, whatever the bytes."""
    header, lines, start = open_feed(data)
    if header.kind == "roll":
        return check_roll(header, lines, start, terms.today)
    return check_marks(header, lines, start, terms)
