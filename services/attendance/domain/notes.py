"""What a file may say beside a mark: minutes late, a comment, who changed the mark and why.

Each amendment of a register is to keep the original and the amended entry, the reason, the date and who made it (School Attendance (Pupil
Registration) (England) Regulations 2024, SI 2024/208). Whose file does not carry who and why has the feed and its time alone.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

Note = tuple[int | str | None, ...]
"""As it is stored: the fields of `Words` in their order, without the last ones that were not said. Never empty."""

COLUMNS: Final = ("minutes late", "comment", "changed by", "reason")
"""In the order of `Words`."""

LONGEST: Final = 500
"""Characters of a comment, a name or a reason."""


class Words(NamedTuple):
    minutes: int | None = None
    comment: str | None = None
    changed_by: str | None = None
    reason: str | None = None


NO_WORDS: Final = Words()


def words(note: Note | None) -> Words:
    return Words(*note) if note else NO_WORDS  # type: ignore[arg-type]


def fault(texts: Sequence[str]) -> tuple[str, str] | None:
    """Field and reason why a row with these texts, one for each of `COLUMNS`, is refused; None where nothing is wrong."""
    late = texts[0].strip()
    if late and not (late.isascii() and late.isdigit() and len(late) <= 3):
        return COLUMNS[0], "not a number of minutes"
    for column, text in zip(COLUMNS[1:], texts[1:], strict=True):
        if len(text.strip()) > LONGEST:
            return column, f"longer than {LONGEST} characters"
    return None


def note_of(texts: Sequence[str]) -> Note | None:
    """The note of texts without a fault; None where nothing is said."""
    late, *others = (text.strip() or None for text in texts)
    note: list[int | str | None] = [int(late) if late else None, *others]
    while note and note[-1] is None:
        note.pop()
    return tuple(note) or None
