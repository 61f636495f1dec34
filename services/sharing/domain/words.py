"""How days and numbers are written where a person reads them."""

from collections.abc import Sequence
from datetime import date


def on(day: date) -> str:
    """4 November 2026."""
    return f"{day.day} {day:%B %Y}"


def count(number: int, noun: str, several: str = "") -> str:
    """1 session, 2 sessions."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or f'{noun}s'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """G, N and O."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
