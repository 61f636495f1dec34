"""`iewo impact`: attendance before, during and after intervention, beside that of like children who were not worked with."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer


class By(StrEnum):
    """What the rows are."""

    KIND = "kind"
    SCHOOL = "school"
    OFFICER = "officer"


School = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="Of this school alone.")]
Rows = Annotated[By, typer.Option("--by", help="Rows by kind of intervention, by school, or (head of service alone) by officer.")]
Kind = Annotated[str | None, typer.Option("--kind", metavar="KIND", help='Count from the first intervention of this kind: "home visit".')]
First = Annotated[
    date | None, typer.Option("--from", parser=options.day, metavar="DATE", help="First interventions from this day's month on.")
]
Last = Annotated[date | None, typer.Option("--to", parser=options.day, metavar="DATE", help="And up to the end of this day's month.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say how it is worked out.")]

EXAMPLES = 'Examples: iewo impact --school 900001; iewo impact --kind "home visit" --by school --from 2025-09-01 --to 2026-03-31'
COLUMNS = ("", "cases", "before", "during", "after", "like before", "like after", "effect", "95 % from", "to", "middle half")


@as_officer
def impact(
    referrals: Access,
    school: School = None,
    by: Rows = By.KIND,
    kind: Kind = None,
    first: First = None,
    last: Last = None,
    explain: Explain = False,
) -> None:
    """Show whether casework did anything: attendance in per cent, effects in percentage points. Nothing is shown of under ten cases."""
    from clients.iewo import show

    period = {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}
    said = referrals.get("/v1/impact", school=school, by=by.value, kind=kind, **period)
    if referrals.printed(said):
        return
    every = "all cases" if said["whole"] else "all shown"
    rows = [_row(every, said["all"]), *(_row(row["name"], row["figures"]) for row in said["rows"])]
    show.table(f"Impact, {said['settings']}", COLUMNS, rows, right=COLUMNS[1:])
    show.line(said["how"] if explain else "How it is worked out: iewo impact --explain")
    show.line(
        f"Not counted, in whole tens: {said['running']} still running, {said['unknown']} not known enough, {said['alone']} without two "
        "like children."
    )


def _row(name: str, figures: dict[str, Any] | None) -> tuple[object, ...]:
    if figures is None:
        return (name, "under 10", *[""] * (len(COLUMNS) - 2))
    rates, like, spread = figures["rates"], figures["like_rates"], figures["spread"]
    return (
        name,
        figures["cases"],
        *(_one(rates[period]) for period in ("before", "during", "after")),
        _one(like["before"]),
        _one(like["after"]),
        *(f"{figures[figure]:+.1f}" for figure in ("effect", "low", "high")),
        f"{spread['quarter']:+.1f} to {spread['three_quarters']:+.1f}",
    )


def _one(rate: float) -> str:
    return f"{rate:.1f}"
