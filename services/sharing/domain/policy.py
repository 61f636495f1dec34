"""What may be told to whom: agency x category x purpose, each with the lawful basis that allows it. What does not stand here is refused.

The company acts for the school and the Local Authority under their statutory functions, so its basis is the public task: UK GDPR
Art. 6(1)(e) with Data Protection Act 2018 s.8(c). A register and a chronology may show health (codes I, M) or religion (code R), and may
say that a parent has committed an offence: Art. 9(2)(g) and Art. 10 with s.10(3), s.10(5), s.11(2) and Sch. 1 para. 6.
The functions: penalty notices, Education Act 1996 s.444A and s.444B; prosecution, s.444 and, by a Local Authority alone, s.446; the
attendance certificate as evidence, s.566(1)(c). A measure against one parent: the offence is each parent's own (s.444(1), s.576). Other
parents and brothers and sisters are named to the authority alone, as far as its profile asks for them (of_others.py), since it decides
against whom and about whom it acts; what may show need, health or another agency's work lets it weigh whether it may act at all (Equality
Act 2010 s.15, s.20; statutory guidance: support first).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

Agency = Literal["local authority"]
Category = Literal[
    "identity of the child",
    "identity of one parent",
    "identity of other parents and carers",
    "identity of brothers and sisters",
    "attendance certificate",
    "register of this year and last",
    "changes to marks",
    "concerns",
    "chronology",
    "letters and leave",
    "needs and adjustments",
    "other agencies",
    "the child's own view",
    "flags",
    "penalty notices known to us",
    "witness statement and exhibits",
]
Purpose = Literal["penalty notice", "prosecution"]

VERSION: Final = 2
"""Raised with every change of the table: each row of the disclosure log names it."""

PACK: Final[tuple[Category, ...]] = get_args(Category)
"""What an enforcement pack tells: volume A for the Local Authority alone, volume B fit to be served."""

_STATUTES: Final[dict[Purpose, str]] = {
    "penalty notice": "Education Act 1996 s.444A, s.444B",
    "prosecution": "Education Act 1996 s.444, s.446, s.566(1)(c)",
}
_PUBLIC_TASK: Final = "UK GDPR Art. 6(1)(e); Data Protection Act 2018 s.8(c)"
_SPECIAL: Final = "UK GDPR Art. 9(2)(g), Art. 10; Data Protection Act 2018 s.10, s.11, Sch. 1 para. 6"
_MAY_BE_SPECIAL: Final[frozenset[Category]] = frozenset(
    {
        "attendance certificate",
        "register of this year and last",
        "changes to marks",
        "concerns",
        "chronology",
        "letters and leave",
        "needs and adjustments",
        "other agencies",
        "the child's own view",
        "flags",
        "penalty notices known to us",
        "witness statement and exhibits",
    }
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """One row of the table."""

    agency: Agency
    category: Category
    purpose: Purpose
    basis: str


def _basis(category: Category, purpose: Purpose) -> str:
    special = (_SPECIAL,) if category in _MAY_BE_SPECIAL else ()
    return "; ".join((_PUBLIC_TASK, *special, _STATUTES[purpose]))


TABLE: Final = tuple(
    Allowance("local authority", category, purpose, _basis(category, purpose)) for purpose in _STATUTES for category in PACK
)


@dataclass(frozen=True, slots=True)
class Decision:
    """`bases`: what allows each category. `refused`: categories that nothing allows; one is enough to refuse the whole."""

    version: int
    bases: dict[str, str]
    refused: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        return not self.refused


def decide(agency: str, categories: Collection[str], purpose: str, table: Iterable[Allowance] = TABLE) -> Decision:
    """Whether all of these categories may be told to this sort of agency for this purpose."""
    rows: dict[str, str] = {row.category: row.basis for row in table if (row.agency, row.purpose) == (agency, purpose)}
    bases = {category: rows[category] for category in categories if category in rows}
    return Decision(VERSION, bases, tuple(category for category in categories if category not in rows))
