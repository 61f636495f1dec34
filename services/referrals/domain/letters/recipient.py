"""To whom a letter goes: what the parent is called, and the address as an envelope's window shows it."""

from typing import Final

from services.referrals.domain.letters.letter import Letter
from shared.words import letters

LINES: Final = 5
"""Of an address, below the name, in the window of an envelope."""


def called(title: str, name: str) -> str:
    """With the title, unless the name begins with it."""
    return name if not title or name.casefold().startswith(title.casefold()) else f"{title} {name}"


def in_lines(address: object) -> tuple[str, ...] | None:
    """The lines of an address, the last ones in one where the window has no more room; None where none is known."""
    text = address if isinstance(address, str) else ""
    parts = [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
    if len(parts) > LINES:
        parts = [*parts[: LINES - 1], ", ".join(parts[LINES - 1 :])]
    return tuple(parts) or None


def same_place(letter: Letter, address: tuple[str, ...] | None) -> bool:
    """Whether a letter went by post to this address."""
    used = letter.dispatch.to if letter.dispatch and letter.dispatch.way == "post" else ()
    return bool(address and used) and letters("".join(used)) == letters("".join(address or ()))
