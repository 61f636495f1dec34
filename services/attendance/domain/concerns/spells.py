"""Spells: sessions of absence for one reason, one after the other, without another possible session between them.

A holiday, a closure, a session that was not possible or has no mark does not end a spell: none of them is a session that the child could
have attended. Ten school days are twenty possible sessions in a row; a morning attended ends it.
"""

from typing import NamedTuple

from services.attendance.domain.standing import IN_POSSIBLE, having, without

_POSSIBLE = having(IN_POSSIBLE)
_NOT_POSSIBLE = without(IN_POSSIBLE)
_IN, _OUT = b"x", b"."


class Spell(NamedTuple):
    """Places among the slots: of its first and of its last session, and how many sessions it has."""

    first: int
    last: int
    sessions: int


def line_table(classes: bytes) -> bytes:
    """What makes a line of a series: a session of these class bytes, or another one."""
    return bytes(_IN[0] if klass in classes else _OUT[0] for klass in range(256))


def latest_spell(series: bytes, table: bytes, sessions: int) -> Spell | None:
    """The latest spell of at least so many sessions."""
    line = series.translate(table, _NOT_POSSIBLE)
    found = line.rfind(_IN * sessions)
    if found < 0:
        return None
    return _spell(series, line.rfind(_OUT, 0, found) + 1, found + sessions)


def spells(series: bytes, table: bytes, sessions: int) -> list[Spell]:
    """Every spell of at least so many sessions, in order."""
    line = series.translate(table, _NOT_POSSIBLE)
    found, begin = [], line.find(_IN * sessions)
    while begin >= 0:
        end = line.find(_OUT, begin)
        end = len(line) if end < 0 else end
        found.append(_spell(series, begin, end))
        begin = line.find(_IN * sessions, end)
    return found


def _spell(series: bytes, begin: int, end: int) -> Spell:
    """The spell between two places among the possible sessions."""
    slots = [slot for slot, klass in enumerate(series) if klass in _POSSIBLE]
    return Spell(slots[begin], slots[end - 1], end - begin)
