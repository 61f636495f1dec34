"""`iewo school`: the schools that the company works for."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, Reach, at_attendance
from clients.iewo.failure import Code as Exit
from clients.iewo.failure import Failure
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

if TYPE_CHECKING:
    from clients.iewo.http import Service

app = typer.Typer(help="Add schools, list them, see which are silent, and give each a key of its own.", no_args_is_help=True)

NOBODYS = ("school", "succeeded_by", "succeeded_from")
"""What the service says of a school and nobody tells it."""


def _day_or_open(text: str) -> str:
    return "" if text == "open" else options.day(text).isoformat()


def _urn_or_none(text: str) -> str:
    return "" if text == "none" else options.urn(text)


Name = Annotated[str | None, typer.Option(help="The school's name.")]
Code = Annotated[str | None, typer.Option(parser=options.authority_code, metavar="CODE", help="Its Local Authority's code, three digits.")]
Phase = Annotated[str | None, typer.Option(help="Its phase, such as Primary, Secondary or Special.")]
Establishment = Annotated[
    str | None, typer.Option(metavar="NUMBER", help="Its four digits within the authority: transfer files (CTF) name schools by them.")
]
First = Annotated[
    str | None,
    typer.Option(
        "--from",
        parser=_day_or_open,
        metavar="DATE",
        help="First day for which the company is commissioned; at first, and by `open`, open.",
    ),
]
Last = Annotated[
    str | None, typer.Option("--to", parser=_day_or_open, metavar="DATE", help="Last such day; at first, and by `open`, open.")
]
Hour = Annotated[
    str | None,
    typer.Option("--register-hour", metavar="HH:MM", help="By when a day's register is expected, in England; at first 11:00."),
]
Succeeds = Annotated[
    str | None,
    typer.Option(
        parser=_urn_or_none,
        metavar="URN",
        help="The school that this one continues under a new URN, as an academy does; with --succeeds-from. `none` ends that.",
    ),
]
SucceedsFrom = Annotated[
    date | None, typer.Option(parser=options.day, metavar="DATE", help="Its first day: the register of the days before is the other's.")
]
Agreement = Annotated[
    str | None,
    typer.Option(metavar="FIELDS", help="Fields of its rolls that may be kept of every child, by commas, `all` or `none`; at first none."),
]
Proposes = Annotated[
    list[str] | None,
    typer.Option(
        "--propose",
        metavar="RULE",
        help='A concern that proposes a referral, such as "severe absence"; again for each. At first, and by `profile`, as the LA says.',
    ),
]


@app.command(
    epilog='Example: iewo school add 900001 --name "Fernbrook Primary School" --authority 803 --phase Primary. '
    "Later: iewo school add 900001 --register-hour 09:45"
)
@at_attendance
def add(
    access: Reach,
    urn: options.Urn,
    name: Name = None,
    authority: Code = None,
    phase: Phase = None,
    establishment: Establishment = None,
    first: First = None,
    last: Last = None,
    register_hour: Hour = None,
    agreement: Agreement = None,
    proposes: Proposes = None,
    succeeds: Succeeds = None,
    succeeds_from: SucceedsFrom = None,
) -> None:
    """Add a school, or change what is given here of one that is known. Marks dated outside the commissioning period are refused.

    Of every child a roll's identity is kept (UPN, names, date of birth, year group, entry and leaving); of the rest what --agreement lists,
    and all of it while the child has an open case. What is not listed is dropped before anything is stored.
    """
    from clients.iewo import show

    said = {
        "name": name,
        "authority": authority,
        "phase": phase,
        "establishment": establishment,
        "from": first,
        "to": last,
        "register_hour": register_hour,
        "agreement": None if agreement is None else _fields(agreement),
        "proposes": proposes and ("" if proposes == ["profile"] else proposes),
        "succeeds": succeeds,
        "succeeds_from": "" if succeeds == "" else succeeds_from and succeeds_from.isoformat(),
    }
    given = {field: None if value == "" else value for field, value in said.items() if value is not None}
    with access.open() as attendance:
        before = _known(attendance, urn)
        body = {field: value for field, value in before.items() if field not in NOBODYS} | given
        if lacking := [f"--{field}" for field in ("name", "authority", "phase") if field not in body]:
            raise Failure(f"school {urn} is not known yet, and needs {', '.join(lacking)}", Exit.USAGE)
        after = attendance.put(f"/v1/schools/{urn}", body)
    show.line(_changes(urn, before, after))


def _known(attendance: "Service", urn: str) -> dict[str, Any]:
    """What is known of the school; nothing where there is none. Of the list, since a school asked for by itself may be seconds old."""
    return next((school for school in attendance.get("/v1/schools") if school["school"] == urn), {})


def _changes(urn: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before:
        return f"school {urn} is known: {after['name']}, LA {after['authority']}, {after['phase']}"
    changed = [f"{field}: {_plain(before.get(field))} -> {_plain(now)}" for field, now in after.items() if now != before.get(field)]
    return f"school {urn}: " + ("; ".join(changed) or "nothing is changed")


def _plain(value: Any) -> str:
    return ", ".join(value) or "none" if isinstance(value, list) else "not said" if value is None else str(value)


@app.command("list")
@grouped
def list_(access: SchoolAccess) -> None:
    """List the schools that the token, or the key, covers."""
    with access.of_school(None) as attendance:
        schools = attendance.get("/v1/schools")
    columns = ("school", "name", "authority", "phase", "from", "to")
    access.table(schools, "Schools", columns, [[school.get(column) for column in columns] for school in schools])


@app.command(
    epilog="Example: iewo school silent. Who was closed is taken off the list by `iewo calendar correct URN DATE closed --reason ...`."
)
@at_attendance
def silent(attendance: Access) -> None:
    """List the schools that are open and have sent no register by their hour.

    Where nobody uploaded a calendar, and bank holidays, the authority's term dates, its other schools or the school's own last year say
    that it may be closed, the last column says why: that is no alarm. Uploaded calendars (iewo calendar upload) leave nothing to guess.
    """
    schools = attendance.get("/v1/silent")
    if not schools:
        attendance.say(schools, "no school is silent")
    else:
        columns = ("school", "name", "authority", "day", "since", "register_hour", "possibly_closed")
        attendance.table(schools, "Silent schools", columns, [[school[column] for column in columns] for school in schools])


def _fields(agreement: str) -> list[str]:
    """The fields that an agreement lists."""
    from shared.agreement import AGREEABLE

    if agreement == "all":
        return list(AGREEABLE)
    named = [" ".join(name.split()) for name in ("" if agreement == "none" else agreement).split(",") if name.strip()]
    if unknown := next((name for name in named if name not in AGREEABLE), None):
        raise typer.BadParameter(f"an agreement does not list {unknown!r}, but `all`, `none`, or some of: {', '.join(AGREEABLE)}")
    return named
