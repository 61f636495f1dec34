"""`iewo school`: the schools that the company works for."""

from datetime import date
from typing import Annotated

import typer

from clients.iewo import endpoints, options

app = typer.Typer(help="Add schools, list them, see which are silent, and give each a key of its own.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="The school's name.")]
Code = Annotated[str, typer.Option(parser=options.authority_code, metavar="CODE", help="Its Local Authority's code, three digits.")]
Phase = Annotated[str, typer.Option(help="Its phase, such as Primary, Secondary or Special.")]
Establishment = Annotated[
    str | None, typer.Option(metavar="NUMBER", help="Its four digits within the authority: transfer files (CTF) name schools by them.")
]
First = Annotated[
    date | None,
    typer.Option("--from", parser=options.day, metavar="DATE", help="First day for which the company is commissioned; open by default."),
]
Last = Annotated[date | None, typer.Option("--to", parser=options.day, metavar="DATE", help="Last such day; open by default.")]

Hour = Annotated[
    str | None,
    typer.Option("--register-hour", metavar="HH:MM", help="By when a day's register is expected, in England; 11:00 where nothing is said."),
]


Succeeds = Annotated[
    str | None,
    typer.Option(
        parser=options.urn,
        metavar="URN",
        help="The school that this one continues under a new URN, as an academy does; with --succeeds-from.",
    ),
]
SucceedsFrom = Annotated[
    date | None, typer.Option(parser=options.day, metavar="DATE", help="Its first day: the register of the days before is the other's.")
]
Agreement = Annotated[
    str | None,
    typer.Option(metavar="FIELDS", help="Fields of its rolls that may be kept of every child, by commas, or `all`; none by default."),
]
Proposes = Annotated[
    list[str] | None,
    typer.Option(
        "--propose",
        metavar="RULE",
        help='A concern that proposes a referral, such as "severe absence"; again for each. By default the LA\'s profile says which.',
    ),
]


@app.command(epilog='Example: iewo school add 900001 --name "Fernbrook Primary School" --authority 803 --phase Primary')
def add(
    urn: options.Urn,
    name: Name,
    authority: Code,
    phase: Phase,
    establishment: Establishment = None,
    first: First = None,
    last: Last = None,
    register_hour: Hour = None,
    agreement: Agreement = None,
    proposes: Proposes = None,
    succeeds: Succeeds = None,
    succeeds_from: SucceedsFrom = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Add a school, or change what is known of it. Marks dated outside the commissioning period are refused.

    Of every child a roll's identity is kept (UPN, names, date of birth, year group, entry and leaving); of the rest what --agreement lists,
    and all of it while the child has an open case. What is not listed is dropped before anything is stored.
    """
    from clients.iewo import show
    from clients.iewo.http import service

    body = {
        "name": name,
        "authority": authority,
        "phase": phase,
        "establishment": establishment,
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
        "agreement": _fields(agreement),
        "proposes": proposes or None,
        "succeeds": succeeds,
        "succeeds_from": succeeds_from and succeeds_from.isoformat(),
        **({"register_hour": register_hour} if register_hour else {}),
    }
    with service("attendance", endpoints.find(where), url, token) as attendance:
        attendance.put(f"/v1/schools/{urn}", body)
    show.line(f"school {urn} is known: {name}, LA {authority}, {phase}")


@app.command("list")
def list_(
    as_json: options.AsJson = False, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """List the schools that the token covers."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("attendance", endpoints.find(where), url, token) as attendance:
        schools = attendance.get("/v1/schools")
    if as_json:
        show.as_json(schools)
    else:
        columns = ("school", "name", "authority", "phase", "from", "to")
        show.table("Schools", columns, [[school.get(column) for column in columns] for school in schools])


@app.command(
    epilog="Example: iewo school silent. Who was closed is taken off the list by `iewo calendar correct URN DATE closed --reason ...`."
)
def silent(
    as_json: options.AsJson = False, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """List the schools that are open and have sent no register by their hour."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("attendance", endpoints.find(where), url, token) as attendance:
        schools = attendance.get("/v1/silent")
    if as_json:
        show.as_json(schools)
    elif not schools:
        show.line("no school is silent")
    else:
        columns = ("school", "name", "authority", "day", "since", "register_hour")
        show.table("Silent schools", columns, [[school[column] for column in columns] for school in schools])


def _fields(agreement: str | None) -> list[str]:
    """The fields that an agreement lists."""
    from shared.agreement import AGREEABLE

    if agreement == "all":
        return list(AGREEABLE)
    named = [" ".join(name.split()) for name in (agreement or "").split(",") if name.strip()]
    if unknown := next((name for name in named if name not in AGREEABLE), None):
        raise typer.BadParameter(f"an agreement does not list {unknown!r}, but `all`, or some of: {', '.join(AGREEABLE)}")
    return named
