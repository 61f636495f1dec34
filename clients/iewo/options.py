"""Options that several commands have, under one name, with one meaning."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def urn(text: str) -> str:
    return _digits(text, 6, "a URN is six digits, such as 900001")


def authority_code(text: str) -> str:
    return _digits(text, 3, "an LA code is three digits, such as 803")


def _digits(text: str, count: int, otherwise: str) -> str:
    if not re.fullmatch(rf"[0-9]{{{count}}}", text):
        raise typer.BadParameter(otherwise)
    return text


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a date is written as 2026-11-20") from None


def offence(text: str) -> str:
    """As it is written in the Act, or shorter."""
    found = re.fullmatch(r"(?:s\.?\s*)?(?:444)?[\s.]*\(?1(a?)\)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise typer.BadParameter("of the Education Act 1996 it is '444(1)' or '444(1A)'")
    return f"444(1{found[1].upper()})"


Urn = Annotated[str, typer.Argument(parser=urn, metavar="URN", help="The school's unique reference number, six digits.")]
School = Annotated[str, typer.Option("--school", parser=urn, metavar="URN", help="The school's URN, six digits.")]
SchoolOrFile = Annotated[
    str | None,
    typer.Option(
        "--school",
        parser=urn,
        metavar="URN",
        help="The school's URN. Without it each row names its school, in a column URN or LAESTAB: a file of a trust's schools.",
    ),
]
OfFeed = Annotated[
    str | None,
    typer.Option(
        "--school",
        parser=urn,
        metavar="URN",
        help="The feed's school, by whose key it is done. Without it the keys on this machine are tried.",
    ),
]
Schools = Annotated[
    list[str], typer.Option("--school", parser=urn, metavar="URN", help="A school's URN; give the option again for each school.")
]
AuthorityCode = Annotated[str, typer.Argument(parser=authority_code, metavar="CODE", help="The LA's code, three digits.")]

Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="The service's address, instead of the endpoints file's.")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="IEWO_TOKEN",
        metavar="TOKEN",
        show_envvar=True,
        help="A bearer token; better by the variable, since other users of a machine see what is typed.",
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        envvar="IEWO_KEY_FILE",
        metavar="FILE",
        show_envvar=True,
        help="The file of the school's key; by default the one that `iewo school join` kept for this school.",
    ),
]
EndpointsFile = Annotated[
    Path | None,
    typer.Option(
        "--endpoints",
        envvar="IEWO_ENDPOINTS",
        metavar="FILE",
        show_envvar=True,
        help="Where the system is; by default the nearest .local/endpoints.json from here upwards.",
    ),
]
Nats = Annotated[
    str | None,
    typer.Option("--nats", envvar="IEWO_NATS_URL", metavar="URL", show_envvar=True, help="The bus, instead of the endpoints file's."),
]
Credentials = Annotated[
    Path | None,
    typer.Option(
        "--credentials",
        envvar="IEWO_CREDENTIALS",
        metavar="FOLDER",
        show_envvar=True,
        help="The operator's folder of keys and credentials, instead of the endpoints file's.",
    ),
]
Case = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, as `iewo case list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on the standard output, and nothing else there.")]
Offence = Annotated[
    str | None,
    typer.Option(
        "--offence",
        parser=offence,
        metavar="SECTION",
        help="Of a prosecution: '444(1)', or '444(1A)', by which the parent knew. By default what the LA's profile says.",
    ),
]
