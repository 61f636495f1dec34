"""`iewo statistics`: the Department's figures of a school, a Local Authority or all schools over a period."""

import csv
import sys
from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.failure import Code, Failure
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

First = Annotated[date, typer.Option("--from", parser=options.day, metavar="DATE", help="First day, included.")]
Last = Annotated[date, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day, included.")]
Urn = Annotated[
    str | None, typer.Argument(parser=options.urn, metavar="[URN]", help="A school, by its unique reference number, six digits.")
]
School = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="The same.")]
Authority = Annotated[
    str | None,
    typer.Option(
        "--authority", parser=options.authority_code, metavar="CODE", help="The sums of a Local Authority's schools, by its code."
    ),
]
Everybody = Annotated[bool, typer.Option("--all", help="The sums of all schools.")]
YearGroup = Annotated[
    str | None, typer.Option("--year-group", metavar="GROUP", help="Of one year group alone, by the roll of each session's own year: 7, R.")
]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV on the standard output: a line of columns and a line of figures.")]

EXAMPLES = (
    "Examples: iewo statistics 900001 --from 2026-09-01 --to 2026-12-18 --year-group 7; "
    "iewo statistics --authority 803 --from 2026-09-01 --to 2026-12-18 --csv. "
    "Percentages are 100 x count / possible sessions, and rounded in the table alone."
)

MAIN = (
    "enrolments",
    "possible_sessions",
    "overall_attendance",
    "overall_absence",
    "authorised_absence",
    "unauthorised_absence",
    "late_sessions",
    "attendance_perc",
    "overall_absence_perc",
    "authorised_absence_perc",
    "unauthorised_absence_perc",
    "persistent_absentees",
    "severe_absentees",
)


@grouped
def statistics(
    access: SchoolAccess,
    first: First,
    last: Last,
    urn: Urn = None,
    school: School = None,
    authority: Authority = None,
    everybody: Everybody = False,
    year_group: YearGroup = None,
    as_csv: AsCsv = False,
) -> None:
    """Show the main figures, under the Department's column names; every one of them with --json or --csv."""
    whose, path = _whose(urn or school, authority, everybody)
    query = {"from": first.isoformat(), "to": last.isoformat()} | ({"year_group": year_group} if year_group else {})
    with access.of_school(urn or school) as attendance:
        said = attendance.get(path, **query)
    if as_csv and not access.as_json:
        _as_csv(said)
    else:
        title = f"{whose}{f', year group {year_group}' if year_group else ''}, {first} to {last}"
        access.table(said, title, ("figure", "value"), [(column, said.get(column)) for column in MAIN], right=("value",))


def _whose(urn: str | None, authority: str | None, everybody: bool) -> tuple[str, str]:
    """In words, and the path of the query."""
    if (urn is not None) + (authority is not None) + everybody != 1:
        raise Failure("name one school, or give --authority CODE, or --all", Code.USAGE)
    if urn:
        return f"School {urn}", f"/v1/schools/{urn}/statistics"
    if authority:
        return f"Schools of LA {authority}", f"/v1/authorities/{authority}/statistics"
    return "All schools", "/v1/statistics"


def _as_csv(said: dict[str, Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(said)
    writer.writerow(said.values())
