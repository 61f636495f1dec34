"""The template of a kind of letter: words with merge fields, and no programme in it.

    # A heading                        a line of its own
    Words with a {child.name} in them  paragraphs, parted by a blank line
    - a point                          lines that begin with a dash are a list
    {support given}                    alone in its paragraph, a field of lines is a list
    [figures]                          the child's figures as a table
    [sign: Parent or carer, School]    lines to sign on, below our own signature

Anything else in braces or brackets is refused, with its line: a letter must not go out with a hole in it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from services.referrals.domain.letters.fields import FIELDS, OF_THE_REGISTER, Asked

_FIELD: Final = re.compile(r"\{([^{}\n]*)\}")
_SIGN: Final = re.compile(r"\[sign: ([^\[\]{}]+)\]")
_ASKED: Final = re.compile(r"[a-z][a-z ]{1,39}")
BlockKind = Literal["heading", "paragraph", "list", "figures", "sign"]


class BadTemplate(Exception):
    """A template cannot be used. `line` is where in its text, from 0; the message says what is wrong there."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Block:
    kind: BlockKind
    items: tuple[str, ...] = ()
    """One text; of a list and of lines to sign on, each."""


@dataclass(frozen=True, slots=True)
class Period:
    """Two asked dates that must lie so many weeks apart."""

    first: str
    last: str
    least_weeks: int
    most_weeks: int


@dataclass(frozen=True, slots=True)
class Template:
    kind: str
    version: str
    """Whose it is and since when: `company 2026-09-01`."""
    records: str
    """The kind of intervention that sending it is."""
    subject: str
    blocks: tuple[Block, ...]
    signature: tuple[str, ...]
    asks: Mapping[str, Asked]
    period: Period | None = None

    @property
    def fields(self) -> frozenset[str]:
        """Every field that it names."""
        return frozenset(name for text in self._texts() for name in named(text))

    @property
    def asks_the_register(self) -> bool:
        return any(block.kind == "figures" for block in self.blocks) or any(name.startswith(OF_THE_REGISTER) for name in self.fields)

    def _texts(self) -> Iterator[str]:
        yield self.subject
        yield from self.signature
        for block in self.blocks:
            yield from block.items


def named(text: str) -> list[str]:
    return _FIELD.findall(text)


def check(text: str, asks: Mapping[str, Asked], line: int = 0) -> None:
    """BadTemplate where a text names a field that there is not, one of lines within a sentence, or has a brace too many."""
    for name in named(text):
        if name not in FIELDS and name not in asks:
            raise BadTemplate(line, f"there is no field {{{name}}}; there are {', '.join(sorted({*FIELDS, *asks}))}")
        if asks.get(name) == "lines" and text.strip() != f"{{{name}}}":
            raise BadTemplate(line, f"{{{name}}} is of lines and stands alone in its paragraph")
    rest = _FIELD.sub("", text)
    for mark in "{}[]":
        if mark in rest:
            raise BadTemplate(line, f"a {mark} that belongs to no field")


def check_asks(asks: Mapping[str, str], text: str) -> None:
    """BadTemplate for a field that is asked for and not used, has a name of ours, or is of no sort that there is."""
    used = set(named(text))
    for name, sort in asks.items():
        if not _ASKED.fullmatch(name):
            raise BadTemplate(0, f"asks: a field's name is small letters and blanks, and {name} is not")
        if sort not in ("date", "text", "lines"):
            raise BadTemplate(0, f"asks: {name} is a date, text or lines")
        if name not in used:
            raise BadTemplate(0, f"asks: {name} is asked for and not used")


def blocks(text: str, asks: Mapping[str, Asked]) -> tuple[Block, ...]:
    """The parts of a template's text. BadTemplate with the line for what cannot be one."""
    found: list[Block] = []
    pending: list[str] = []

    def close() -> None:
        if pending:
            found.append(Block("paragraph", (" ".join(pending),)))
            pending.clear()

    for number, raw in enumerate(text.split("\n")):
        line = raw.strip()
        special = _special(line, asks, number)
        if special is None and line:
            check(line, asks, number)
            pending.append(line)
            continue
        close()
        if special is None:
            continue
        if special.kind == "list" and found and found[-1].kind == "list" and _follows(text, number):
            special = Block("list", (*found.pop().items, *special.items))
        found.append(special)
    close()
    if not found:
        raise BadTemplate(0, "there is no text")
    return tuple(found)


def _special(line: str, asks: Mapping[str, Asked], number: int) -> Block | None:
    """What a line is that is no part of a paragraph."""
    if line == "[figures]":
        return Block("figures")
    if sign := _SIGN.fullmatch(line):
        return Block("sign", tuple(label.strip() for label in sign[1].split(",")))
    alone = _FIELD.fullmatch(line)
    if alone and asks.get(alone[1]) == "lines":
        return Block("list", (line,))
    for mark, kind in (("# ", "heading"), ("- ", "list")):
        if line.startswith(mark):
            check(line, asks, number)
            return Block("heading" if kind == "heading" else "list", (line.removeprefix(mark),))
    return None


def _follows(text: str, number: int) -> bool:
    """Whether the line stands right below another point of the same list."""
    above = text.split("\n")[number - 1].strip()
    return above.startswith("- ")
