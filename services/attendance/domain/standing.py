"""How a child stands in a year: sessions possible, absent, authorised, unauthorised, late, ill.

A page of marks is translated once (`classes_of`) into class bytes, from which a child's figures are a handful of
counts. A class byte is a sum of the flags below. It is made and used in memory and never stored.
"""

from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from services.attendance.domain.codes import ABSENT, CODES, POSSIBLE, Code, StatClass, table

HELD = 1
"""The school held the session."""
IN_POSSIBLE = 2
"""It counts among the child's possible sessions."""
AWAY = 4
"""The child was absent from it, with leave or without."""
WITHOUT_LEAVE = 8
"""Unauthorised absence."""
COUNTS = 16
"""Of a code that counts towards the national threshold for a penalty notice."""
LATE = 32
"""L or U: the Department's late_sessions."""
ILL = 64
"""I: illness."""
NOT_YET = 128
"""N: a reason not yet established, which some authorities do not count."""

PENALTY_CODES = frozenset({"G", "N", "O", "U"})
"""Codes that count towards the national threshold, in any mix (National Framework for Penalty Notices, August 2024)."""

# Y4 and # say that nobody could come, the old Y may say it, and Z is a child who is not yet a pupil
_NO_SIGN_OF_A_SESSION = frozenset({"Y4", "Y", "#", "Z"})
_LATE_CODES = frozenset({"L", "U"})


def having(flag: int) -> bytes:
    """Every class byte that carries this flag."""
    return bytes(klass for klass in range(256) if klass & flag)


def without(flag: int) -> bytes:
    """Every class byte that does not."""
    return bytes(klass for klass in range(256) if not klass & flag)


def _class(code: Code, counted: Set[str]) -> int:
    return (
        HELD * (code.text not in _NO_SIGN_OF_A_SESSION)
        + IN_POSSIBLE * (code.klass in POSSIBLE)
        + AWAY * (code.klass in ABSENT)
        + WITHOUT_LEAVE * (code.klass is StatClass.UNAUTHORISED)
        + COUNTS * (code.text in counted)
        + LATE * (code.text in _LATE_CODES)
        + ILL * (code.text == "I")
        + NOT_YET * (code.text == "N")
    )


@lru_cache
def class_table(counted: Set[str] = PENALTY_CODES) -> bytes:
    """The 256 bytes that turn stored marks into class bytes; no mark and unknown bytes become 0.

    `counted`: the codes, as written, that count towards the threshold of ten sessions.
    """
    return table({code.byte: _class(code, counted) for code in CODES})


def classes_of(marks: bytes, classes: bytes) -> bytes:
    """Stored marks, of a child or of a whole page, as class bytes; `classes` is a `class_table`."""
    return marks.translate(classes)


class Standing(NamedTuple):
    """Sessions of one child. `counted`: those of the penalty codes; `late`: L and U; `late_before`: L; `ill`: I."""

    possible: int
    absent: int
    authorised: int
    unauthorised: int
    counted: int
    late: int
    late_before: int = 0
    ill: int = 0

    @property
    def attended(self) -> int:
        """Present, late before the register closed, or at an approved educational activity."""
        return self.possible - self.absent

    @property
    def late_after(self) -> int:
        """U: after the register closed."""
        return self.late - self.late_before


_NOT_POSSIBLE = without(IN_POSSIBLE)
_ATTENDED = bytes([HELD + IN_POSSIBLE])
_AUTHORISED = HELD + IN_POSSIBLE + AWAY
ILLNESS = HELD + IN_POSSIBLE + AWAY + ILL
"""The class byte of I."""
_ATTENDED_LATE = HELD + IN_POSSIBLE + LATE
_COUNTS = having(COUNTS)
_LATE = having(LATE)


def standing_of(series: bytes) -> Standing:
    """The figures of one child's class bytes: a year, or any part of it. Some 2 microseconds a year.

    Source of the sums: possible = attendance + absence, and U is absence while L is attendance (Department for
    Education, "Pupil attendance in schools").
    """
    possible = series.translate(None, _NOT_POSSIBLE)
    # few sessions are neither plain attendance nor outside possible: what follows counts in some 30 bytes
    rest = possible.translate(None, _ATTENDED)
    if not rest:
        return Standing(len(possible), 0, 0, 0, 0, 0)
    late_before, ill = rest.count(_ATTENDED_LATE), rest.count(ILLNESS)
    absent = len(rest) - late_before
    authorised = rest.count(_AUTHORISED) + ill
    counted = len(rest) - len(rest.translate(None, _COUNTS))
    late = len(rest) - len(rest.translate(None, _LATE))
    return Standing(len(possible), absent, authorised, absent - authorised, counted, late, late_before, ill)
