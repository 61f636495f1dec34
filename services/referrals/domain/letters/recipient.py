"""To whom a letter goes: what the parent is called, and the address as an envelope's window shows it."""

from typing import Final

from services.referrals.domain.letters.letter import Letter
from shared.words import letters

LINES: Final = 5
"""Of an address, below the name, in the window of an envelope."""


TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "reverend", "sir", "dame", "lady", "lord"})


def called(title: str, name: str) -> str:
    """With the title, unless the name begins with it."""
    return name if not title or name.casefold().startswith(title.casefold()) else f"{title} {name}"


def salutation(title: str, name: str, of_child: str | None) -> str:
    """How a letter begins: title and surname where both are known, else as the parent is called. A surname is known where the name ends
    with the child's, or is one word: which of several words is the surname is not for us to guess."""
    words = name.split()
    if words and words[0].casefold().rstrip(".") in TITLES:
        title, words = title or words[0], words[1:]
    if not title or not words:
        return called(title, name)
    own = (of_child or "").split()
    if len(words) > 1 and own and list(map(str.casefold, words[-len(own) :])) == list(map(str.casefold, own)):
        words = words[-len(own) :]
    return called(title, name) if len(words) > max(1, len(own)) else f"{title} {' '.join(words)}"


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
