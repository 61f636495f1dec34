"""What a school is told about a file: how many rows were taken, and which were not, by line, field and reason.

Never a value: what stands in a wrong column may be a name.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from services.attendance.domain.headers import Kind

LISTED = 1000
"""Refusals, and as many warnings, that are listed one by one; all are counted."""


class Finding(BaseModel):
    """One row and what is to be said of it. `line` is the physical line on which the row starts; the header's is 1."""

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


class Receipt(BaseModel):
    """The account of a file: rows = accepted + refused_rows + missing + repeated. Blank lines are no rows.

    missing: rows with what school systems export for no mark; a mark that stood there is cleared. They are warned of once.
    repeated: rows that say again what an earlier row said; they are warned of and kept once.
    refused and warnings list the first `LISTED` of each; the tallies are exact. One warning may stand for many
    rows (a child not on the roll is named once): its tally says how many were found.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    rows: int
    accepted: int
    refused_rows: int
    missing: int
    repeated: int
    refused: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    refused_by_reason: tuple[Tally, ...]
    warnings_by_reason: tuple[Tally, ...]


@dataclass(slots=True)
class _Group:
    rows: int
    first_line: int


class Findings:
    """Collects refusals or warnings in bounded space."""

    def __init__(self) -> None:
        self.rows = 0
        self._listed: list[Finding] = []
        self._groups: dict[tuple[str, str], _Group] = {}

    def add(self, line: int, field: str, reason: str, detail: str = "") -> None:
        """One row. `detail` is told in the list and left out of the tally, which groups by the reason alone."""
        self._count(line, field, reason)
        if len(self._listed) < LISTED:
            self._listed.append(Finding(line=line, field=field, reason=reason + detail))

    def add_once(self, line: int, field: str, reason: str) -> None:
        """One row of a kind that is listed with its first line only, however many there are."""
        if (field, reason) in self._groups:
            self._count(line, field, reason)
        else:
            self.add(line, field, reason)

    def _count(self, line: int, field: str, reason: str) -> None:
        self.rows += 1
        group = self._groups.setdefault((field, reason), _Group(0, line))
        group.rows += 1
        group.first_line = min(group.first_line, line)

    def listed(self) -> tuple[Finding, ...]:
        return tuple(sorted(self._listed, key=lambda finding: finding.line))

    def tallies(self) -> tuple[Tally, ...]:
        return tuple(
            Tally(field=field, reason=reason, rows=group.rows, first_line=group.first_line)
            for (field, reason), group in self._groups.items()
        )


@dataclass(slots=True)
class Account:
    """A receipt in the making."""

    kind: Kind
    rows: int
    missing: int
    repeated: int
    refused: Findings
    warnings: Findings

    @classmethod
    def open(cls, kind: Kind, unknown_columns: tuple[int, ...], header_line: int) -> "Account":
        account = cls(kind, 0, 0, 0, Findings(), Findings())
        for position in unknown_columns:
            account.warnings.add(header_line, "header", "a column that is not known is not read", f": column {position}")
        return account

    def receipt(self) -> Receipt:
        return Receipt(
            kind=self.kind,
            rows=self.rows,
            accepted=self.rows - self.refused.rows - self.missing - self.repeated,
            refused_rows=self.refused.rows,
            missing=self.missing,
            repeated=self.repeated,
            refused=self.refused.listed(),
            warnings=self.warnings.listed(),
            refused_by_reason=self.refused.tallies(),
            warnings_by_reason=self.warnings.tallies(),
        )
