"""What a school is told about a file: how many rows were taken, and which were not, by line, field and reason.

Never a value: what stands in a wrong column may be a name.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec
from pydantic import BaseModel, ConfigDict

from services.attendance.domain.headers import Kind

Contents = Kind | Literal["roll and marks"]
"""What a file holds."""

LISTED = 1000
"""Refusals, and as many warnings, that are listed one by one; all are counted."""

COMPARED = 20_000
"""Refusals, and as many warnings, of a file that are compared with what the school was told before; further ones count as new."""


class Remark(NamedTuple):
    """What is said and of what: a digest of the row's cells, or of what they came to. By it the same thing is known in another file."""

    field: str
    reason: str
    about: Sequence[str]


Known = Callable[[Remark], bool]
"""Whether the school was told so before."""


def nothing_known(_: Remark) -> bool:
    return False


class Finding(BaseModel):
    """One row and what is to be said of it.

    `line` is the physical line of a text on which the row starts, the row of a sheet, or the place of a record in its document.
    """

    model_config = ConfigDict(frozen=True)

    line: int
    field: str
    reason: str


class Tally(BaseModel):
    """How many rows have one thing to be said of them, and the line of the first."""

    model_config = ConfigDict(frozen=True)

    field: str
    reason: str
    rows: int
    first_line: int


class Dropped(BaseModel):
    """A field that is not kept, and in how many rows something stood there."""

    model_config = ConfigDict(frozen=True)

    field: str
    rows: int


class Receipt(BaseModel):
    """The account of a file: rows = accepted + refused_rows + missing + repeated. Blank lines are no rows.

    missing: rows with what school systems export for no mark; a mark that stood there is cleared. They are warned of once.
    repeated: rows that say again what an earlier row said; they are warned of and kept once.
    refused and warnings list the first `LISTED` of each that are new to the school; what it was told of before is only
    counted, in known_refusals and known_warnings. refused_by_reason and warnings_by_reason count the new and the known
    together, and exactly. One warning may stand for many rows (a child not on the roll is named once): its tally says
    how many were found.
    """

    model_config = ConfigDict(frozen=True)

    kind: Contents
    rows: int
    accepted: int
    refused_rows: int
    missing: int
    repeated: int
    refused: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    refused_by_reason: tuple[Tally, ...]
    warnings_by_reason: tuple[Tally, ...]
    known_refusals: tuple[Tally, ...] = ()
    known_warnings: tuple[Tally, ...] = ()
    whole: bool = False
    """Whether this roll ends the enrolment of every child whom it does not name."""
    ends: int | None = None
    """How many enrolments a whole roll ends, of how many `enrolled`."""
    enrolled: int | None = None
    dropped: tuple[Dropped, ...] = ()
    """What the school's agreement does not list, by field: nothing of it is stored."""


class Tallies:
    """Counts by field and reason."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], list[int]] = {}

    def __contains__(self, group: tuple[str, str]) -> bool:
        return group in self._groups

    def count(self, line: int, field: str, reason: str, rows: int = 1) -> None:
        group = self._groups.setdefault((field, reason), [0, line])
        group[0] += rows
        group[1] = min(group[1], line)

    def told(self) -> tuple[Tally, ...]:
        return tuple(
            Tally(field=field, reason=reason, rows=rows, first_line=first) for (field, reason), (rows, first) in self._groups.items()
        )


class _Kept(NamedTuple):
    line: int
    field: str
    reason: str
    detail: str
    about: str | None
    """A digest: of a large file thousands are kept, and a row may be as long as it likes."""

    def remark(self) -> Remark | None:
        return None if self.about is None else Remark(self.field, self.reason, (self.about,))


def _digest(texts: Sequence[str]) -> str:
    return blake2b(msgspec.json.encode(tuple(texts)), digest_size=16).hexdigest()


class Findings:
    """Collects refusals or warnings in bounded space."""

    def __init__(self) -> None:
        self.rows = 0
        self._kept: list[_Kept] = []
        self._tallies = Tallies()

    def add(self, line: int, field: str, reason: str, detail: str = "", about: Sequence[str] | None = None) -> None:
        """One row. `detail` is told in the list and left out of the tally, which groups by the reason alone.

        `about`: by what the same finding is known again in another file; None is never known again.
        """
        self.rows += 1
        self._tallies.count(line, field, reason)
        if len(self._kept) < COMPARED:
            self._kept.append(_Kept(line, field, reason, detail, None if about is None else _digest(about)))

    def add_once(self, line: int, field: str, reason: str) -> None:
        """One row of a kind that is listed with its first line only, however many there are."""
        if (field, reason) in self._tallies:
            self.rows += 1
            self._tallies.count(line, field, reason)
        else:
            self.add(line, field, reason)

    def divided(self, known: Known) -> tuple[tuple[Finding, ...], tuple[Tally, ...]]:
        """What is listed, in the order of the lines, and the counts of what is not, since it was told before."""
        listed, again = self._divide(known)
        tallies = Tallies()
        for one in again:
            tallies.count(one.line, one.field, one.reason)
        return tuple(Finding(line=one.line, field=one.field, reason=one.reason + one.detail) for one in listed), tallies.told()

    def count_on(self, rows: int, line: int, field: str, reason: str) -> None:
        """So many further rows that are not listed; `line` is that of the first."""
        self.rows += rows
        self._tallies.count(line, field, reason, rows)

    def told(self, known: Known) -> Iterator[Remark]:
        """What a receipt tells that can be known again: all that it lists, and what was known. The rest is new another time."""
        return (remark for some in self._divide(known) for one in some if (remark := one.remark()))

    def _divide(self, known: Known) -> tuple[list[_Kept], list[_Kept]]:
        new, again = list[_Kept](), list[_Kept]()
        for one in sorted(self._kept, key=lambda kept: kept.line):
            remark = one.remark()
            (again if remark and known(remark) else new).append(one)
        return new[:LISTED], again

    def tallies(self) -> tuple[Tally, ...]:
        return self._tallies.told()


@dataclass(slots=True)
class Account:
    """A receipt in the making."""

    kind: Contents
    rows: int
    missing: int
    repeated: int
    refused: Findings
    warnings: Findings
    dropped: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, kind: Contents, unknown_columns: tuple[int, ...], header_line: int) -> "Account":
        account = cls(kind, 0, 0, 0, Findings(), Findings())
        for position in unknown_columns:
            account.warnings.add(header_line, "header", "a column that is not known is not read", f": column {position}", (str(position),))
        return account

    @property
    def remarkable(self) -> bool:
        """Whether anything is to be said of any row."""
        return bool(self.refused.rows or self.warnings.rows)

    def told(self, known: Known) -> Iterator[Remark]:
        """What the receipt tells that can be known again."""
        yield from self.refused.told(known)
        yield from self.warnings.told(known)

    def receipt(self, known: Known = nothing_known) -> Receipt:
        refused, known_refusals = self.refused.divided(known)
        warnings, known_warnings = self.warnings.divided(known)
        return Receipt(
            kind=self.kind,
            rows=self.rows,
            accepted=self.rows - self.refused.rows - self.missing - self.repeated,
            refused_rows=self.refused.rows,
            missing=self.missing,
            repeated=self.repeated,
            refused=refused,
            warnings=warnings,
            refused_by_reason=self.refused.tallies(),
            warnings_by_reason=self.warnings.tallies(),
            known_refusals=known_refusals,
            known_warnings=known_warnings,
            dropped=tuple(Dropped(field=name, rows=rows) for name, rows in self.dropped.items()),
        )
