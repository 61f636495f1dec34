"""Rolls of children that do not exist."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.support.school import upn

SURNAMES = ("Penrose", "Tregear", "Lanyon", "Carveth", "Nance")


def roll_csv(numbers: Iterable[int], columns: Mapping[str, Any] | None = None, of: Mapping[int, Mapping[str, Any]] | None = None) -> bytes:
    """A roll of these children (see `school.upn`). `columns`: more columns with what stands in every row; `of`: by child, what differs."""
    more, own = dict(columns or {}), dict(of or {})
    names = ["UPN", "surname", "forename", "date of birth", "year group", *more]
    lines = [",".join(names)]
    for number in numbers:
        row = {
            "UPN": upn(number),
            "surname": SURNAMES[number % len(SURNAMES)],
            "forename": f"Child{number}",
            "date of birth": "2015-04-30",
            "year group": "6",
        }
        row |= more | dict(own.get(number, {}))
        lines.append(",".join(str(row[name]) for name in names))
    return "\n".join(lines).encode()
