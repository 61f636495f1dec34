"""`iewo calendar`: on which days a school is open."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.failure import Failure
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

Said = dict[str, Any]

app = typer.Typer(help="Show, upload and correct the days on which a school is open.", no_args_is_help=True)

Year = Annotated[
    int | None,
    typer.Option(
        "--year", min=2000, max=2100, metavar="YEAR", help="The academic year by its first half: 2026 is 2026/27. This one by default."
    ),
]


@app.command(epilog="Example: iewo calendar show 900001 --year 2026")
@grouped
def show(
    access: SchoolAccess,
    urn: options.Urn,
    year: Year = None,
) -> None:
    """Show when a school is open, in spans of like days, and who says so; each session with --json."""
    with access.of_school(urn) as attendance:
        said = attendance.get(_path(urn, year))
    _tell(access, said)


@app.command(
    epilog="Example: iewo calendar upload 900001 calendar.csv, with lines such as 2026-09-02,2026-10-23,,open,, under the header line."
)
@grouped
def upload(
    access: SchoolAccess,
    urn: options.Urn,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, metavar="FILE", help="CSV with the columns date, to, session, state, reason, year groups."
        ),
    ],
    year: Year = None,
) -> None:
    """Upload a school's calendar, as CSV or as a JSON list. Where it names open sessions, the others between them are closed."""
    with access.of_school(urn) as attendance:
        said = attendance.put_file(_path(urn, year), file.read_bytes())
    _tell(access, said)


@app.command(epilog="Example: iewo calendar correct 900001 2026-12-04 closed --reason weather --session PM")
@grouped
def correct(
    access: SchoolAccess,
    urn: options.Urn,
    day: Annotated[date, typer.Argument(parser=options.day, metavar="DATE", help="The day that is corrected.")],
    state: Annotated[str, typer.Argument(metavar="open|closed", help="What it was or will be.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why: holiday, staff training, polling, weather, premises, strike, exams, event, other ...")
    ],
    session: Annotated[str | None, typer.Option("--session", metavar="AM|PM", help="One session only; both by default.")] = None,
    year_group: Annotated[
        list[str] | None,
        typer.Option("--year-group", metavar="GROUP", help="Open for this year group alone; give the option again for each."),
    ] = None,
) -> None:
    """Correct a day or a session. The correction stands over what is uploaded and worked out, and is kept with its author and time."""
    said: Said = {"date": day.isoformat(), "state": state.lower(), "reason": reason.lower(), "year_groups": year_group or []}
    body = {"sessions": [said | ({"session": session.upper()} if session else {})]}
    with access.of_school(urn) as attendance:
        answer = attendance.patch(_path(urn, _year_of(day)), body)
    _tell(access, answer)


def _path(urn: str, year: int | None) -> str:
    return f"/v1/schools/{urn}/calendar/{year if year is not None else _year_of(date.today())}"  # noqa: DTZ011  (the user's own day)


def _year_of(day: date) -> int:
    """A session in August belongs to the year that begins."""
    return day.year if day.month >= 8 else day.year - 1


def _tell(access: SchoolAccess, said: Said) -> None:
    from clients.iewo import show

    if access.printed(said):
        return
    columns = ("from", "to", "sessions", "state", "year groups", "whence", "reason", "by")
    show.table(f"School {said['school']}, {said['year']}/{(said['year'] + 1) % 100:02d}", columns, list(_spans(said["sessions"])))
    if said["warning"]:
        show.note(said["warning"])


def _spans(sessions: Iterable[Said]) -> Iterator[tuple[object, ...]]:
    """Days that are alike in both sessions, as one line; days that are not, as one line for each session."""
    days = [(day, list(two)) for day, two in groupby(sessions, key=lambda one: one["day"])]
    for what, some in groupby(days, key=lambda one: tuple(map(_what, one[1]))):
        alike = [day for day, _ in some]
        if len(what) != 2:
            raise Failure("the service answered in another shape: is it of the same version?")
        if what[0] == what[1]:
            yield alike[0], alike[-1], "AM, PM", *what[0]
        else:
            yield alike[0], alike[-1], "AM", *what[0]
            yield alike[0], alike[-1], "PM", *what[1]


def _what(session: Said) -> tuple[str, str, str, str, str]:
    return (
        session["state"],
        " ".join(session["year_groups"]),
        session["whence"] or "",
        session["reason"] or "",
        session["by"] or "",
    )
