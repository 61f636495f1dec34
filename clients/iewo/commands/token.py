"""`iewo token`: a development token, on a development stack."""

from enum import StrEnum
from typing import Annotated

import typer

from clients.iewo import endpoints, options
from clients.iewo.failure import Code, Failure


class Role(StrEnum):
    """Who calls, as the services know it."""

    SCHOOL = "school"
    OFFICER = "officer"
    HEAD = "head of service"
    SUPPORT = "business support"
    PROTECTION = "data protection officer"
    LA = "la"
    OPERATOR = "operator"


ROLE = Annotated[Role, typer.Option(help="Whom the token stands for.")]
URN = Annotated[str | None, typer.Option("--urn", parser=options.urn, metavar="URN", help="With --role school: the school.")]
ID = Annotated[str | None, typer.Option("--id", help="With --role officer, head of service or business support: the person's id.")]
SCHOOL = Annotated[
    list[str] | None,
    typer.Option(
        "--school",
        metavar="URN",
        help="With --role officer or business support: a school, again for each; * is every school. Default: those of `iewo officer add`.",
    ),
]
AUTHORITY = Annotated[str | None, typer.Option(parser=options.authority_code, metavar="CODE", help="With --role la: its code.")]
HOURS = Annotated[float, typer.Option(min=0.01, max=24 * 31, help="How long it is good for.")]


def token(
    role: ROLE,
    urn: URN = None,
    officer: ID = None,
    school: SCHOOL = None,
    authority: AUTHORITY = None,
    hours: HOURS = 8,
    where: options.EndpointsFile = None,
) -> None:
    """Print a development token; only on a `make up` stack, whose services believe it."""
    from shared.development import NoTokenKey, sign_token

    sub = _stands_for(role, urn, officer, authority)
    schools = [urn] if urn else school or []
    folder = endpoints.find(where).token_keys
    if folder is None:
        raise Failure(str(NoTokenKey()), Code.NOT_ALLOWED)
    if role is Role.OFFICER:
        added = _schools_of(sub, endpoints.find(where))
        schools = schools or added
    typer.echo(sign_token(folder, role=role.value, sub=sub, schools=schools, authority=authority, hours=hours))


def _schools_of(officer: str, known: endpoints.Endpoints) -> list[str]:
    """Those of `iewo officer add`. An officer who was not added can record nothing: that is said. Where nobody answers, nothing is."""
    from clients.iewo import show
    from clients.iewo.http import service

    try:
        with service("referrals", known, None, None) as referrals:
            added = {one["id"]: list(one["schools"]) for one in referrals.get("/v1/officers")["officers"]}
    except Failure:
        return []
    if officer not in added:
        show.note(f"officer {officer} is not known yet: iewo officer add {officer} --name NAME --email ADDRESS --school URN")
    return added.get(officer, [])


def _stands_for(role: Role, urn: str | None, officer: str | None, authority: str | None) -> str:
    """Whom the token names. A role that stands for somebody in particular must say for whom."""
    wanted = {Role.SCHOOL: ("--urn", urn), Role.OFFICER: ("--id", officer), Role.LA: ("--authority", authority)}
    option, value = wanted.get(role, ("", role.value))
    if not value:
        raise Failure(f"--role {role.value} needs {option}: see `iewo token --help`", Code.USAGE)
    if role is Role.OFFICER or (officer and role in (Role.HEAD, Role.SUPPORT)):
        return officer or value
    return f"{role.value} {value}" if option else value
