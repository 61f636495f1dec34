"""From the bytes of an uploaded file to what is to be stored and what the school is told."""

from services.attendance.domain.check_marks import CheckedMarks, check_marks
from services.attendance.domain.check_roll import CheckedRoll, check_roll
from services.attendance.domain.formats.sniff import read_tables
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.text import File


def check_feed(data: File, terms: Terms) -> CheckedMarks | CheckedRoll:
    """A roll or marks, as the file says. Raises FileRefused, and nothing else, whatever the bytes."""
    (table,) = read_tables(data)
    return check_roll(table, terms.today) if table.header.kind == "roll" else check_marks(table, terms)
