"""`iewo report`: a school's report of a half term, for its head teacher or its governors."""

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer
from clients.iewo.failure import Code, Failure

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


class For(StrEnum):
    """Who reads it."""

    HEAD = "head"
    GOVERNORS = "governors"


def _half_term(text: str) -> str:
    if not re.fullmatch(r"20[0-9]{2}-[a-z0-9-]{6,30}", text):
        raise typer.BadParameter("a half term is the year in which the academic year begins, and which half term of it: 2026-autumn-1")
    return text


HalfTerm = Annotated[
    str,
    typer.Option(
        "--half-term",
        parser=_half_term,
        metavar="HALF-TERM",
        help="2026-autumn-1: the year in which the academic year begins, and which half term.",
    ),
]
Whom = Annotated[For, typer.Option("--for", help="governors: without counts under six, and without what would give one away.")]
File = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help="A .pdf or .xlsx; by default report-URN-HALF-TERM-FOR.pdf. - is the standard output."),
]

EXAMPLES = (
    "Examples: iewo report 900001 --half-term 2026-autumn-1 --for governors; "
    "iewo report 900001 --half-term 2026-autumn-1 --for head --to head.xlsx"
)


@as_officer
def report(referrals: Access, urn: options.Urn, half_term: HalfTerm, whom: Whom = For.HEAD, to: File = None) -> None:
    """Write attendance beside the LA's and England's, cases, interventions and whether they did anything. It names no child."""
    file = to or Path(f"report-{urn}-{half_term}-{whom.value}.pdf")
    if file.suffix not in (".pdf", ".xlsx") and str(file) != "-":
        raise Failure("a report is written to a file that ends in .pdf or .xlsx", Code.USAGE)
    query = urlencode({"half-term": half_term, "for": whom.value})
    with referrals.open() as service:
        content = service.download(f"/v1/schools/{urn}/report?{query}", XLSX if file.suffix == ".xlsx" else PDF)
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    file.write_bytes(content)
    referrals.say(
        {"file": str(file), "bytes": len(content)},
        f"{file}: {len(content):,} bytes, for {'the governing body' if whom is For.GOVERNORS else 'the head teacher'}",
    )
