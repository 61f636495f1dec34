"""`iewo statistics`: a school's main figures over a period."""

from datetime import date
from typing import Annotated

import typer

from clients.iewo import endpoints, options

First = Annotated[date, typer.Option("--from", parser=options.day, metavar="DATE", help="First day, included.")]
Last = Annotated[date, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day, included.")]

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


def statistics(
    urn: options.Urn,
    first: First,
    last: Last,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Show a school's main figures, under the Department's column names; every one of them with --json."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("attendance", endpoints.find(where), url, token) as attendance:
        said = attendance.get(f"/v1/schools/{urn}/statistics", **{"from": first.isoformat(), "to": last.isoformat()})
    if as_json:
        show.as_json(said)
    else:
        rows = [(column, said.get(column)) for column in MAIN]
        show.table(f"School {urn}, {first} to {last}", ("figure", "value"), rows, right=("value",))
